//! Versions of updates: each text that one had is there to read, and restoring one is a revision.

use kroniek::auth::Role;
use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::shorthand::{managed, markdown};

/// A published article with an update that was revised once; gives the article's id, and the update as it now is.
async fn revised(app: &App, draft: bool) -> (String, Answer) {
    let article = app
        .publish(json!({"headline": "Artikel", "slug": "artikel"}))
        .await;
    let updates = format!("/articles/{}/updates", article.id());
    let update = json!({"headline": "Eerst", "body": markdown("Eerste tekst."), "draft": draft});
    let update = app.make(&updates, update).await;
    let path = format!("{updates}/{}", update.id());
    let change =
        json!({"headline": "Dan", "kind": "correction", "body": markdown("Tweede tekst.")});
    let update = app.patch(&path, &update, change).await.expect(200);
    (path, update)
}

async fn restore(app: &App, path: &str, seen: &Answer, number: i32) -> Answer {
    app.manage("POST", &format!("{path}/versions/{number}/restore"))
        .if_match(&seen.etag())
        .send()
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_text_of_an_update_is_there_to_read_and_compare() {
    let app = App::start().await;
    let (path, _) = revised(&app, false).await;
    let read = async |below: &str| {
        app.manage("GET", &format!("{path}/{below}"))
            .send()
            .await
            .expect(200)
            .json
    };

    let listed = read("versions").await;
    let headlines: Vec<&Value> = listed["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["headline"])
        .collect();
    assert_eq!(headlines, ["Dan", "Eerst"]);
    assert_eq!(listed["data"][0]["published"], true);
    assert_eq!(listed["data"][1]["published"], false);
    assert_eq!(listed["data"][1]["key"], "test");

    let first = read("versions/1").await;
    assert_eq!(
        (&first["kind"], &first["body"]["source"]),
        (&json!("update"), &json!("Eerste tekst."))
    );
    let diff = read("versions/2/diff").await;
    assert_eq!(diff["fields"][0]["field"], "headline");
    assert_eq!(diff["fields"][1]["field"], "kind");
    assert_eq!(diff["texts"][0]["blocks"][0]["op"], "changed");
    let added = read("versions/1/diff").await;
    assert_eq!(added["from"], json!(null));
    assert_eq!(added["texts"][0]["blocks"][0]["op"], "added");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn restoring_a_shown_update_is_a_revision_that_readers_see_at_once() {
    let app = App::start().await;
    let (path, seen) = revised(&app, false).await;
    let author = app.key(Role::Author).await;
    app.call("POST", &format!("/v1/manage{path}/versions/1/restore"))
        .key(&author)
        .if_match(&seen.etag())
        .send()
        .await
        .expect(403);
    let seq = app.get("/v1/articles/artikel").await;

    let restored = restore(&app, &path, &seen, 1).await.expect(200);

    assert_eq!(restored.json["version"], 3);
    assert!(restored.json["revised_at"].is_string());
    let shown = app.get("/v1/articles/artikel").await.expect(200);
    assert_eq!(shown.json["updates"][0]["headline"], "Eerst");
    assert_eq!(shown.json["updates"][0]["kind"], "update");
    assert_eq!(
        shown.json["updates"][0]["revised_at"],
        restored.json["revised_at"]
    );
    assert_ne!(shown.header("kroniek-seq"), seq.header("kroniek-seq"));
    let event = "SELECT event FROM delivery.changes ORDER BY seq DESC LIMIT 1";
    let event: String = app.sql().await.query_one(event, &[]).await.unwrap().get(0);
    assert_eq!(event, "update.revised");

    // What it says already is written no second time.
    let again = restore(&app, &path, &restored, 1).await.expect(200);
    assert_eq!(again.text, restored.text);
    let after = app.get("/v1/articles/artikel").await;
    assert_eq!(after.header("kroniek-seq"), shown.header("kroniek-seq"));
    restore(&app, &path, &seen, 1).await.expect(412);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_draft_stays_a_draft() {
    let app = App::start().await;
    let (path, seen) = revised(&app, true).await;
    let author = app.key(Role::Author).await;
    let before = app.get("/v1/articles/artikel").await;
    let restored = app
        .call("POST", &format!("/v1/manage{path}/versions/1/restore"))
        .key(&author)
        .if_match(&seen.etag())
        .send()
        .await
        .expect(200);
    assert_eq!(restored.json["state"], "draft");
    assert_eq!(restored.json["headline"], "Eerst");
    assert_eq!(restored.json["revised_at"], json!(null));
    let after = app.get("/v1/articles/artikel").await;
    assert_eq!(
        (after.text.as_str(), after.header("kroniek-seq")),
        (before.text.as_str(), before.header("kroniek-seq"))
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retracted_update_keeps_its_versions_to_editors_and_is_not_restored() {
    let app = App::start().await;
    let (path, seen) = revised(&app, false).await;
    let retracted = app
        .manage("POST", &format!("{path}/retract"))
        .if_match(&seen.etag())
        .json(&json!({"reason": "Fout."}))
        .send()
        .await
        .expect(200);
    let refused = restore(&app, &path, &retracted, 1).await.expect(409);
    assert_eq!(refused.problem(), "state-conflict");
    let listed = managed(&app, &format!("{path}/versions")).await;
    assert_eq!(listed.json["data"].as_array().unwrap().len(), 2);
    assert!(!listed.text.contains("\"published\":true"));
    let page = app.get("/v1/articles/artikel").await;
    assert!(!page.text.contains("tekst"), "{}", page.text);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_whose_quote_is_gone_from_the_article_is_refused_in_words() {
    let app = App::start().await;
    let body = markdown("Elk jaar een meter.");
    let article = app
        .publish(json!({"headline": "Artikel", "body": body}))
        .await;
    let updates = format!("/articles/{}/updates", article.id());
    let update = json!({"body": markdown("Een."), "concerns": {"quote": "een meter"}});
    let update = app.make(&updates, update).await;
    let path = format!("{updates}/{}", update.id());
    let update = app
        .patch(&path, &update, json!({"concerns": null}))
        .await
        .expect(200);
    let seen = managed(&app, &format!("/articles/{}", article.id())).await;
    let changed = app
        .patch(
            &format!("/articles/{}", article.id()),
            &seen,
            json!({"body": markdown("Elk jaar twee meter.")}),
        )
        .await;
    app.act(&changed, "publish", json!({})).await.expect(200);
    let refused = restore(&app, &path, &update, 1).await.expect(409);
    assert!(refused.text.contains("/concerns/quote"), "{}", refused.text);
    app.stop().await;
}
