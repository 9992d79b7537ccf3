//! What one partner reads is nobody else's, and no cache's.

use futures_util::future::join_all;
use serde_json::json;

use super::{Partner, publication, slugs};
use crate::app::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_answer_is_never_kept_however_its_path_is_written() {
    let app = App::start().await;
    publication(&app).await;
    let water = Partner::new(&app, json!({"sections": ["water"]})).await;
    let politics = Partner::new(&app, json!({"sections": ["politiek"]})).await;
    for path in [
        "/v1/syndication/articles",
        "/v1/%73yndication/articles",
        "/v1/syndication/%61rticles",
    ] {
        let read = async |key: &str| app.call("GET", path).key(key).send().await;
        for _ in 0..3 {
            let both = join_all([
                read(&water.key),
                read(&politics.key),
                read(&water.key),
                read(&politics.key),
            ])
            .await;
            for (place, answer) in both.into_iter().enumerate() {
                let answer = answer.expect(200);
                assert_eq!(
                    answer.header("cache-control"),
                    "private, no-cache",
                    "{path}"
                );
                assert_eq!(
                    answer.header("cache-status"),
                    "kroniek; fwd=bypass",
                    "{path}"
                );
                assert_eq!(answer.header("surrogate-key"), "", "{path}");
                let wanted = if place % 2 == 0 {
                    vec!["tide", "haven"]
                } else {
                    vec!["raad"]
                };
                assert_eq!(slugs(&answer), wanted, "{path}");
            }
        }
        app.get(path).await.expect(401);
    }
    for path in [
        "/articles/nergens",
        "/articles/raad",
        "/articles?x=1",
        "/feeds/nergens.xml",
    ] {
        let answer = water.get(&app, path).await;
        assert!((400..500).contains(&answer.status), "{path}");
        assert_eq!(
            (
                answer.header("cache-control"),
                answer.header("surrogate-key")
            ),
            ("private, no-store", ""),
            "{path}"
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_answer_is_conditional_and_compressed_like_any() {
    let app = App::start().await;
    publication(&app).await;
    let partner = Partner::new(&app, json!({})).await;
    let path = "/v1/syndication/articles/haven";
    let first = app
        .call("GET", path)
        .key(&partner.key)
        .send()
        .await
        .expect(200);
    let again = app
        .call("GET", path)
        .key(&partner.key)
        .header("if-none-match", &first.etag())
        .send()
        .await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    assert_eq!(again.header("cache-control"), "private, no-cache");
    let coded = app
        .call("HEAD", path)
        .key(&partner.key)
        .header("accept-encoding", "gzip")
        .send()
        .await;
    assert_eq!(
        (coded.header("content-encoding"), coded.header("vary")),
        ("gzip", "accept-encoding")
    );
    let seq = first.header("kroniek-seq").to_owned();
    assert!(seq.starts_with("1-"), "{seq}");
    let ahead = app
        .call("GET", path)
        .key(&partner.key)
        .header("kroniek-min-seq", "1-99999999")
        .send()
        .await;
    assert_eq!(
        (ahead.status, ahead.header("cache-control")),
        (400, "private, no-store")
    );
    let head = app.call("HEAD", path).key(&partner.key).send().await;
    assert_eq!(
        (head.status, head.text.as_str(), head.etag()),
        (200, "", first.etag())
    );
    app.stop().await;
}
