//! What the server makes of requests, whatever they ask for.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::app::App;
use crate::openapi::{filled, operations};
use crate::postgres;

/// Sends bytes as they are and gives the answer as text.
pub async fn raw(app: &App, request: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(app.base.trim_start_matches("http://"))
        .await
        .unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let whole = stream.read_to_end(&mut answer);
    let _ = tokio::time::timeout(Duration::from_secs(20), whole)
        .await
        .expect("no answer within 20 seconds");
    String::from_utf8_lossy(&answer).into_owned()
}

/// Asks for a path as it is written, with these header lines.
pub async fn raw_get(app: &App, path: &str, headers: &str) -> String {
    let head = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
    raw(app, &format!("{head}{headers}\r\n")).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unknown_parameters_are_refused_on_every_route_and_repeated_ones_are_told() {
    let app = App::start().await;
    app.bind("admin").await;
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
            !answer.header("vary").to_lowercase().contains("origin"),
            "caches keep one answer for all"
        );
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
async fn where_origins_are_named_no_other_may_read() {
    let url = postgres::database().await;
    let options = ["--cors-origins", "https://example.org,https://tool.example"];
    let app = App::serving(&url, &postgres::settings(&url), &options).await;
    for origin in [
        "null",
        "https://evil.example",
        "http://example.org",
        "https://example.org:8443",
        "https://example.org.evil.example",
        "https://evil-example.org",
        "https://a.example.org",
        "https://example.org/",
        "HTTPS://EVIL.EXAMPLE",
        "*",
    ] {
        for (method, path) in [
            ("GET", "/v1/site"),
            ("GET", "/v1/articles/niets"),
            ("OPTIONS", "/v1/manage/articles"),
        ] {
            let call = app.call(method, path).header("origin", origin);
            let answer = call
                .header("access-control-request-method", "POST")
                .send()
                .await;
            assert_eq!(
                answer.header("access-control-allow-origin"),
                "",
                "{method} {path} from {origin}"
            );
            assert_eq!(answer.header("access-control-allow-credentials"), "");
        }
    }
    for origin in ["https://example.org", "https://tool.example"] {
        let answer = app
            .call("GET", "/v1/site")
            .header("origin", origin)
            .send()
            .await
            .expect(200);
        assert_eq!(answer.header("access-control-allow-origin"), origin);
        assert_eq!(answer.header("access-control-allow-credentials"), "");
        assert!(
            answer.header("vary").to_lowercase().contains("origin"),
            "{:?}",
            answer.headers
        );
    }
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
    let two_lines = app
        .call("GET", "/v1/site")
        .header("if-none-match", "W/\"x\", \"y\"");
    two_lines
        .header("if-none-match", &etag)
        .send()
        .await
        .expect(304);
    let none = "\"x\", ".repeat(10_000);
    let cut = etag.trim_end_matches('"').to_owned();
    let lower = etag.replace("W/", "w/");
    for unknown in [
        "\"x\"",
        "x",
        "W/",
        "\"",
        "\"*\"",
        "W/*",
        "",
        none.as_str(),
        &cut,
        &lower,
        strong.trim_matches('"'),
    ] {
        app.call("GET", "/v1/site")
            .header("if-none-match", unknown)
            .send()
            .await
            .expect(200);
    }
    app.call("GET", "/v1/articles/niets")
        .header("if-none-match", "*")
        .send()
        .await
        .expect(404);
    assert_ne!(app.get("/v1/site?body=text,html").await.etag(), "");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_is_based_on_the_version_that_if_match_names() {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Een"})).await;
    let current = || async { app.manage("GET", "/sections/een").send().await.etag() };
    let patch = async |tags: &[&str]| {
        let call = app
            .manage("PATCH", "/sections/een")
            .json(&json!({"description": "Twee"}));
        let call = tags
            .iter()
            .fold(call, |call, tags| call.header("if-match", tags));
        call.send().await
    };
    let etag = current().await;
    let (weak, many) = (format!("W/{etag}"), "\"x\", ".repeat(10_000));
    for (tags, status) in [
        (vec![], 428),
        (vec!["\"x\""], 412),
        (vec![weak.as_str()], 412),
        (vec!["\"*\""], 412),
        (vec![many.as_str()], 412),
        (vec!["W/*"], 400),
        (vec![etag.trim_matches('"')], 400),
        (vec!["x"], 400),
        (vec!["\""], 400),
        (vec![""], 412),
    ] {
        assert_eq!(patch(&tags).await.status, status, "{tags:?}");
        assert_eq!(current().await, etag, "{tags:?}");
    }
    for form in 0..4 {
        let etag = current().await;
        let (last, all) = (format!("\"x\", W/\"y\",{etag}"), format!("{many}{etag}"));
        let tags = [
            vec![last.as_str()],
            vec!["\"x\"", &etag],
            vec![&all],
            vec!["*"],
        ];
        patch(&tags[form]).await.expect(200);
    }
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
