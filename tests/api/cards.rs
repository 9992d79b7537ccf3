//! Cards: what lists and pages show of an article stands ready, and is never older than what it shows.

use std::time::Duration;

use serde_json::{Value, json};

use crate::app::App;
use crate::entity_merge::merge;
use crate::shorthand::{managed, read};

/// More than are written anew with the change that touches them.
const MANY: usize = 205;

/// How many articles have a card, and whether cards are read.
async fn cards(app: &App) -> (i64, bool) {
    let sql = "SELECT (SELECT count(*) FROM delivery.article_cards), cards = 1 FROM delivery.head";
    let row = app.sql().await.query_one(sql, &[]).await.unwrap();
    (row.get(0), row.get(1))
}

/// What readers see of others in each article: in the list, on its page, and put together for another form of its text.
async fn shown(app: &App, slug: &str) -> [Value; 3] {
    let list = read(app, &format!("/v1/articles?slugs={slug}")).await;
    let parts = |article: &Value| {
        ["section", "authors", "entities", "related", "translations"]
            .map(|part| article[part].clone())
    };
    let page = read(app, &format!("/v1/articles/{slug}")).await;
    let whole = read(app, &format!("/v1/articles/{slug}?body=text")).await;
    [
        json!(parts(&list["data"][0])[..3]),
        json!(parts(&page)),
        json!(parts(&whole)),
    ]
}

/// Looks at articles in lists and on a page, until all cards are written: each look must show it.
async fn shown_until_settled(app: &App, name: &str, of: impl Fn(&Value) -> &Value) {
    let mut looks = 0;
    loop {
        let (_, held) = cards(app).await;
        for path in ["/v1/articles?limit=100", "/v1/articles?order=asc&limit=100"] {
            let list = read(app, path).await;
            for article in list["data"].as_array().unwrap() {
                assert_eq!(of(article), name);
            }
        }
        assert_eq!(of(&read(app, "/v1/articles/n-7").await), name);
        looks += 1;
        if held {
            break;
        }
        assert!(looks < 600, "cards are not written");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let sql =
        "SELECT count(*) FROM delivery.article_cards WHERE card::text LIKE '%' || $1 || '\"%'";
    let row = app.sql().await.query_one(sql, &[&name]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), MANY as i64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_very_many_articles_show_is_new_in_all_of_them_at_once() {
    let app = App::start().await;
    app.make("/authors", json!({"name": "Fenna"})).await;
    app.make("/entities", json!({"kind": "topic", "name": "Slik"}))
        .await;
    let slib = json!([{"kind": "topic", "name": "Slib"}]);
    for number in 0..MANY {
        let headline = format!("N {number}");
        app.publish(json!({"headline": headline, "authors": ["fenna"], "entities": slib}))
            .await;
    }
    assert_eq!(cards(&app).await, (MANY as i64, true));
    for name in ["Fenna Loman", "Fenna Loman-Vries"] {
        let fenna = managed(&app, "/authors/fenna").await;
        app.patch("/authors/fenna", &fenna, json!({"name": name}))
            .await
            .expect(200);
        shown_until_settled(&app, name, |article| &article["authors"][0]["name"]).await;
    }
    merge(&app, "slib", "slik").await;
    shown_until_settled(
        &app,
        "Slik",
        |article| &article["entities"]["topics"][0]["name"],
    )
    .await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_an_article_shows_of_others_is_as_they_now_are() {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Water"})).await;
    app.make("/authors", json!({"name": "Fenna"})).await;
    app.make("/authors", json!({"name": "Joris"})).await;
    let slib = json!({"kind": "topic", "name": "Slib"});
    app.publish(json!({"headline": "Pick", "language": "nl", "section": "water"}))
        .await;
    let a = app
        .publish(
            json!({"headline": "A", "language": "nl", "section": "water", "authors": ["fenna"], "entities": [slib], "related": [{"article": "pick"}]}),
        )
        .await;
    app.publish(
        json!({"headline": "B", "language": "en", "section": "water", "translation_of": "a"}),
    )
    .await;
    let update = json!({"kind": "update", "body": {"format": "markdown", "source": "Meer."}, "authors": ["joris"]});
    app.manage("POST", &format!("/articles/{}/updates", a.id()))
        .json(&update)
        .send()
        .await
        .expect(201);
    let mut seen = Vec::new();
    for (path, change) in [
        ("", json!(null)),
        (
            "/sections/water",
            json!({"name": "Wad", "names": {"en": "Flats"}}),
        ),
        ("/sections/water", json!({"slug": "wad"})),
        ("/authors/fenna", json!({"name": "Fenna L."})),
        ("/authors/joris", json!({"name": "Joris V."})),
        ("/entities/slib", json!({"name": "Slik"})),
        ("/entities/slib", json!({"kind": "place"})),
        ("/entities/slib", json!({"slug": "slik"})),
        ("/articles/pick", json!({"headline": "Keuze"})),
        ("/articles/pick", json!({"slug": "keuze"})),
        ("/articles/b", json!({"headline": "Bee", "slug": "bee"})),
        ("/articles/bee", json!({"translation_of": null})),
        ("/articles/keuze", json!("withdraw")),
    ] {
        if let Some(act) = change.as_str() {
            let article = managed(&app, path).await;
            app.act(&article, act, json!({})).await.expect(200);
        } else if !change.is_null() {
            let thing = managed(&app, path).await;
            let changed = app.patch(path, &thing, change.clone()).await.expect(200);
            if path.starts_with("/articles") {
                app.act(&changed, "publish", json!({})).await.expect(200);
            }
        }
        let [list, page, whole] = shown(&app, "a").await;
        assert_eq!(page, whole, "{path} {change}");
        assert_eq!(
            list,
            json!(whole.as_array().unwrap()[..3]),
            "{path} {change}"
        );
        let updates = read(&app, "/v1/articles/a").await["updates"][0]["authors"].clone();
        let all = json!([page, updates]);
        assert!(
            !seen.contains(&all),
            "{path} {change} changed nothing: {all}"
        );
        seen.push(all);
    }
    assert!(cards(&app).await.1);
    app.stop().await;
}
