//! Paths that are spelled to get around something.

use kroniek::auth::Role;
use serde_json::json;

use crate::app::App;
use crate::http::raw_get;
use crate::openapi::operations;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_path_that_only_looks_like_management_gives_nothing_away() {
    let app = App::start().await;
    let made = app.make("/articles", json!({"headline": "Geheim"})).await;
    let partner = app.key(Role::Partner).await;
    for path in [
        "//v1/manage/articles",
        "///v1//manage///articles",
        "/v1/%6danage/articles",
        "/v1/%6Danage/articles",
        "/v1/%256danage/articles",
        "/%761/manage/articles",
        "/v1%2fmanage/articles",
        "/v1/./manage/articles",
        "/v1/x/../manage/articles",
        "/v1/manage/../manage/articles",
        "/v1/manage/articles/",
        "/v1/manage/articles/.",
        "/v1/manage/articles;x",
        "/v1\\manage\\articles",
        "/V1/MANAGE/articles",
        "/v1/Manage/Articles",
        "/%2e%2e/v1/manage/articles",
        "http://x/v1/manage/articles",
        "http://x//v1/%6danage/articles",
        "/v1/%6danage/articles/geheim",
        "/v1/%6danage/articles/niets",
        "/v1/manage/articles/%67eheim",
        "/v1/manage/articles/geheim/",
    ] {
        for (key, allowed) in [
            ("", ["401", "404", "400"]),
            (&partner, ["403", "404", "400"]),
            (&app.admin, ["200", "404", "400"]),
        ] {
            let authorization = if key.is_empty() {
                String::new()
            } else {
                format!("Authorization: Bearer {key}\r\n")
            };
            let answer = raw_get(&app, path, &authorization).await;
            let status = answer.split(' ').nth(1).unwrap_or_default();
            assert!(allowed.contains(&status), "{path}: {answer}");
            assert_eq!(
                answer.contains(&made.id()),
                status == "200",
                "{path}: {answer}"
            );
            let reached = matches!(status, "200" | "401" | "403") || path.ends_with("niets");
            assert!(!reached || answer.contains("no-store"), "{path}: {answer}");
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_path_that_can_name_nothing_is_not_found_on_every_route() {
    let app = App::start().await;
    app.bind("admin").await;
    app.publish(json!({"headline": "Een"})).await;
    let key = format!("Authorization: Bearer {}\r\n", app.admin);
    let names = [
        "%00",
        "een%00",
        "%2F",
        "een%2f",
        "%ff",
        "een%ff",
        "%c0%ae",
        "%ed%a0%80",
        "%zz",
        "een%zz",
        "een%4",
        "een%",
        "een%20",
        "een%0a",
        "%09een",
        "een%0d%0aX-Split:%20y",
        "..%2f..%2fetc",
        "%2e%2e",
        "%2e%2e%2f%2e%2e%2fetc",
        "..%5c..%5cetc",
        "een%3fx",
        "EEN",
        "een'--",
        "een;x",
        "%f0%9f%98%80",
        "-1",
        "0x1",
        "9999999999",
        "00000000000040008000000000000000",
        "%7B00000000-0000-4000-8000-000000000000%7D",
    ];
    for (path, method, _) in operations() {
        if !path.contains('{') || method != "get" {
            continue;
        }
        for name in names {
            let segments = path.split('/').map(|segment| {
                if segment.starts_with('{') {
                    name
                } else {
                    segment
                }
            });
            let url = segments.collect::<Vec<_>>().join("/");
            let answer = raw_get(&app, &url, &key).await;
            assert!(
                matches!(answer.split(' ').nth(1), Some("400" | "404")),
                "{url}: {answer}"
            );
            assert!(
                !answer.to_lowercase().contains("\nx-split:"),
                "{url}: {answer}"
            );
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn line_breaks_and_u_0000_split_no_header() {
    let app = App::start().await;
    let old = app.publish(json!({"headline": "Oud"})).await;
    let renamed = app
        .patch("/articles/oud", &old, json!({"slug": "nieuw"}))
        .await
        .expect(200);
    app.act(&renamed, "publish", json!({})).await.expect(200);
    let moved = raw_get(&app, "/v1/articles/oud", "").await;
    assert!(
        moved.starts_with("HTTP/1.1 308") && moved.contains("\nlocation: /v1/articles/nieuw\r"),
        "{moved}"
    );
    for split in [
        "%0d%0aX-Split:%20y",
        "%0aX-Split:%20y",
        "%0dX-Split:%20y",
        "%00",
        "%0a",
        "%E5%98%8D%E5%98%8AX-Split:%20y",
    ] {
        for path in [
            "/v1/articles/oud",
            "/v1/articles/nieuw",
            "/v1/articles/oud?body=text",
            "/v1/articles?cursor=x",
            "/v1/articles?limit=1",
            "/v1/articles?section=x",
            "/v1/articles?language=nl",
            "/v1/articles?slugs=oud",
            "/v1/resolve?path=/oud",
            "/v1/articles/oud?",
        ] {
            let answer = raw_get(&app, &format!("{path}{split}"), "").await;
            let status = answer.split(' ').nth(1).unwrap_or_default();
            assert!(matches!(status, "400" | "404"), "{path}{split}: {answer}");
            assert!(
                !answer.to_lowercase().contains("\nx-split:"),
                "{path}{split}: {answer}"
            );
        }
    }
    for line in [
        "X-Request-Id: a\rX-Split: y\r\n",
        "X-Request-Id: a\0b\r\n",
        "X-Request-Id: a\r\n X-Split: y\r\n",
        "X-Request-Id: a b\r\n",
        "If-None-Match: \"a\0\"\r\n",
    ] {
        let answer = raw_get(&app, "/v1/site", line).await;
        assert!(
            matches!(answer.split(' ').nth(1), Some("200" | "400")),
            "{line:?}: {answer}"
        );
        assert!(
            !answer.to_lowercase().contains("x-split:") && !answer.contains("id: a\r"),
            "{line:?}: {answer}"
        );
    }
    for field in ["slug", "language", "section", "headline", "canonical_url"] {
        for bad in ["een\r\nX-Split: y", "een\n\tx", "nl\nx", "nl\0"] {
            app.manage("POST", "/articles")
                .json(&json!({"headline": "Een", field: bad}))
                .send()
                .await
                .expect(422);
        }
    }
    for bad in ["een\n", "een\r\n", "\neen", "een "] {
        app.manage("POST", "/articles")
            .json(&json!({"headline": "Een", "slug": bad}))
            .send()
            .await
            .expect(422);
    }
    app.stop().await;
}
