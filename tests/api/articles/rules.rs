//! Articles: what may be written, and what may be removed.

use serde_json::json;

use crate::app::App;
use crate::shorthand::{managed, markdown, read, remove, republish, slugs};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_unknown_reference_is_told_with_its_place() {
    let app = App::start().await;
    app.make("/authors", json!({"name": "Fenna"})).await;
    let id = "7b0ab1f4-6b0f-4a8a-9d5f-4f1f6f6f6f6f";

    let refused = app
        .manage("POST", "/articles")
        .json(&json!({
            "headline": "H", "section": "geen", "authors": ["fenna", "niemand", "fenna"], "donation_links": [id],
            "entities": [{"entity": "geen"}, {"kind": "person"}, {"entity": id}], "related": [{"article": "geen"}, {"url": "https://example.org"}]
        }))
        .send()
        .await
        .expect(422);

    let mut faults = refused.faults();
    faults.sort();
    assert_eq!(
        faults,
        [
            "invalid_value at /authors/2",
            "invalid_value at /entities/1",
            "invalid_value at /related/1",
            "unknown_reference at /authors/1",
            "unknown_reference at /donation_links/0",
            "unknown_reference at /entities/0/entity",
            "unknown_reference at /entities/2/entity",
            "unknown_reference at /related/0/article",
            "unknown_reference at /section",
        ]
    );
    assert_eq!(
        read(&app, "/v1/articles?count=true").await["page"]["total"],
        0
    );
    assert_eq!(managed(&app, "/articles").await.json["data"], json!([]));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_have_the_limits_that_the_contract_names() {
    let app = App::start().await;
    let (headline, standfirst, body) =
        ("é".repeat(300), "é".repeat(5_000), "woord ".repeat(174_762));
    let whole = json!({"headline": headline, "slug": "lang", "standfirst": markdown(&standfirst), "body": markdown(&body)});

    app.publish(whole).await;

    let page = read(&app, "/v1/articles/lang?body=text").await;
    assert_eq!(page["word_count"], 174_762);
    assert_eq!(
        page["headline"].as_str().map(|text| text.chars().count()),
        Some(300)
    );
    let over = json!({"headline": "é".repeat(301), "seo": {"title": "t".repeat(301)}});
    let refused = app
        .manage("POST", "/articles")
        .json(&over)
        .send()
        .await
        .expect(422);
    assert_eq!(
        refused.faults(),
        ["too_long at /headline", "too_long at /seo/title"]
    );
    let nobody = vec!["x"; 51];
    let over = json!({"headline": "H", "standfirst": markdown(&"e".repeat(5_001)), "body": markdown(&"e".repeat(1024 * 1024 + 1)), "authors": nobody});
    let refused = app
        .manage("POST", "/articles")
        .json(&over)
        .send()
        .await
        .expect(422);
    let too_long = |answer: crate::app::Answer| {
        let mut faults = answer.faults();
        faults.retain(|fault| fault.starts_with("too_long"));
        faults.sort();
        faults
    };
    assert_eq!(
        too_long(refused),
        [
            "too_long at /authors",
            "too_long at /body/source",
            "too_long at /standfirst/source"
        ]
    );
    let over = json!({"headline": "H", "entities": vec![json!({"entity": "x"}); 201], "related": vec![json!({"article": "x"}); 101]});
    let refused = app
        .manage("POST", "/articles")
        .json(&over)
        .send()
        .await
        .expect(422);
    assert_eq!(
        too_long(refused),
        ["too_long at /entities", "too_long at /related"]
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_draft_that_nothing_picks_can_be_removed() {
    let app = App::start().await;
    let picked = app.make("/articles", json!({"headline": "Gekozen"})).await;
    let picking = app
        .make(
            "/articles",
            json!({"headline": "Kiest", "related": [{"article": picked.id()}]}),
        )
        .await;
    let public = app.publish(json!({"headline": "Openbaar"})).await;
    let path = |answer: &crate::app::Answer| format!("/articles/{}", answer.id());

    assert_eq!(
        remove(&app, &path(&picked), &picked)
            .await
            .expect(409)
            .problem(),
        "in-use"
    );
    assert_eq!(
        remove(&app, &path(&public), &public)
            .await
            .expect(409)
            .problem(),
        "in-use"
    );
    let withdrawn = app.act(&public, "withdraw", json!({})).await.expect(200);
    assert_eq!(
        remove(&app, &path(&public), &withdrawn)
            .await
            .expect(409)
            .problem(),
        "in-use"
    );
    app.make(
        &format!("/articles/{}/updates", picking.id()),
        json!({"body": markdown("U"), "draft": true}),
    )
    .await;
    remove(&app, &path(&picking), &picking).await.expect(204);
    remove(&app, &path(&picked), &picked).await.expect(204);

    assert_eq!(app.manage("GET", &path(&picked)).send().await.status, 404);
    assert_eq!(
        app.make(
            "/articles",
            json!({"headline": "Gekozen", "slug": "gekozen"})
        )
        .await
        .json["slug"],
        "gekozen"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_without_a_language_is_in_that_of_the_site() {
    let app = App::start().await;
    let site = managed(&app, "/site").await;
    app.patch("/site", &site, json!({"default_language": "nl"}))
        .await
        .expect(200);

    let article = app.publish(json!({"headline": "Zonder"})).await;
    let other = app
        .publish(json!({"headline": "Met", "language": "EN-gb"}))
        .await;

    assert_eq!(
        (&article.json["language"], &other.json["language"]),
        (&json!("nl"), &json!("en-GB"))
    );
    let site = managed(&app, "/site").await;
    app.patch("/site", &site, json!({"default_language": "de"}))
        .await
        .expect(200);
    let page = app.get("/v1/articles/zonder").await.expect(200);
    assert_eq!(
        (page.header("content-language"), &page.json["language"]),
        ("nl", &json!("nl"))
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_stands_in_no_list_unless_asked_for() {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Over"})).await;
    let colophon = app.publish(json!({"headline": "Colofon", "type": "page", "section": "over", "entities": [{"kind": "topic", "name": "Pers"}]})).await;
    app.publish(json!({"headline": "Stuk"})).await;

    assert_eq!(slugs(&app, "/v1/articles").await, ["stuk"]);
    assert_eq!(
        read(&app, "/v1/articles?count=true").await["page"]["total"],
        1
    );
    for list in [
        format!("/v1/articles?ids={}", colophon.id()),
        "/v1/articles?section=over".into(),
        "/v1/entities/pers/articles".into(),
    ] {
        assert!(slugs(&app, &list).await.is_empty(), "{list}");
    }
    assert_eq!(slugs(&app, "/v1/articles?type=page").await, ["colofon"]);
    assert_eq!(read(&app, "/v1/articles/colofon").await["type"], "page");
    republish(&app, &colophon, json!({"type": "article"})).await;
    assert_eq!(slugs(&app, "/v1/articles?section=over").await, ["colofon"]);
    app.stop().await;
}
