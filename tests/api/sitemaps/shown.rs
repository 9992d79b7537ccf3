//! What stands in a sitemap, and what does not.

use chrono::SecondsFormat;
use serde_json::{Value, json};

use super::{Told, app, file, index, nothing, urls};
use crate::app::{Answer, App};
use crate::shorthand::{append, managed, markdown, publish_at, republish};

/// An article as readers see it now.
async fn seen(app: &App, article: &Answer) -> Value {
    let path = format!("/v1/articles/{}", article.id());
    app.get(&path).await.expect(200).json
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_public_with_an_address_stands_in_a_file_of_its_kind() {
    let app = app().await;
    assert_eq!(index(&app).await, ["sections.xml", "news.xml"]);
    assert_eq!(urls(&app, "sections.xml").await, ["https://example.org/"]);
    for file in ["articles.xml", "authors.xml", "entities.xml"] {
        nothing(&app, file).await;
    }
    app.make("/sections", json!({"name": "Water"})).await;
    app.make("/authors", json!({"name": "Jan"})).await;
    app.make("/entities", json!({"kind": "topic", "name": "Slib"}))
        .await;
    let body = json!({"headline": "Een", "section": "water", "authors": ["jan"], "entities": [{"entity": "slib"}]});
    let article = app.publish(body).await;
    app.publish(json!({"headline": "Colofon", "type": "page"}))
        .await;
    let files = [
        "articles.xml",
        "sections.xml",
        "authors.xml",
        "entities.xml",
        "news.xml",
    ];
    assert_eq!(index(&app).await, files);
    for (file, urls_wanted) in [
        (
            "articles.xml",
            vec![
                "https://example.org/colofon",
                "https://example.org/water/een",
            ],
        ),
        (
            "sections.xml",
            vec!["https://example.org/", "https://example.org/water"],
        ),
        ("authors.xml", vec!["https://example.org/auteurs/jan"]),
        ("entities.xml", vec!["https://example.org/dossiers/slib"]),
    ] {
        assert_eq!(urls(&app, file).await, urls_wanted, "{file}");
    }
    // An entity that nothing names any more has an empty page.
    republish(&app, &article, json!({"entities": []})).await;
    nothing(&app, "entities.xml").await;
    assert!(!index(&app).await.contains(&"entities.xml".to_owned()));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_public_is_in_no_file_and_goes_with_its_withdrawal() {
    let app = app().await;
    let body = |headline: &str| json!({"headline": headline});
    app.make("/articles", body("Concept")).await;
    let scheduled = app.make("/articles", body("Later")).await;
    app.act(&scheduled, "publish", json!({"at": "2100-01-01T00:00:00Z"}))
        .await
        .expect(200);
    nothing(&app, "articles.xml").await;
    let article = app.publish(body("Een")).await;
    assert_eq!(
        urls(&app, "articles.xml").await,
        ["https://example.org/een"]
    );
    // A working copy is nobody's to know.
    let path = format!("/articles/{}", article.id());
    let copy = managed(&app, &path).await;
    app.patch(&path, &copy, json!({"slug": "anders"}))
        .await
        .expect(200);
    assert_eq!(
        urls(&app, "articles.xml").await,
        ["https://example.org/een"]
    );
    app.act(&managed(&app, &path).await, "publish", json!({}))
        .await
        .expect(200);
    assert_eq!(
        urls(&app, "articles.xml").await,
        ["https://example.org/anders"]
    );
    app.act(&managed(&app, &path).await, "withdraw", json!({}))
        .await
        .expect(200);
    nothing(&app, "articles.xml").await;
    assert_eq!(index(&app).await, ["sections.xml", "news.xml"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_asks_not_to_be_indexed_and_what_is_a_copy_is_left_out() {
    let app = app().await;
    let noindex = json!({"headline": "Stil", "seo": {"noindex": true}});
    let quiet = app.publish(noindex).await;
    let copy = json!({"headline": "Kopie", "canonical_url": "https://elders.example/origineel"});
    app.publish(copy).await;
    // On the site, but not its own.
    let other = json!({"headline": "Dubbel", "canonical_url": "https://example.org/een"});
    app.publish(other).await;
    nothing(&app, "articles.xml").await;
    let own = json!({"headline": "Een", "canonical_url": "https://example.org/een", "seo": {"noindex": false}});
    app.publish(own).await;
    assert_eq!(
        urls(&app, "articles.xml").await,
        ["https://example.org/een"]
    );
    republish(&app, &quiet, json!({"seo": null})).await;
    assert_eq!(
        urls(&app, "articles.xml").await,
        ["https://example.org/een", "https://example.org/stil"]
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_moves_lastmod_and_a_typo_does_not() {
    let app = app().await;
    let at = "2026-01-01T00:00:00.000Z";
    let article = publish_at(&app, at, json!({"headline": "Een"})).await;
    let moved = async || {
        let told = file(&app, "articles.xml").await.remove(0).changed.unwrap();
        told.to_rfc3339_opts(SecondsFormat::Millis, true)
    };
    assert_eq!(moved().await, at);
    append(&app, &article, json!({"body": markdown("Later.")})).await;
    let page = seen(&app, &article).await;
    let with_update = page["last_update_at"].as_str().unwrap();
    assert_eq!(moved().await, with_update);
    republish(&app, &article, json!({"headline": "Een."})).await;
    assert_eq!(moved().await, with_update);
    let retract = format!("/articles/{}/updates/1/retract", article.id());
    let call = app.manage("POST", &retract).if_match("*");
    call.json(&json!({"reason": "Onjuist."}))
        .send()
        .await
        .expect(200);
    let page = seen(&app, &article).await;
    assert_eq!(moved().await, page["updates"][0]["retracted_at"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_article_of_a_group_names_all_that_search_engines_may_know() {
    let app = app().await;
    let original = app
        .publish(json!({"headline": "Een", "language": "nl"}))
        .await;
    let of = |headline: &str, language: &str| json!({"headline": headline, "language": language, "translation_of": original.id()});
    let english = app.publish(of("One", "en")).await;
    let mut quiet = of("Un", "fr");
    quiet["seo"] = json!({"noindex": true});
    app.publish(quiet).await;
    let draft = of("Eins", "de");
    app.make("/articles", draft).await;
    let all = vec![
        ("en".to_owned(), "https://example.org/one".to_owned()),
        ("nl".to_owned(), "https://example.org/een".to_owned()),
    ];
    let others = |told: Vec<Told>| told.into_iter().map(|told| told.others).collect::<Vec<_>>();
    assert_eq!(others(file(&app, "articles.xml").await), [all.clone(), all]);
    let path = format!("/articles/{}", english.id());
    app.act(&managed(&app, &path).await, "withdraw", json!({}))
        .await
        .expect(200);
    let alone: Vec<(String, String)> = Vec::new();
    assert_eq!(others(file(&app, "articles.xml").await), [alone]);
    app.stop().await;
}
