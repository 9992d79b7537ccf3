//! Lists of articles by several entities, by kinds of entities, by translation; and what changes underneath them.

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::entity_merge::merge;
use crate::shorthand::{managed, read, republish, slugs, texts};

/// Articles a to e, one after the other, and what each names.
async fn publication() -> App {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Water"})).await;
    app.make("/authors", json!({"name": "Fenna"})).await;
    let thing = |kind: &str, name: &str| json!({"kind": kind, "name": name});
    let (slib, wind) = (thing("topic", "Slib"), thing("topic", "Wind"));
    let (piet, nota) = (thing("person", "Piet"), thing("work", "Nota"));
    for (headline, entities, section) in [
        ("A", json!([slib, wind, piet]), Some("water")),
        ("B", json!([slib]), None),
        ("C", json!([wind, slib]), Some("water")),
        ("D", json!([nota, piet]), None),
        ("E", json!([]), None),
    ] {
        app.publish(json!({"headline": headline, "authors": ["fenna"], "entities": entities, "section": section})).await;
    }
    app.make(
        "/articles",
        json!({"headline": "Concept", "entities": [slib, wind, piet, nota]}),
    )
    .await;
    app
}

/// What a filter finds, as one word, in every list that takes it; counted, in both orders, and in pages.
async fn found(app: &App, query: &str) -> String {
    let list = read(app, &format!("/v1/articles?count=true&{query}")).await;
    let found = texts(&list["data"], "slug");
    assert_eq!(list["page"]["total"], found.len(), "{query}");
    for sort in ["published", "updated", "modified"] {
        let path = format!("/v1/articles?sort={sort}&order=asc&{query}");
        let mut other = slugs(app, &path).await;
        other.reverse();
        assert_eq!(other, found, "{path}");
    }
    let (mut paged, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = read(
            app,
            &format!("/v1/articles?limit=1&{query}&cursor={cursor}"),
        )
        .await;
        paged.extend(texts(&page["data"], "slug"));
        match &page["page"]["next_cursor"] {
            Value::String(next) => cursor = next.clone(),
            _ => break,
        }
    }
    assert_eq!(paged, found, "{query}, in pages");
    found.concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_of_several_entities_are_asked_for_by_slug_or_id() {
    let app = publication().await;
    let wind = managed(&app, "/entities/wind").await.id();
    for (query, expected) in [
        ("entity_all=slib".to_owned(), "cba"),
        ("entity_all=slib,wind".to_owned(), "ca"),
        (format!("entity_all=slib,{wind}"), "ca"),
        (format!("entity_all=wind,{wind}"), "ca"),
        ("entity_all=slib,wind,piet".to_owned(), "a"),
        ("entity_all=slib,nota".to_owned(), ""),
        ("entity_all=slib,geen".to_owned(), ""),
        ("entity_all=geen".to_owned(), ""),
        (
            "entity_all=slib,7b0ab1f4-6b0f-4a8a-9d5f-4f1f6f6f6f6f".to_owned(),
            "",
        ),
        ("entity_all=slib,wind&entity=piet,nota".to_owned(), "a"),
        ("entity_all=slib&entity=piet,nota".to_owned(), "a"),
        (
            "entity_all=slib,wind&section=water&author=fenna".to_owned(),
            "ca",
        ),
        ("entity_all=slib,wind&slugs=a,b".to_owned(), "a"),
    ] {
        assert_eq!(found(&app, &query).await, expected, "{query}");
    }
    let within = "/v1/entities/piet/articles?entity_all=slib,wind&count=true";
    assert_eq!(texts(&read(&app, within).await["data"], "slug"), ["a"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kinds_of_entities_are_asked_for_and_an_article_comes_once() {
    let app = publication().await;
    for (query, expected) in [
        ("entity_kind=topic", "cba"),
        ("entity_kind=person", "da"),
        ("entity_kind=work", "d"),
        ("entity_kind=work,topic,person", "dcba"),
        ("entity_kind=event", ""),
        ("entity_kind=topic&section=water", "ca"),
        ("entity_kind=person&entity=wind", "a"),
        ("entity_kind=topic&has_updates=true", ""),
        ("entity_kind=topic&type=page", ""),
    ] {
        assert_eq!(found(&app, query).await, expected, "{query}");
    }
    let led = "SELECT count(*) FROM delivery.article_entities WHERE leads";
    let led: i64 = app.sql().await.query_one(led, &[]).await.unwrap().get(0);
    assert_eq!(led, 6, "one link for each article and kind");
    // A page is in lists of pages alone.
    let b = managed(&app, "/articles/b").await;
    republish(&app, &b, json!({"type": "page"})).await;
    assert_eq!(found(&app, "entity_kind=topic").await, "ca");
    assert_eq!(found(&app, "entity=slib").await, "ca");
    assert_eq!(found(&app, "author=fenna").await, "edca");
    for query in [
        "entity_kind=topic",
        "entity=slib",
        "author=fenna",
        "entity_all=slib",
    ] {
        assert_eq!(found(&app, &format!("{query}&type=page")).await, "b");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entity_that_becomes_of_another_kind_takes_its_articles_along() {
    let app = publication().await;
    let slib = managed(&app, "/entities/slib").await;
    app.patch("/entities/slib", &slib, json!({"kind": "place"}))
        .await
        .expect(200);
    assert_eq!(found(&app, "entity_kind=place").await, "cba");
    assert_eq!(found(&app, "entity_kind=topic").await, "ca");
    let keys = "SELECT keys FROM delivery.changes ORDER BY seq DESC LIMIT 1";
    let keys: Vec<String> = app.sql().await.query_one(keys, &[]).await.unwrap().get(0);
    let water = managed(&app, "/sections/water").await.id();
    for key in [
        "articles:any".to_owned(),
        format!("articles:section:{water}"),
    ] {
        assert!(keys.contains(&key), "{key}: {keys:?}");
    }
    let slib = managed(&app, "/entities/slib").await;
    app.patch("/entities/slib", &slib, json!({"name": "Slibber"}))
        .await
        .expect(200);
    let keys = "SELECT keys FROM delivery.changes ORDER BY seq DESC LIMIT 1";
    let keys: Vec<String> = app.sql().await.query_one(keys, &[]).await.unwrap().get(0);
    assert!(!keys.contains(&"articles:any".to_owned()), "{keys:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merged_entity_finds_what_it_became_under_its_old_names() {
    let app = publication().await;
    let wind = managed(&app, "/entities/wind").await.id();
    merge(&app, "wind", "slib").await;
    for name in ["wind", wind.as_str(), "slib"] {
        for filter in ["entity", "entity_all"] {
            assert_eq!(found(&app, &format!("{filter}={name}")).await, "cba");
        }
        assert_eq!(found(&app, &format!("entity_all={name},piet")).await, "a");
    }
    assert_eq!(
        found(&app, &format!("entity_all=slib,wind,{wind}")).await,
        "cba"
    );
    assert_eq!(found(&app, "entity_kind=topic").await, "cba");
    let moved = app
        .get("/v1/entities/wind/articles?entity_kind=person")
        .await
        .expect(308);
    assert_eq!(
        moved.header("location"),
        "/v1/entities/slib/articles?entity_kind=person"
    );
    app.stop().await;
}

async fn translated(app: &App, headline: &str, language: &str, of: Option<&str>) -> Answer {
    app.publish(json!({"headline": headline, "language": language, "translation_of": of}))
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn translations_of_an_article_are_those_that_its_own_page_has() {
    let app = App::start().await;
    let nl = translated(&app, "Haven", "nl", None).await;
    let en = translated(&app, "Port", "en", Some("haven")).await;
    translated(&app, "Hafen", "de", Some("haven")).await;
    translated(&app, "Ander", "nl", None).await;
    let draft = json!({"headline": "Puerto", "language": "es", "translation_of": "haven"});
    app.make("/articles", draft).await;
    let (by_id, draft) = (nl.id(), managed(&app, "/articles/puerto").await.id());
    for (query, expected) in [
        ("translation_of=haven".to_owned(), "hafenport"),
        (format!("translation_of={by_id}"), "hafenport"),
        ("translation_of=port".to_owned(), "hafenhaven"),
        ("translation_of=port&language=nl".to_owned(), "haven"),
        ("translation_of=haven&slugs=port,ander".to_owned(), "port"),
        ("translation_of=haven&has_updates=true".to_owned(), ""),
        ("translation_of=haven&type=page".to_owned(), ""),
        ("translation_of=ander".to_owned(), ""),
        ("translation_of=puerto".to_owned(), ""),
        (format!("translation_of={draft}"), ""),
        ("translation_of=geen".to_owned(), ""),
    ] {
        assert_eq!(found(&app, &query).await, expected, "{query}");
    }
    republish(&app, &en, json!({"slug": "harbour"})).await;
    assert_eq!(found(&app, "translation_of=port").await, "hafenhaven");
    // What is withdrawn has no translations, and is none; the others stay each other's.
    let seen = managed(&app, "/articles/haven").await;
    app.act(&seen, "withdraw", json!({})).await.expect(200);
    assert_eq!(found(&app, "translation_of=haven").await, "");
    assert_eq!(found(&app, &format!("translation_of={by_id}")).await, "");
    assert_eq!(found(&app, "translation_of=harbour").await, "hafen");
    app.stop().await;
}

/// What a list takes by words is what search finds by them, in the list's order; and it is asked together with the other filters.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_are_a_filter_like_others() {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Water"})).await;
    let text = |text: &str| json!({"format": "markdown", "source": text});
    for (headline, body, section) in [
        ("A", "De zandbank verschuift langzaam.", Some("water")),
        ("B", "De haven ligt aan zee.", Some("water")),
        ("C", "Een zandbank voor de haven.", None),
        ("D", "Langzaam verschuift de vaargeul.", None),
    ] {
        app.publish(json!({"headline": headline, "language": "nl", "body": text(body), "section": section,
                           "entities": [{"kind": "organisation", "name": format!("Bureau {headline}elle")}]}))
            .await;
    }
    app.make(
        "/articles",
        json!({"headline": "Concept", "language": "nl", "body": text("De zandbank in concept.")}),
    )
    .await;
    for (query, expected) in [
        ("q=zandbank", "ca"),
        ("q=Zandbanken", "ca"),
        ("q=zandbank%20-haven", "a"),
        ("q=%22zandbank%20verschuift%22", "a"),
        ("q=%22verschuift%20langzaam%22&section=water", "a"),
        ("q=verschuift&section=water", "a"),
        ("q=haven&language=nl&has_updates=false", "cb"),
        ("q=haven&language=en", ""),
        ("q=belle", "b"),
        ("q=vaarg", "d"),
        ("q=concept", ""),
        ("q=de", ""),
        ("q=zandbank&slugs=a,b", "a"),
        ("q=zandbank&type=page", ""),
    ] {
        assert_eq!(found(&app, query).await, expected, "{query}");
    }
    // What it finds changes with the name of an entity, kept or not.
    assert_eq!(found(&app, "q=nieuwland").await, "");
    let bureau = managed(&app, "/entities/bureau-belle").await;
    app.patch(
        "/entities/bureau-belle",
        &bureau,
        json!({"name": "Bureau Nieuwland"}),
    )
    .await
    .expect(200);
    assert_eq!(found(&app, "q=nieuwland").await, "b");
    assert_eq!(found(&app, "q=belle").await, "");
    app.stop().await;
}
