//! Entities found by what they are called: as a reader types, and as an editor makes one that is there already.

use serde_json::{Value, json};

use crate::app::App;
use crate::shorthand::{managed, read, slugs, texts};

/// Publishes an article that names these.
async fn publish_naming(app: &App, entities: &[&str]) {
    let links: Vec<_> = entities
        .iter()
        .map(|entity| json!({"entity": entity}))
        .collect();
    app.publish(json!({"headline": "H", "entities": links}))
        .await;
}

async fn make(app: &App, kind: &str, name: &str, aliases: &[&str]) {
    let body = json!({"kind": kind, "name": name, "aliases": aliases});
    app.make("/entities", body).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_who_types_finds_names_and_aliases_whatever_case_and_accents() {
    let app = App::start().await;
    make(&app, "place", "São Tomé", &["St. Thomas Island"]).await;
    make(&app, "person", "Thomas Mann", &[]).await;
    make(
        &app,
        "work",
        "De Tövenaar",
        &["The Magician: Thomas Mann's life"],
    )
    .await;
    make(&app, "place", "北京", &["Peking", "Beijing"]).await;
    make(&app, "person", "Thomasina Geheim", &[]).await;
    publish_naming(
        &app,
        &["sao-tome", "thomas-mann", "de-tovenaar", "bei-jing"],
    )
    .await;
    publish_naming(&app, &["thomas-mann", "de-tovenaar"]).await;
    publish_naming(&app, &["de-tovenaar"]).await;
    for (q, found) in [
        ("sao", &["sao-tome"][..]),
        ("S%C3%83O%20T", &["sao-tome"]),
        ("tom", &["sao-tome"]),
        ("tov", &["de-tovenaar"]),
        ("thomas", &["de-tovenaar", "thomas-mann", "sao-tome"]),
        ("thomas%20mann", &["thomas-mann", "de-tovenaar"]),
        ("THOMAS-mann", &["thomas-mann", "de-tovenaar"]),
        ("st%20th", &["sao-tome"]),
        ("%E5%8C%97", &["bei-jing"]),
        ("pek", &["bei-jing"]),
        ("hom", &[]),
        ("thomasina", &[]),
        ("%25", &[]),
        ("thomas&kind=place,work", &["de-tovenaar", "sao-tome"]),
        ("thomas&kind=event", &[]),
    ] {
        assert_eq!(
            slugs(&app, &format!("/v1/entities?q={q}")).await,
            found,
            "{q}"
        );
    }
    for (q, fault) in [
        ("", "invalid_value at q"),
        ("%20", "invalid_value at q"),
        ("a%0Ab", "invalid_value at q"),
    ] {
        let refused = app.get(&format!("/v1/entities?q={q}")).await.expect(400);
        assert_eq!(refused.faults(), [fault]);
    }
    let long = app
        .get(&format!("/v1/entities?q={}", "a".repeat(101)))
        .await;
    assert_eq!(long.expect(400).faults(), ["too_long at q"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_found_comes_the_best_first_in_pages() {
    let app = App::start().await;
    for name in [
        "Haven",
        "Havenbedrijf",
        "Havendam",
        "Haven van Wendemond",
        "Wendemondse Haven",
    ] {
        make(&app, "topic", name, &[]).await;
    }
    publish_naming(
        &app,
        &[
            "haven",
            "havenbedrijf",
            "havendam",
            "haven-van-wendemond",
            "wendemondse-haven",
        ],
    )
    .await;
    publish_naming(&app, &["havendam", "haven-van-wendemond"]).await;
    publish_naming(&app, &["havendam"]).await;
    let wanted = [
        "haven",
        "havendam",
        "haven-van-wendemond",
        "havenbedrijf",
        "wendemondse-haven",
    ];
    assert_eq!(slugs(&app, "/v1/entities?q=haven").await, wanted);
    for limit in 1..4 {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = read(&app, &format!("/v1/entities?q=haven&limit={limit}{cursor}")).await;
            all.extend(texts(&page["data"], "slug"));
            match page["page"]["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(all, wanted);
    }
    let first = read(&app, "/v1/entities?q=haven&limit=1").await;
    let cursor = first["page"]["next_cursor"].as_str().unwrap();
    for other in ["", "q=havenb&", "q=haven&kind=topic&"] {
        let refused = app
            .get(&format!("/v1/entities?{other}limit=1&cursor={cursor}"))
            .await;
        assert_eq!(refused.expect(400).faults(), ["invalid_cursor at cursor"]);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_name_is_found_at_once_and_an_old_one_no_longer() {
    let app = App::start().await;
    make(&app, "topic", "Oud", &["Vroeger"]).await;
    publish_naming(&app, &["oud"]).await;
    let seen = managed(&app, "/entities/oud").await;
    app.patch(
        "/entities/oud",
        &seen,
        json!({"name": "Élan", "names": {"en": "Momentum"}, "aliases": ["Vaart"]}),
    )
    .await
    .expect(200);
    for (q, there) in [
        ("oud", false),
        ("vroeger", false),
        ("elan", true),
        ("vaart", true),
        ("momentum", true),
    ] {
        let found = slugs(&app, &format!("/v1/entities?q={q}")).await;
        assert_eq!(found.len(), usize::from(there), "{q}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entity_page_shows_its_newest_articles_as_lists_do() {
    let app = App::start().await;
    make(&app, "topic", "Water", &[]).await;
    for number in 0..12 {
        app.publish(
            json!({"headline": format!("Artikel {number}"), "entities": [{"entity": "water"}]}),
        )
        .await;
    }
    app.publish(json!({"headline": "Colofon", "type": "page", "entities": [{"entity": "water"}]}))
        .await;
    let draft = json!({"headline": "Concept", "entities": [{"entity": "water"}]});
    app.make("/articles", draft).await;
    let page = read(&app, "/v1/entities/water").await;
    let list = read(&app, "/v1/entities/water/articles?limit=10").await;
    assert_eq!(page["article_count"], 12);
    assert_eq!(page["articles"], list["data"]);
    assert_eq!(page["articles"].as_array().unwrap().len(), 10);
    let newest = managed(&app, "/articles?q=artikel%2011").await.json["data"][0]["id"].clone();
    let path = format!("/articles/{}", newest.as_str().unwrap());
    let seen = managed(&app, &path).await;
    app.act(&seen, "withdraw", json!({})).await.expect(200);
    let page = read(&app, "/v1/entities/water").await;
    assert_eq!(
        (&page["article_count"], &page["articles"][0]["slug"]),
        (&json!(11), &json!("artikel-10"))
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_editor_is_told_of_others_that_go_by_the_same_name() {
    let app = App::start().await;
    make(&app, "person", "José Díaz", &["J. Diaz"]).await;
    make(&app, "person", "Jose Diaz Moreno", &["Pepe"]).await;
    make(&app, "place", "Jose-Diaz", &[]).await;
    let made = app
        .make(
            "/entities",
            json!({"kind": "person", "name": "JOSE DIAZ", "aliases": ["pepe", "Zeker niet"]}),
        )
        .await;
    let told = |list: &Value| {
        let one = |other: &Value| {
            format!(
                "{} {} {}",
                other["kind"].as_str().unwrap(),
                other["slug"].as_str().unwrap(),
                other["shared"]
            )
        };
        list.as_array().unwrap().iter().map(one).collect::<Vec<_>>()
    };
    let wanted = [
        "person jose-diaz-moreno [\"Pepe\"]",
        "person jose-diaz [\"José Díaz\"]",
        "place jose-diaz-2 [\"Jose-Diaz\"]",
    ];
    assert_eq!(told(&made.json["duplicates"]), wanted);
    let list = managed(&app, &format!("/entities/{}/duplicates", made.id())).await;
    assert_eq!(told(&list.json["data"]), wanted);
    assert!(
        managed(&app, "/entities/jose-diaz")
            .await
            .json
            .get("duplicates")
            .is_none()
    );
    assert_eq!(
        told(
            &managed(&app, "/entities/jose-diaz-moreno/duplicates")
                .await
                .json["data"]
        ),
        [format!(
            "person {} [\"pepe\"]",
            made.json["slug"].as_str().unwrap()
        )]
    );
    app.call("GET", "/v1/manage/entities/jose-diaz/duplicates")
        .send()
        .await
        .expect(401);
    app.manage("GET", "/entities/niemand/duplicates")
        .send()
        .await
        .expect(404);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_article_names_is_found_by_an_alias_in_any_case_but_not_without_its_accents() {
    let app = App::start().await;
    make(&app, "person", "Çelik Été", &["ÇÉ"]).await;
    let links = json!([{"kind": "person", "name": "çé"}]);
    app.make("/articles", json!({"headline": "H", "entities": links}))
        .await;
    assert_eq!(
        managed(&app, "/entities").await.json["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let links = json!([{"kind": "person", "name": "Celik Ete"}, {"kind": "topic", "name": "ÇÉ"}]);
    app.make("/articles", json!({"headline": "H", "entities": links}))
        .await;
    assert_eq!(
        managed(&app, "/entities").await.json["data"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_and_addresses_that_stand_twice_are_kept_once() {
    let app = App::start().await;
    let body = json!({"kind": "topic", "name": "A", "aliases": ["B", "b", "C"], "same_as": ["https://example.org", "HTTPS://EXAMPLE.org/", "https://example.org/a"]});
    let made = app.make("/entities", body).await;
    assert_eq!(made.json["aliases"], json!(["B", "C"]));
    assert_eq!(
        made.json["same_as"],
        json!(["https://example.org/", "https://example.org/a"])
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entities_of_before_the_names_were_kept_are_found_after_the_next_start() {
    let url = crate::postgres::database().await;
    let app = App::on(&url).await;
    make(&app, "topic", "Straße", &[]).await;
    publish_naming(&app, &["strasse"]).await;
    let sql = app.sql().await;
    sql.batch_execute("DELETE FROM newsroom.entity_names; DELETE FROM delivery.entity_names; UPDATE newsroom.entities SET names_version = NULL").await.unwrap();
    assert!(slugs(&app, "/v1/entities?q=strasse").await.is_empty());
    app.stop().await;
    let app = App::on(&url).await;
    assert_eq!(slugs(&app, "/v1/entities?q=strasse").await, ["strasse"]);
    let head = async |app: &App| {
        app.sql()
            .await
            .query_one("SELECT seq FROM delivery.head", &[])
            .await
            .unwrap()
            .get::<_, i64>(0)
    };
    let before = head(&app).await;
    app.stop().await;
    let app = App::on(&url).await;
    assert_eq!(head(&app).await, before);
    app.stop().await;
}
