//! What is missing in an article, and where.

use serde_json::{Value, json};

use super::{check, found, found_in, weigh, writes};
use crate::app::App;
use crate::media::{pictures::png, upload};
use crate::shorthand::{html, markdown};

const PICTURE: &str = "https://example.org/haven.jpg";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_that_is_missing_is_told_at_once_with_its_place_and_nothing_is_written() {
    let app = App::start().await;
    let described = json!({"kind": "topic", "name": "Slib", "description": "Wat bezinkt."});
    app.make("/entities", described).await;
    let body = format!("Tekst.\n\n![]({PICTURE})\n\nMet ![]({PICTURE}) erin.");
    let article = json!({
        "headline": "(Untitled)",
        "image": {"url": PICTURE},
        "standfirst": html(&format!("<figure><img src=\"{PICTURE}\" alt=\"De haven\"></figure>")),
        "body": markdown(&body),
        "entities": [{"entity": "slib"}, {"kind": "person", "name": "Fenna Loman"}],
    });
    let made = app.make("/articles", article).await;
    let before = writes(&app).await;
    let checked = check(&app, &made).await;
    assert_eq!(
        found(&checked.json["findings"]),
        [
            "missing_headline at /headline",
            "missing_alt at /image",
            "missing_credit at /image",
            "missing_credit at /standfirst/blocks/0",
            "missing_alt at /body/blocks/1",
            "missing_credit at /body/blocks/1",
            "missing_alt at /body/blocks/2",
            "entity_without_description at /entities/1",
        ]
    );
    assert_eq!(checked.json["publishable"], true);
    assert_eq!(checked.json["count"], 8);
    assert_eq!(checked.etag(), made.etag());
    for finding in checked.json["findings"].as_array().unwrap() {
        assert_eq!(finding["severity"], "warning");
        assert!(finding["detail"].as_str().unwrap().len() > 20);
    }
    let detail = &checked.json["findings"][7]["detail"];
    assert!(detail.as_str().unwrap().contains("Fenna Loman"), "{detail}");
    assert_eq!(writes(&app).await, before);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_that_lacks_nothing_has_no_findings() {
    let app = App::start().await;
    let picture = format!(
        "<figure><img src=\"{PICTURE}\" alt=\"De haven\"><figcaption>Eb <cite>F. Loman</cite></figcaption></figure>"
    );
    let image = json!({"url": PICTURE, "alt": "De haven", "credit": "F. Loman"});
    let article = json!({"headline": "De haven", "image": image, "body": html(&picture)});
    assert!(found_in(&app, article).await.is_empty());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_article_should_have_is_looked_at_where_the_site_wants_it_and_not_on_pages() {
    let app = App::start().await;
    let bare = json!({"headline": "De haven"});
    assert!(found_in(&app, bare.clone()).await.is_empty());
    let wanted = json!({"missing_standfirst": "warning", "missing_section": "warning", "missing_author": "error"});
    weigh(&app, wanted).await.expect(200);
    assert_eq!(
        found_in(&app, bare).await,
        [
            "missing_author at /authors",
            "missing_standfirst at /standfirst",
            "missing_section at /section",
        ]
    );
    let page = json!({"headline": "Colofon", "type": "page"});
    assert!(found_in(&app, page).await.is_empty());
    app.make("/sections", json!({"name": "Water"})).await;
    app.make("/authors", json!({"name": "Fenna"})).await;
    let whole = json!({"headline": "De haven", "section": "water", "authors": ["fenna"], "standfirst": markdown("Eb.")});
    assert!(found_in(&app, whole).await.is_empty());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_very_many_findings_the_first_are_told_errors_before_warnings_and_all_are_counted() {
    let app = App::start().await;
    let body = format!("![]({PICTURE})\n\n").repeat(5000);
    let article = json!({"headline": "Foto's", "body": markdown(&body)});
    let made = app.make("/articles", article).await;
    weigh(&app, json!({"missing_credit": "error"}))
        .await
        .expect(200);
    let checked = check(&app, &made).await;
    assert_eq!(checked.json["count"], 10_000);
    let findings = checked.json["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 200);
    let all_errors = |finding: &Value| finding["severity"] == "error";
    assert!(findings.iter().all(all_errors));
    let refused = app.act(&made, "publish", json!({})).await.expect(422);
    assert_eq!(refused.json["errors"].as_array().unwrap().len(), 200);
    assert!(
        refused.text.contains("5000 faults"),
        "{}",
        refused.json["detail"]
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_there_can_not_be_checked() {
    let app = App::start().await;
    let nowhere = app.manage("POST", "/articles/nergens/check").send().await;
    nowhere.expect(404);
    let made = app.make("/articles", json!({"headline": "Weg"})).await;
    let reason = json!({"reason": "Vergissing."});
    app.act(&made, "purge", reason).await.expect(204);
    let path = format!("/articles/{}/check", made.id());
    let purged = app.manage("POST", &path).send().await.expect(410);
    assert_eq!(purged.problem(), "purged");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_told_of_an_uploaded_picture_need_not_be_told_again() {
    let app = App::start().await;
    let media = upload(&app, &[("alt", "Een dijk")], ("", &png(300, 200))).await;
    let media = media.expect(201);
    let article = json!({"headline": "Over de dijk", "image": {"media": media.id()}});
    assert_eq!(
        found_in(&app, article.clone()).await,
        ["missing_credit at /image"]
    );
    let path = format!("/media/{}", media.id());
    let credit = json!({"credit": "Fenna Loman"});
    app.patch(&path, &media, credit).await.expect(200);
    assert_eq!(found_in(&app, article).await, Vec::<String>::new());
    app.stop().await;
}
