//! What a request says of itself changes nothing for others: not its key, not the host that it claims to have asked, not another method.

use serde_json::json;

use crate::app::{Answer, App};
use crate::openapi::operations;
use crate::statuses::{Publication, needed};

/// What is told of the answer, but for what is the request's own.
fn told(answer: &Answer) -> (u16, String, Vec<&(String, String)>) {
    let own = [
        "date",
        "x-request-id",
        "cache-status",
        "ratelimit",
        "ratelimit-policy",
    ];
    let headers = answer.headers.iter();
    let headers = headers.filter(|(name, _)| !own.contains(&name.as_str()));
    let mut headers: Vec<_> = headers.collect();
    headers.sort();
    // Problems repeat the request's id.
    let text = answer.text.replace(answer.header("x-request-id"), "");
    (answer.status, text, headers)
}

/// The delivery operations, as paths of what is there.
fn readings(publication: &Publication) -> Vec<String> {
    let reads = operations()
        .into_iter()
        .filter(|(path, method, _)| *method == "get" && !path.starts_with("/v1/manage/"));
    let path = |(path, _, _): (&str, &str, &serde_json::Value)| {
        let query = needed(path);
        format!("{}{query}", publication.path(path, "nieuw"))
    };
    reads.map(path).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_asked_for_with_a_key_is_answered_without_one_as_if_it_had_never_been() {
    let publication = Publication::new().await;
    let app = &publication.app;
    let draft = app.make(
        "/articles",
        json!({"headline": "Geheim", "section": "nieuw", "authors": ["nieuw"]}),
    );
    draft.await;
    let published = app.manage("GET", "/articles/nieuw").send().await;
    app.patch(
        "/articles/nieuw",
        &published,
        json!({"standfirst": {"format": "markdown", "source": "Geheim."}}),
    )
    .await
    .expect(200);
    let mut paths = readings(&publication);
    // Files of media are not kept here, previews and streams nowhere.
    let apart = [
        "/v1/media/",
        "/v1/preview/",
        "/v1/stream",
        // What partners read has tests of its own.
        "/v1/syndication/",
    ];
    paths.retain(|path| !apart.iter().any(|begin| path.starts_with(begin)));
    paths.push("/v1/articles/geheim".to_owned());
    for path in paths {
        let with = app.call("GET", &path).key(&app.admin).send().await;
        let without = app.get(&path).await;
        assert_eq!(without.header("cache-status"), "kroniek; hit", "{path}");
        let wrong = app.call("GET", &path).key("kroniek_wrong").send().await;
        wrong.expect(401);
        assert_eq!(told(&with), told(&without), "{path}");
        assert!(!without.text.contains("Geheim"), "{path}: {}", without.text);
    }
    let managed = operations()
        .into_iter()
        .filter(|(path, method, _)| *method == "get" && path.starts_with("/v1/manage/"));
    for (path, _, _) in managed {
        let path = publication.path(path, "nieuw");
        let with = app
            .call("GET", &path)
            .key(&app.admin)
            .send()
            .await
            .expect(200);
        assert_eq!(
            with.header("cache-control"),
            "no-store, no-transform",
            "{path}"
        );
        let without = app.get(&path).await.expect(401);
        assert_eq!(
            without.header("cache-control"),
            "no-store, no-transform",
            "{path}"
        );
        let has = app.call("GET", &path).header("if-none-match", &with.etag());
        has.send().await.expect(401);
    }
}

/// Headers by which some servers let a client name another host, path or method.
const CLAIMS: [(&str, &str); 10] = [
    ("host", "evil.example"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-proto", "evil"),
    ("x-forwarded-prefix", "/evil.example"),
    ("forwarded", "host=evil.example;proto=evil"),
    ("x-http-method-override", "DELETE"),
    ("x-method-override", "DELETE"),
    ("x-original-url", "/v1/manage/keys"),
    ("x-rewrite-url", "/v1/manage/keys"),
    ("x-original-host", "evil.example"),
];

async fn claiming(app: &App, method: &str, path: &str) -> Answer {
    let call = app.call(method, path);
    let call = CLAIMS
        .iter()
        .fold(call, |call, (name, value)| call.header(name, value));
    call.send().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_host_nor_method_is_what_a_header_claims() {
    let publication = Publication::new().await;
    let app = &publication.app;
    app.publish(json!({"headline": "Twee"})).await;
    let mut paths = readings(&publication);
    paths.extend(
        [
            "/v1/articles?limit=1",
            "/v1/articles/oud",
            "/v1/articles/weg",
            "/v1/nergens",
            "/docs",
        ]
        .map(str::to_owned),
    );
    for path in paths {
        // The one that claims comes first, so that it is what is kept.
        let first = claiming(app, "GET", &path).await;
        let then = app.get(&path).await;
        // A preview has the dates of the moment.
        if !path.ends_with("/related") && !path.starts_with("/v1/preview/") {
            assert_eq!(told(&first), told(&then), "{path}");
        }
        let all = format!("{:?}{}", first.headers, first.text);
        assert!(!all.contains("evil"), "{path}: {all}");
    }
    let next = claiming(app, "GET", "/v1/articles?limit=1").await;
    assert!(
        next.header("link").starts_with("</v1/articles?"),
        "{}",
        next.header("link")
    );
    let moved = claiming(app, "GET", "/v1/articles/oud").await.expect(308);
    assert_eq!(moved.header("location"), "/v1/articles/nieuw");
    let made = app
        .manage("POST", "/sections")
        .json(&json!({"name": "Gemaakt"}));
    let made = made
        .header("x-forwarded-host", "evil.example")
        .header("host", "evil.example");
    let made = made
        .header("x-http-method-override", "GET")
        .send()
        .await
        .expect(201);
    assert_eq!(
        made.header("location"),
        format!("/v1/manage/sections/{}", made.id())
    );
    let post = claiming(app, "POST", "/v1/site").await;
    post.expect(405);
}
