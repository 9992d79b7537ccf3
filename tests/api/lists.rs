//! Lists of articles: filters, order, cursors.

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::shorthand::{append, managed, markdown, publish_at, read, republish, slugs, texts};

/// Four articles of 2024, a day apart: a (water, Fenna, Slib, nl), b (water, Joris, nl-BE), c (lucht, both, Slib and Wind, en), d (no section, Wind, nl).
async fn publication() -> (App, [Answer; 4]) {
    let app = App::start().await;
    for name in ["Water", "Lucht"] {
        app.make("/sections", json!({"name": name})).await;
    }
    for name in ["Fenna", "Joris"] {
        app.make("/authors", json!({"name": name})).await;
    }
    let topic = |name: &str| json!({"kind": "topic", "name": name});
    let a = json!({"headline": "A", "language": "nl", "section": "water", "authors": ["fenna"], "entities": [topic("Slib")]});
    let b = json!({"headline": "B", "language": "nl-BE", "section": "water", "authors": ["joris"]});
    let c = json!({"headline": "C", "language": "en", "section": "lucht", "authors": ["joris", "fenna"], "entities": [topic("Slib"), topic("Wind")]});
    let d = json!({"headline": "D", "language": "nl", "entities": [topic("Wind")]});
    let a = publish_at(&app, "2024-01-01T00:00:00Z", a).await;
    let b = publish_at(&app, "2024-01-02T00:00:00Z", b).await;
    let c = publish_at(&app, "2024-01-03T00:00:00Z", c).await;
    let d = publish_at(&app, "2024-01-04T00:00:00Z", d).await;
    app.make("/articles", json!({"headline": "Concept", "section": "water", "authors": ["fenna"], "entities": [topic("Slib")]})).await;
    (app, [a, b, c, d])
}

/// What a filter finds, as one word.
async fn found(app: &App, query: &str) -> String {
    let list = read(app, &format!("/v1/articles?count=true&{query}")).await;
    assert_eq!(
        list["page"]["total"],
        list["data"].as_array().unwrap().len(),
        "{query}"
    );
    texts(&list["data"], "slug").concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_filter_narrows_alone_and_together() {
    let (app, [a, b, c, d]) = publication().await;
    let update = json!({"body": markdown("U"), "published_at": "2024-01-05T00:00:00Z"});
    append(&app, &b, update).await;
    let (section, author, entity) = (
        managed(&app, "/sections/lucht").await,
        managed(&app, "/authors/joris").await,
        managed(&app, "/entities/slib").await,
    );

    let ids = format!("ids={},{}", d.id(), a.id());
    let by_id = format!(
        "section={}&author={}&entity={}",
        section.id(),
        author.id(),
        entity.id()
    );
    for (query, expected) in [
        ("", "dcba"),
        ("section=water", "ba"),
        ("section=water,lucht", "cba"),
        ("section=lucht,geen", "c"),
        ("author=fenna", "ca"),
        ("author=fenna,joris", "cba"),
        ("entity=slib", "ca"),
        ("entity=wind,slib", "dca"),
        ("language=nl", "dba"),
        ("language=nl-BE", "b"),
        ("language=en", "c"),
        ("language=fy", ""),
        ("has_updates=true", "b"),
        ("has_updates=false", "dca"),
        ("published_after=2024-01-02T00:00:00Z", "dc"),
        ("published_before=2024-01-02T00:00:00Z", "a"),
        (
            "published_after=2024-01-01T23:59:59.999Z&published_before=2024-01-03T00:00:00.001Z",
            "cb",
        ),
        ("updated_after=2024-01-04T00:00:00Z", "b"),
        ("updated_after=2024-01-05T00:00:00Z", ""),
        ("modified_after=2024-02-01T00:00:00Z", "dcba"),
        ("slugs=a,d,geen", "da"),
        (ids.as_str(), "da"),
        (by_id.as_str(), "c"),
        ("type=article", "dcba"),
        ("type=page", ""),
        ("section=water&author=fenna", "a"),
        (
            "section=water&entity=slib&language=nl&has_updates=false",
            "a",
        ),
        ("author=joris&has_updates=true", "b"),
        ("entity=slib&slugs=c,d", "c"),
        ("section=water&slugs=c", ""),
        (
            "language=nl&published_after=2024-01-01T00:00:00Z&sort=updated",
            "bd",
        ),
    ] {
        assert_eq!(found(&app, query).await, expected, "{query}");
    }
    let modified = read(&app, "/v1/articles/c").await["modified_at"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        !found(&app, &format!("modified_after={modified}"))
            .await
            .contains('c')
    );
    assert_eq!(
        read(&app, &format!("/v1/articles?ids={}", c.id())).await["page"].get("total"),
        None
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_leads_nowhere_gives_an_empty_list_and_an_old_one_still_leads() {
    let (app, _) = publication().await;
    for filter in ["section", "author", "entity", "slugs"] {
        assert_eq!(found(&app, &format!("{filter}=geen")).await, "");
    }
    assert_eq!(
        found(&app, "section=7b0ab1f4-6b0f-4a8a-9d5f-4f1f6f6f6f6f").await,
        ""
    );
    assert_eq!(found(&app, "slugs=concept").await, "");
    let water = managed(&app, "/sections/water").await;
    app.patch("/sections/water", &water, json!({"slug": "zee"}))
        .await
        .expect(200);
    assert_eq!(
        (
            found(&app, "section=water").await,
            found(&app, "section=zee").await
        ),
        ("ba".to_owned(), "ba".to_owned())
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_filter_is_refused_and_named() {
    let (app, _) = publication().await;
    for (query, fault) in [
        ("words=slib", "unknown_parameter at words"),
        ("entity_all=Slib", "invalid_value at entity_all"),
        ("entity_kind=thing", "invalid_value at entity_kind"),
        ("entity_kind=person,", "invalid_value at entity_kind"),
        ("translation_of=a,b", "invalid_value at translation_of"),
        ("status=draft", "unknown_parameter at status"),
        ("sort=seq", "invalid_value at sort"),
        ("order=down", "invalid_value at order"),
        ("section=Water", "invalid_value at section"),
        ("section=a,,b", "invalid_value at section"),
        ("ids=1", "invalid_value at ids"),
        ("has_updates=1", "invalid_value at has_updates"),
        (
            "published_after=2024-01-01",
            "invalid_value at published_after",
        ),
        (
            "updated_after=2024-01-01T24:00:00Z",
            "invalid_value at updated_after",
        ),
        ("modified_after=infinity", "invalid_value at modified_after"),
        (
            "published_before=9999999-01-01T00:00:00Z",
            "invalid_value at published_before",
        ),
        ("language=nl_NL", "invalid_value at language"),
        ("type=all", "invalid_value at type"),
        ("count=yes", "invalid_value at count"),
        ("sort=published&sort=updated", "repeated_parameter at sort"),
        ("limit=0", "invalid_value at limit"),
        ("limit=101", "invalid_value at limit"),
    ] {
        assert_eq!(
            app.get(&format!("/v1/articles?{query}"))
                .await
                .expect(400)
                .faults(),
            [fault],
            "{query}"
        );
    }
    let many = vec!["x"; 101].join(",");
    assert_eq!(
        app.get(&format!("/v1/articles?slugs={many}"))
            .await
            .expect(400)
            .faults(),
        ["too_long at slugs"]
    );
    let all = app
        .get("/v1/articles?sort=x&limit=0&nothing=1")
        .await
        .expect(400)
        .faults();
    assert_eq!(all.len(), 3, "{all:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_comes_in_every_order() {
    let (app, [a, b, _, _]) = publication().await;
    append(
        &app,
        &a,
        json!({"body": markdown("U"), "published_at": "2024-03-01T00:00:00Z"}),
    )
    .await;
    republish(&app, &b, json!({"headline": "B2"})).await;
    for (query, expected) in [
        ("", "dcba"),
        ("sort=published", "dcba"),
        ("sort=published&order=asc", "abcd"),
        ("sort=updated", "adcb"),
        ("sort=updated&order=asc", "bcda"),
        ("sort=modified", "badc"),
        ("sort=modified&order=asc", "cdab"),
    ] {
        assert_eq!(found(&app, query).await, expected, "{query}");
        let paged = follow(&app, &format!("/v1/articles?{query}&limit=1"), async |_| {}).await;
        assert_eq!(paged.concat(), expected, "{query}, in pages");
    }
    app.stop().await;
}

/// Follows the links to the next page from here to the end; something happens between pages.
async fn follow(app: &App, path: &str, between: impl AsyncFn(usize)) -> Vec<String> {
    let (mut path, mut all, mut page) = (path.to_owned(), Vec::new(), 0);
    loop {
        let answer = app.get(&path).await.expect(200);
        all.extend(texts(&answer.json["data"], "slug"));
        let info = &answer.json["page"];
        if info["has_more"] == false {
            assert_eq!(
                (&info["next_cursor"], answer.header("link")),
                (&Value::Null, "")
            );
            return all;
        }
        let link = answer
            .header("link")
            .strip_suffix(">; rel=\"next\"")
            .and_then(|link| link.strip_prefix('<'))
            .unwrap();
        assert!(
            link.contains(&format!("cursor={}", info["next_cursor"].as_str().unwrap())),
            "{link}"
        );
        path = link.trim_start_matches(&app.base).to_owned();
        page += 1;
        between(page).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_neither_repeat_nor_skip_while_others_publish() {
    let app = App::start().await;
    // Many of one moment, so that only the id settles their order.
    for number in 0..9 {
        publish_at(
            &app,
            "2024-01-01T00:00:00Z",
            json!({"headline": format!("Oud {number}")}),
        )
        .await;
    }
    let before = slugs(&app, "/v1/articles").await;

    let seen = follow(&app, "/v1/articles?limit=2&sort=published", async |page| {
        app.publish(json!({"headline": format!("Nieuw {page}")}))
            .await;
        let old = managed(&app, "/articles/oud-3").await;
        republish(&app, &old, json!({"headline": format!("Oud 3, {page}")})).await;
        append(&app, &old, json!({"body": markdown("U")})).await;
    })
    .await;

    assert_eq!(seen, before);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_is_bound_to_filters_and_order_but_not_to_form() {
    let (app, _) = publication().await;
    let first = read(&app, "/v1/articles?language=nl&limit=1").await;
    let cursor = first["page"]["next_cursor"].as_str().unwrap().to_owned();

    for form in [
        "",
        "&fields=headline",
        "&include=updates",
        "&body=text",
        "&limit=100",
        "&count=true",
        "&limit=2&fields=url&body=blocks",
    ] {
        let list = read(
            &app,
            &format!("/v1/articles?cursor={cursor}&language=nl{form}"),
        )
        .await;
        assert_eq!(texts(&list["data"], "slug").concat(), "ba", "{form}");
    }
    for other in [
        "",
        "&language=en",
        "&language=nl&sort=updated",
        "&language=nl&order=asc",
        "&language=nl&section=water",
        "&language=nl&type=page",
    ] {
        let refused = app
            .get(&format!("/v1/articles?cursor={cursor}{other}"))
            .await
            .expect(400);
        assert_eq!(refused.faults(), ["invalid_cursor at cursor"], "{other}");
    }
    let elsewhere = app
        .get(&format!(
            "/v1/entities/slib/articles?language=nl&cursor={cursor}"
        ))
        .await
        .expect(400);
    assert_eq!(elsewhere.faults(), ["invalid_cursor at cursor"]);
    for end in 1..cursor.len() {
        assert_eq!(
            app.get(&format!(
                "/v1/articles?language=nl&cursor={}",
                &cursor[..end]
            ))
            .await
            .status,
            400
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entity_has_a_list_of_its_articles_with_all_filters() {
    let (app, _) = publication().await;
    let slib = managed(&app, "/entities/slib").await;

    for name in ["slib".to_owned(), slib.id()] {
        assert_eq!(
            slugs(&app, &format!("/v1/entities/{name}/articles")).await,
            ["c", "a"]
        );
    }
    let list = read(
        &app,
        "/v1/entities/slib/articles?section=water&count=true&fields=headline&order=asc",
    )
    .await;
    assert_eq!(
        (&list["page"]["total"], &list["data"][0]["headline"]),
        (&json!(1), &json!("A"))
    );
    assert_eq!(
        follow(
            &app,
            "/v1/entities/slib/articles?limit=1&order=asc",
            async |_| {}
        )
        .await,
        ["a", "c"]
    );
    assert_eq!(app.get("/v1/entities/geen/articles").await.status, 404);
    app.patch("/entities/slib", &slib, json!({"slug": "modder"}))
        .await
        .expect(200);
    let moved = app
        .get("/v1/entities/slib/articles?limit=1&order=asc")
        .await
        .expect(308);
    assert_eq!(
        moved.header("location"),
        "/v1/entities/modder/articles?limit=1&order=asc"
    );
    app.stop().await;
}
