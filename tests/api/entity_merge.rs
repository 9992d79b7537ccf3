//! Two entities that were one thing become one.

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::shorthand::{managed, read, republish, texts};

/// Merges one entity into another; it must succeed.
pub async fn merge(app: &App, from: &str, into: &str) -> Answer {
    try_merge(app, from, json!({"into": into}))
        .await
        .expect(200)
}

/// Tries to.
pub async fn try_merge(app: &App, from: &str, body: Value) -> Answer {
    app.manage("POST", &format!("/entities/{from}/merge"))
        .if_match("*")
        .json(&body)
        .send()
        .await
}

/// Makes an entity.
pub async fn person(app: &App, name: &str) -> Answer {
    app.make("/entities", json!({"kind": "person", "name": name}))
        .await
}

/// What readers see of an entity's counts is what there is.
pub async fn counted(app: &App) {
    let sql = "SELECT e.slug, e.article_count, count(l.*)::integer FROM delivery.entities e
               LEFT JOIN delivery.article_entities l ON l.entity_id = e.id
                    AND EXISTS (SELECT FROM delivery.articles a WHERE a.id = l.article_id AND a.type = 'article')
               GROUP BY e.id HAVING e.article_count <> count(l.*)";
    let wrong = app.sql().await.query(sql, &[]).await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
}

fn links(answer: &Answer) -> Vec<(String, String)> {
    let link = |link: &Value| {
        (
            link["slug"].as_str().unwrap().to_owned(),
            link["relation"].as_str().unwrap().to_owned(),
        )
    };
    answer.json["entities"]
        .as_array()
        .unwrap()
        .iter()
        .map(link)
        .collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(slug, relation): &(&str, &str)| ((*slug).to_owned(), (*relation).to_owned());
    pairs.iter().map(owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_of_every_version_move_and_an_article_that_names_both_names_one() {
    let app = App::start().await;
    for name in ["Piet", "Piet Puk", "Ander"] {
        person(&app, name).await;
    }
    let gone = managed(&app, "/entities/piet").await.id();
    let naming = |list: &[(&str, &str)]| {
        let link =
            |(entity, relation): &(&str, &str)| json!({"entity": entity, "relation": relation});
        json!({"headline": "H", "entities": list.iter().map(link).collect::<Vec<_>>()})
    };
    let mut articles = Vec::new();
    for (before, after) in [
        (&[("piet", "about")][..], &[("piet-puk", "about")][..]),
        (
            &[
                ("piet-puk", "mentions"),
                ("ander", "about"),
                ("piet", "about"),
            ],
            &[("piet-puk", "about"), ("ander", "about")],
        ),
        (
            &[
                ("ander", "mentions"),
                ("piet", "mentions"),
                ("piet-puk", "about"),
            ],
            &[("ander", "mentions"), ("piet-puk", "about")],
        ),
        (
            &[("piet", "about"), ("piet-puk", "mentions")],
            &[("piet-puk", "about")],
        ),
        (
            &[
                ("piet", "mentions"),
                ("piet-puk", "mentions"),
                ("ander", "about"),
            ],
            &[("piet-puk", "mentions"), ("ander", "about")],
        ),
        (&[("ander", "about")], &[("ander", "about")]),
    ] {
        let draft = app.make("/articles", naming(before)).await;
        let published = app.publish(naming(before)).await;
        // An older version names it, the working copy no longer.
        let moved_on = app.publish(naming(before)).await;
        let path = format!("/articles/{}", moved_on.id());
        let moved_on = app.patch(&path, &moved_on, json!({"entities": []})).await;
        articles.push((draft, published, moved_on, after));
    }
    let before = managed(&app, "/articles").await;
    counted(&app).await;

    merge(&app, "piet", "piet-puk").await;

    for (draft, published, moved_on, after) in articles {
        for article in [&draft, &published] {
            let now = managed(&app, &format!("/articles/{}", article.id())).await;
            assert_eq!(links(&now), pairs(after));
            assert_eq!(
                now.etag() == article.etag(),
                after[0].0 == "ander" && after.len() == 1
            );
            assert_eq!(now.json["saved_at"], article.json["saved_at"]);
        }
        for article in [&published, &moved_on] {
            let page = read(&app, &format!("/v1/articles/{}", article.id())).await;
            assert_eq!(
                texts(&page["entities"]["people"], "slug"),
                after.iter().map(|(slug, _)| *slug).collect::<Vec<_>>()
            );
        }
        let now = managed(&app, &format!("/articles/{}", moved_on.id())).await;
        assert_eq!((links(&now), now.etag()), (vec![], moved_on.etag()));
    }
    assert_eq!(
        texts(&managed(&app, "/articles").await.json["data"], "id"),
        texts(&before.json["data"], "id")
    );
    for table in [
        "newsroom.article_version_entities",
        "delivery.article_entities",
    ] {
        let sql = format!("SELECT FROM {table} WHERE entity_id = '{gone}'");
        assert!(app.sql().await.query(&sql, &[]).await.unwrap().is_empty());
    }
    counted(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_addresses_description_and_picture_gather() {
    let app = App::start().await;
    let image = json!({"url": "https://example.org/a.jpg", "alt": null, "caption": null, "credit": null, "width": null, "height": null});
    let from = app.make("/entities", json!({"kind": "organisation", "name": "HBW", "names": {"en": "Port Authority", "fr": "Port"}, "aliases": ["Haven", "hb wendemond"], "description": "Weg.",
        "same_as": ["https://www.wikidata.org/wiki/Q1", "https://example.org/hb"], "image": image})).await;
    app.make("/entities", json!({"kind": "organisation", "name": "Havenbedrijf Wendemond", "names": {"en": "Port of Wendemond"}, "aliases": ["HB Wendemond"], "description": "Blijft.",
        "same_as": ["https://example.org/hb"]})).await;

    let merged = app
        .manage("POST", "/entities/hbw/merge")
        .if_match(&from.etag())
        .json(&json!({"into": "havenbedrijf-wendemond"}))
        .send()
        .await
        .expect(200);

    assert_eq!(merged.etag(), "\"2\"");
    for (field, wanted) in [
        ("name", json!("Havenbedrijf Wendemond")),
        (
            "aliases",
            json!(["HB Wendemond", "HBW", "Port Authority", "Haven"]),
        ),
        ("names", json!({"en": "Port of Wendemond", "fr": "Port"})),
        ("description", json!("Blijft.")),
        (
            "same_as",
            json!(["https://example.org/hb", "https://www.wikidata.org/wiki/Q1"]),
        ),
        ("image", image),
    ] {
        assert_eq!(merged.json[field], wanted, "{field}");
    }
    let kept: Value = app
        .sql()
        .await
        .query_one("SELECT was::text FROM newsroom.entity_merges", &[])
        .await
        .map(|row| serde_json::from_str(row.get(0)).unwrap())
        .unwrap();
    assert_eq!(kept["description"], "Weg.");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counts_follow_articles_as_they_come_and_go() {
    let app = App::start().await;
    for name in ["Aa", "Bb", "Cc"] {
        person(&app, name).await;
    }
    let naming = |names: &[&str]| {
        names
            .iter()
            .map(|name| json!({"entity": name}))
            .collect::<Vec<_>>()
    };
    let counts = async || {
        let data = read(&app, "/v1/entities").await["data"].clone();
        data.as_array()
            .unwrap()
            .iter()
            .map(|entity| entity["article_count"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    let one = app
        .publish(json!({"headline": "Een", "entities": naming(&["aa", "bb"])}))
        .await;
    app.publish(json!({"headline": "Twee", "entities": naming(&["aa"])}))
        .await;
    app.publish(json!({"headline": "Colofon", "type": "page", "entities": naming(&["aa", "cc"])}))
        .await;
    assert_eq!(counts().await, [2, 1, 0]);
    let one = republish(&app, &one, json!({"entities": naming(&["cc"])})).await;
    assert_eq!(counts().await, [1, 0, 1]);
    merge(&app, "cc", "aa").await;
    assert_eq!(counts().await, [2, 0]);
    let now = managed(&app, &format!("/articles/{}", one.id())).await;
    let page = republish(&app, &now, json!({"type": "page"})).await;
    assert_eq!(counts().await, [1, 0]);
    app.act(&page, "withdraw", json!({})).await.expect(200);
    assert_eq!(counts().await, [1, 0]);
    counted(&app).await;
    app.stop().await;
}
