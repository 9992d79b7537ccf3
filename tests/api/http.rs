//! What the server makes of requests, whatever they ask for.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::app::App;
use crate::openapi::{filled, operations};
use crate::postgres;

/// Sends bytes as they are and gives the answer as text.
async fn raw(app: &App, request: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(app.base.trim_start_matches("http://"))
        .await
        .unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

async fn raw_get(app: &App, path: &str) -> String {
    raw(
        app,
        &format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
    )
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unknown_parameters_are_refused_on_every_route_and_repeated_ones_are_told() {
    let app = App::start().await;
    for (path, ..) in operations()
        .into_iter()
        .filter(|(_, method, _)| *method == "get")
    {
        let call = app
            .call("GET", &format!("{}?sort_by=api_key_hash", filled(path)))
            .key(&app.admin);
        let answer = call.send().await.expect(400);
        assert!(
            answer
                .faults()
                .contains(&"unknown_parameter at sort_by".to_owned()),
            "{path}: {}",
            answer.text
        );
    }
    let twice = app
        .get("/v1/articles?limit=5&limit=6&x=1")
        .await
        .expect(400);
    assert_eq!(
        twice.faults(),
        ["repeated_parameter at limit", "unknown_parameter at x"]
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn head_is_get_without_the_body_and_options_and_other_methods_are_answered() {
    let app = App::start().await;
    let mut paths: Vec<&str> = operations().into_iter().map(|(path, ..)| path).collect();
    paths.dedup();
    for path in paths {
        let url = filled(path);
        let options = app.call("OPTIONS", &url).send().await.expect(204);
        let allowed: Vec<&str> = options.header("allow").split(", ").collect();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"] {
            if !allowed.contains(&method) {
                let refused = app.call(method, &url).send().await;
                assert_eq!(
                    (refused.status, refused.header("allow")),
                    (405, options.header("allow")),
                    "{method} {path}"
                );
            }
        }
        if allowed.contains(&"GET") {
            let get = app.call("GET", &url).key(&app.admin).send().await;
            let head = app.call("HEAD", &url).key(&app.admin).send().await;
            assert_eq!(
                (head.status, head.text.as_str(), head.etag()),
                (get.status, "", get.etag()),
                "{path}"
            );
            assert_eq!(
                head.header("content-length"),
                get.header("content-length"),
                "{path}"
            );
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_path_that_only_looks_like_management_gives_nothing_away() {
    let app = App::start().await;
    for path in [
        "//v1/manage/articles",
        "/v1/%6danage/articles",
        "/%761/manage/articles",
        "/v1/./manage/articles",
        "/v1/x/../manage/articles",
        "/v1/manage/articles/",
        "/V1/MANAGE/articles",
        "/%2e%2e/v1/manage/articles",
    ] {
        let answer = raw_get(&app, path).await;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(matches!(status, "401" | "404"), "{path}: {answer}");
    }
    for path in [
        "/v1/articles/%00",
        "/v1/articles/%2F",
        "/v1/articles/%ff",
        "/v1/articles/%zz",
        "/v1/articles/a%0d%0aSet-Cookie:x",
        "/v1/articles/..%2f..%2fetc",
    ] {
        let answer = raw_get(&app, path).await;
        assert!(
            matches!(answer.split(' ').nth(1), Some("400" | "404")),
            "{path}: {answer}"
        );
        assert!(!answer.contains("Set-Cookie"), "{answer}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_header_of_the_request_decides_where_links_lead() {
    let app = App::start().await;
    app.publish(json!({"headline": "Oud"})).await;
    let other = app.manage("GET", "/articles/oud").send().await;
    let renamed = app
        .patch("/articles/oud", &other, json!({"slug": "nieuw"}))
        .await
        .expect(200);
    app.act(&renamed, "publish", json!({})).await.expect(200);
    app.publish(json!({"headline": "Een"})).await;
    for (path, name) in [
        ("/v1/articles/oud?body=text", "location"),
        ("/v1/articles?limit=1", "link"),
    ] {
        let answer = app
            .call("GET", path)
            .header("host", "evil.example")
            .header("x-forwarded-host", "evil.example")
            .header("x-http-method-override", "DELETE")
            .send()
            .await;
        assert!(
            answer.header(name).contains("/v1/articles"),
            "{:?}",
            answer.headers
        );
        assert!(
            !format!("{:?}{}", answer.headers, answer.text).contains("evil"),
            "{:?}",
            answer.headers
        );
    }
    assert_eq!(
        app.get("/v1/articles/oud?body=text")
            .await
            .expect(308)
            .header("location"),
        "/v1/articles/nieuw?body=text"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browsers_of_any_origin_may_read_and_none_with_credentials() {
    let app = App::start().await;
    for origin in ["https://example.org", "null", "https://evil.example"] {
        let answer = app
            .call("GET", "/v1/site")
            .header("origin", origin)
            .send()
            .await
            .expect(200);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("access-control-allow-credentials"), "");
        assert!(
            answer
                .header("access-control-expose-headers")
                .to_lowercase()
                .contains("kroniek-seq")
        );
    }
    assert_eq!(
        app.get("/v1/site")
            .await
            .header("access-control-allow-origin"),
        "*"
    );
    let preflight = app
        .call("OPTIONS", "/v1/manage/articles")
        .header("origin", "https://tool.example");
    let preflight = preflight
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "authorization,if-match,idempotency-key",
        );
    let answer = preflight.send().await;
    assert_eq!(
        (answer.status, answer.header("access-control-allow-origin")),
        (200, "*"),
        "{:?}",
        answer.headers
    );
    assert!(
        answer
            .header("access-control-allow-headers")
            .to_lowercase()
            .contains("if-match")
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_client_has_is_not_sent_again() {
    let app = App::start().await;
    let etag = app.get("/v1/site").await.expect(200).etag();
    let strong = etag.trim_start_matches("W/").to_owned();
    let many = format!("{}{etag}", "\"x\", ".repeat(10_000));
    for known in [etag.as_str(), &strong, "*", many.as_str()] {
        let answer = app
            .call("GET", "/v1/site")
            .header("if-none-match", known)
            .send()
            .await
            .expect(304);
        assert_eq!((answer.text.as_str(), answer.etag()), ("", etag.clone()));
        assert!(
            !answer.header("kroniek-seq").is_empty() && !answer.header("cache-control").is_empty()
        );
    }
    for unknown in ["\"x\"", "x", "W/", "\""] {
        app.call("GET", "/v1/site")
            .header("if-none-match", unknown)
            .send()
            .await
            .expect(200);
    }
    assert_ne!(app.get("/v1/site?body=text,html").await.etag(), "");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_has_an_id_taken_from_the_client_when_it_is_fit() {
    let app = App::start().await;
    assert_eq!(
        app.call("GET", "/v1/site")
            .header("x-request-id", "tool-7.a_b")
            .send()
            .await
            .header("x-request-id"),
        "tool-7.a_b"
    );
    for unfit in ["a b", "", &"x".repeat(65), "<script>"] {
        assert_eq!(
            app.call("GET", "/v1/site")
                .header("x-request-id", unfit)
                .send()
                .await
                .header("x-request-id")
                .len(),
            36
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_shuts_down_or_has_no_database_is_not_ready() {
    let app = App::start().await;
    app.get("/health/live").await.expect(200);
    app.get("/health/ready").await.expect(200);
    let name = app.database_url.rsplit('/').next().unwrap().to_owned();
    let admin = postgres::connect(&postgres::named(&app.database_url, "postgres")).await;
    admin
        .batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        .await
        .unwrap();
    admin
        .execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
            &[&name],
        )
        .await
        .unwrap();
    loop {
        let answer = app.get("/health/ready").await;
        if answer.status == 503 && app.get("/v1/articles").await.status == 503 {
            assert_eq!(answer.header("retry-after"), "1");
            break;
        }
    }
    app.get("/health/live").await.expect(200);
    admin
        .batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
        .await
        .unwrap();
    while app.get("/health/ready").await.status != 200 {}
    app.get("/v1/articles").await.expect(200);
    app.stop().await;
}
