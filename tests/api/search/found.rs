//! Where an article has it, by whom it is named, when it was published: the order of what is found, and its filters.

use serde_json::json;

use super::{ask, found, found_among, path, publish};
use crate::app::App;
use crate::shorthand::{append, managed, markdown, names, publish_at, read, republish};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_headline_comes_before_the_standfirst_the_body_and_an_update() {
    let app = App::start().await;
    let update = publish(&app, "In een update", "Niets.").await;
    append(&app, &update, json!({"body": markdown("De sluis.")})).await;
    publish(
        &app,
        "In de tekst",
        "Lang geleden was hier een sluis, een sluis en nog een sluis.",
    )
    .await;
    app.publish(json!({"headline": "In de inleiding", "language": "nl", "standfirst": markdown("Over een sluis.")}))
        .await;
    publish(&app, "De sluis", "Niets.").await;
    assert_eq!(
        found(&app, "sluis").await,
        [
            "de-sluis",
            "in-de-inleiding",
            "in-de-tekst",
            "in-een-update"
        ]
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_that_fit_alike_the_newer_comes_first_but_not_before_one_that_fits_better() {
    let app = App::start().await;
    let body = |text: &str| json!({"headline": text, "language": "nl", "body": markdown("De brug over het water.")});
    publish_at(&app, "2010-01-01T00:00:00Z", body("Oud")).await;
    publish_at(&app, "2020-01-01T00:00:00Z", body("Nieuw")).await;
    publish_at(&app, "2015-01-01T00:00:00Z", body("Brug")).await;
    assert_eq!(found(&app, "brug").await, ["brug", "nieuw", "oud"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_is_found_by_any_name_of_an_entity_and_a_rename_writes_one_row() {
    let app = App::start().await;
    let about = app
        .publish(json!({"headline": "Over haar", "language": "nl", "entities": [{"kind": "person", "name": "Marijke Duin", "relation": "about"}]}))
        .await;
    app.publish(json!({"headline": "Noemt haar", "language": "nl", "entities": [{"entity": "marijke-duin", "relation": "mentions"}]}))
        .await;
    publish(&app, "Zonder haar", "Een duin.").await;
    assert_eq!(
        found(&app, "marijke duin").await,
        ["over-haar", "noemt-haar"]
    );
    assert_eq!(
        found(&app, "\"Marijke Duin\"").await,
        ["over-haar", "noemt-haar"]
    );
    assert_eq!(
        found(&app, "marijk").await,
        ["over-haar", "noemt-haar"],
        "as it is typed"
    );
    assert_eq!(
        found(&app, "duin -marijke -\"marijke duin\"").await,
        ["zonder-haar"]
    );
    assert_eq!(found(&app, "duin noemt").await, ["noemt-haar"]);

    let rows = "SELECT xmin::text || ctid::text FROM delivery.article_search ORDER BY id";
    let before: Vec<String> = app
        .sql()
        .await
        .query(rows, &[])
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    let entity = managed(&app, "/entities/marijke-duin").await;
    let renamed = json!({"name": "Marijke Zandbank", "aliases": ["De Zeehond"]});
    app.patch("/entities/marijke-duin", &entity, renamed)
        .await
        .expect(200);
    let after: Vec<String> = app
        .sql()
        .await
        .query(rows, &[])
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert_eq!(before, after, "no article is written");
    assert_eq!(found(&app, "zandbank").await, ["over-haar", "noemt-haar"]);
    assert_eq!(found(&app, "de zeehond").await, ["over-haar", "noemt-haar"]);
    assert_eq!(found(&app, "marijke duin").await, [""; 0]);

    republish(&app, &about, json!({"entities": []})).await;
    assert_eq!(found(&app, "zandbank").await, ["noemt-haar"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_named_a_merged_entity_is_found_by_what_it_now_is() {
    let app = App::start().await;
    for (headline, name) in [("Een", "Gemeente Oost"), ("Twee", "Stad Oosterland")] {
        app.publish(json!({"headline": headline, "language": "nl", "entities": [{"kind": "organisation", "name": name}]}))
            .await;
    }
    let from = managed(&app, "/entities/gemeente-oost").await;
    app.manage("POST", "/entities/gemeente-oost/merge")
        .if_match(&from.etag())
        .json(&json!({"into": "stad-oosterland"}))
        .send()
        .await
        .expect(200);
    let mut both = found(&app, "oosterland").await;
    both.sort();
    assert_eq!(both, ["een", "twee"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_filters_and_the_form_of_the_list_apply() {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Water"})).await;
    app.make("/authors", json!({"name": "Auteur"})).await;
    let one = publish_at(
        &app,
        "2020-01-01T00:00:00Z",
        json!({"headline": "Een", "language": "nl", "section": "water", "authors": ["auteur"], "body": markdown("De kade."),
               "entities": [{"kind": "topic", "name": "Beton"}]}),
    )
    .await;
    publish_at(
        &app,
        "2010-01-01T00:00:00Z",
        json!({"headline": "Two", "language": "en", "body": markdown("A kade.")}),
    )
    .await;
    append(&app, &one, json!({"body": markdown("Later.")})).await;
    let id = one.id();
    for (filter, expected) in [
        ("section=water", "een"),
        ("author=auteur", "een"),
        ("entity=beton", "een"),
        ("language=nl", "een"),
        ("published_after=2015-01-01T00:00:00Z", "een"),
        ("published_before=2015-01-01T00:00:00Z", "two"),
        ("has_updates=true", "een"),
        ("has_updates=false", "two"),
        ("slugs=two", "two"),
        (&format!("ids={id}"), "een"),
        ("updated_after=2021-01-01T00:00:00Z", "een"),
    ] {
        let filter = format!("&{filter}");
        assert_eq!(
            found_among(&app, "kade", &filter).await,
            [expected],
            "{filter}"
        );
        assert_eq!(
            ask(&app, "kade", &format!("{filter}&count=true")).await["page"]["total"],
            1
        );
    }
    assert_eq!(found_among(&app, "kade", "&type=page").await, [""; 0]);
    assert_eq!(found_among(&app, "kade", "&section=nergens").await, [""; 0]);
    let hit = ask(&app, "kade", "&slugs=een").await["data"][0].clone();
    let mut listed = read(&app, "/v1/articles?slugs=een").await["data"][0].clone();
    listed["highlights"] = hit["highlights"].clone();
    assert_eq!(hit, listed, "a hit is an item of the list");
    let hit = ask(
        &app,
        "kade",
        "&slugs=een&fields=headline&include=section&body=text",
    )
    .await["data"][0]
        .clone();
    assert_eq!(
        names(&hit),
        ["body", "headline", "highlights", "id", "section", "slug"]
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_hold_every_hit_once_in_one_order() {
    let app = App::start().await;
    for number in 0..23 {
        let text = "De sluis. ".repeat(1 + number % 3);
        publish_at(
            &app,
            &format!("20{:02}-01-01T00:00:00Z", 1 + number % 5),
            json!({"headline": format!("Artikel {number}"), "language": "nl", "body": markdown(&text)}),
        )
        .await;
    }
    let whole = found_among(&app, "sluis", "&limit=100").await;
    assert_eq!(whole.len(), 23);
    let (mut paged, mut next) = (Vec::new(), Some(path("sluis", "&limit=5&count=true")));
    while let Some(at) = next {
        let answer = app.get(&at).await.expect(200);
        assert_eq!(answer.json["page"]["total"], 23);
        paged.extend(crate::shorthand::texts(&answer.json["data"], "slug"));
        let cursor = answer.json["page"]["next_cursor"]
            .as_str()
            .map(str::to_owned);
        assert_eq!(
            cursor.is_some(),
            answer.header("link").contains("rel=\"next\"")
        );
        next = cursor.map(|cursor| path("sluis", &format!("&limit=5&count=true&cursor={cursor}")));
    }
    assert_eq!(paged, whole);
    let first = ask(&app, "sluis", "&limit=5").await;
    let cursor = first["page"]["next_cursor"].as_str().unwrap().to_owned();
    for other in [
        path("kade", ""),
        path("sluis", "&language=nl"),
        "/v1/articles?limit=5".to_owned(),
    ] {
        let more = if other.contains('?') { '&' } else { '?' };
        app.get(&format!("{other}{more}cursor={cursor}"))
            .await
            .expect(400);
    }
    app.stop().await;
}
