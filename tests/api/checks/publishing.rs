//! Publishing what was checked.

use kroniek::auth::Role;
use serde_json::json;

use super::{check, found, weigh, writes};
use crate::app::App;
use crate::shorthand::{managed, names};

const PICTURE: &str = "https://example.org/haven.jpg";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_keeps_an_article_unpublished_and_leaves_no_trace() {
    let app = App::start().await;
    weigh(&app, json!({"missing_alt": "error"}))
        .await
        .expect(200);
    let article = json!({"headline": "De haven", "image": {"url": PICTURE}});
    let made = app.make("/articles", article).await;
    assert_eq!(check(&app, &made).await.json["publishable"], false);
    let before = writes(&app).await;
    let refused = app.act(&made, "publish", json!({})).await.expect(422);
    assert_eq!(refused.problem(), "checks-failed");
    assert_eq!(refused.faults(), ["missing_alt at /image"]);
    assert_eq!(writes(&app).await, before);
    app.get("/v1/articles/de-haven").await.expect(404);
    let path = format!("/articles/{}", made.id());
    let now = managed(&app, &path).await;
    assert_eq!(
        (&now.json["status"], now.etag()),
        (&json!("draft"), made.etag())
    );

    let image = json!({"image": {"url": PICTURE, "alt": "De haven bij eb"}});
    let better = app.patch(&path, &made, image).await.expect(200);
    let published = app.act(&better, "publish", json!({})).await.expect(200);
    assert_eq!(
        found(&published.json["warnings"]),
        ["missing_credit at /image"]
    );
    assert_eq!(published.json["status"], "published");
    app.get("/v1/articles/de-haven").await.expect(200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_go_on_with_the_published_version_while_a_later_one_has_an_error() {
    let app = App::start().await;
    weigh(&app, json!({"missing_alt": "error"}))
        .await
        .expect(200);
    let published = app.publish(json!({"headline": "De haven"})).await;
    let path = format!("/articles/{}", published.id());
    let image = json!({"headline": "De nieuwe haven", "image": {"url": PICTURE}});
    let changed = app.patch(&path, &published, image).await.expect(200);
    app.act(&changed, "publish", json!({})).await.expect(422);
    let reader = app.get("/v1/articles/de-haven").await.expect(200);
    assert_eq!(reader.json["headline"], "De haven");

    let withdrawn = app.act(&changed, "withdraw", json!({})).await.expect(200);
    let again = app.act(&withdrawn, "publish", json!({})).await.expect(422);
    assert_eq!(again.problem(), "checks-failed");
    app.get("/v1/articles/de-haven").await.expect(410);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stale_version_is_told_before_the_checks_and_a_repetition_gets_the_first_answer() {
    let app = App::start().await;
    let article = json!({"headline": "De haven", "image": {"url": PICTURE}});
    let made = app.make("/articles", article).await;
    let publish = || {
        let path = format!("/articles/{}/publish", made.id());
        let call = app.manage("POST", &path).if_match(&made.etag());
        call.header("idempotency-key", "een")
            .json(&json!({}))
            .send()
    };
    let first = publish().await.expect(200);
    weigh(&app, json!({"missing_alt": "error"}))
        .await
        .expect(200);
    let again = publish().await.expect(200);
    assert_eq!(again.text, first.text);
    assert_eq!(first.json["warnings"].as_array().unwrap().len(), 2);
    app.act(&made, "publish", json!({})).await.expect(412);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_answer_to_a_publication_is_the_article_with_warnings_and_nobody_else_sees_them() {
    let app = App::start().await;
    let article = json!({"headline": "…", "slug": "leeg"});
    let published = app.publish(article).await;
    let seen = managed(&app, &format!("/articles/{}", published.id())).await;
    let mut wanted = seen.json.clone();
    wanted["warnings"] = published.json["warnings"].clone();
    assert_eq!(published.json, wanted);
    assert_eq!(
        found(&published.json["warnings"]),
        ["missing_headline at /headline"]
    );
    let reader = app.get("/v1/articles/leeg").await.expect(200);
    assert!(!names(&reader.json).contains(&"warnings"));
    let author = app.key(Role::Author).await;
    let path = format!("/v1/manage/articles/{}/check", published.id());
    let checked = app.call("POST", &path).key(&author).send().await;
    assert_eq!(checked.expect(200).json["publishable"], true);
    app.stop().await;
}
