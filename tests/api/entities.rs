//! Entities: what articles are about.

use serde_json::json;

use crate::app::App;
use crate::shorthand::{managed, read, remove, republish, slugs};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entity_is_made_read_changed_and_removed() {
    let app = App::start().await;
    let image = json!({"url": "https://example.org/a.jpg", "alt": "A", "caption": null, "credit": null, "width": 10, "height": 20});
    let body = json!({
        "kind": "organisation", "name": "Havenbedrijf", "aliases": ["HB", "Haven"], "description": "Wie.\nWat.",
        "same_as": ["https://www.wikidata.org/wiki/Q1", "http://example.org/hb"], "image": image
    });

    let made = app.make("/entities", body.clone()).await;

    assert_eq!(
        (made.etag(), made.header("location")),
        (
            "\"1\"".to_owned(),
            format!("/v1/manage/entities/{}", made.id()).as_str()
        )
    );
    assert_eq!(made.json["slug"], "havenbedrijf");
    for field in ["kind", "name", "aliases", "description", "same_as", "image"] {
        assert_eq!(made.json[field], body[field], "{field}");
    }
    let changed = app
        .patch(
            "/entities/havenbedrijf",
            &made,
            json!({"aliases": ["HBW"], "image": {"alt": null}, "description": null}),
        )
        .await
        .expect(200);
    assert_eq!(
        (
            &changed.json["aliases"],
            &changed.json["description"],
            &changed.json["version"]
        ),
        (&json!(["HBW"]), &json!(null), &json!(2))
    );
    assert_eq!(
        (
            &changed.json["image"]["alt"],
            &changed.json["image"]["width"]
        ),
        (&json!(null), &json!(10))
    );
    let emptied = app
        .patch(
            "/entities/havenbedrijf",
            &changed,
            json!({"aliases": null, "same_as": null, "image": null}),
        )
        .await
        .expect(200);
    assert_eq!(
        (
            &emptied.json["aliases"],
            &emptied.json["same_as"],
            &emptied.json["image"]
        ),
        (&json!([]), &json!([]), &json!(null))
    );
    assert_eq!(
        app.patch("/entities/havenbedrijf", &made, json!({"name": "X"}))
            .await
            .expect(412)
            .json["current_version"],
        emptied.etag()
    );
    app.manage("PATCH", "/entities/havenbedrijf")
        .json(&json!({"name": "X"}))
        .send()
        .await
        .expect(428);
    app.manage("DELETE", "/entities/havenbedrijf")
        .send()
        .await
        .expect(428);
    remove(&app, &format!("/entities/{}", made.id()), &emptied)
        .await
        .expect(204);
    assert_eq!(
        app.manage("GET", "/entities/havenbedrijf")
            .send()
            .await
            .status,
        404
    );
    assert_eq!(
        app.make("/entities", body).await.json["slug"],
        "havenbedrijf"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entity_is_public_once_something_published_refers_to_it_and_stays_so() {
    let app = App::start().await;
    let never = app
        .make("/entities", json!({"kind": "person", "name": "Nooit"}))
        .await;
    app.patch(
        "/entities/nooit",
        &never,
        json!({"description": "Toch niet."}),
    )
    .await
    .expect(200);
    let piet = app.make("/entities", json!({"kind": "person", "name": "Piet Puk", "aliases": ["P"], "same_as": ["https://example.org/p"]})).await;
    let draft = app
        .make(
            "/articles",
            json!({"headline": "H", "entities": [{"entity": "piet-puk"}]}),
        )
        .await;
    let paths = [
        "/v1/entities/piet-puk".to_owned(),
        format!("/v1/entities/{}", piet.id()),
        "/v1/entities/piet-puk/articles".to_owned(),
    ];
    for path in &paths {
        assert_eq!(app.get(path).await.status, 404);
    }
    assert!(slugs(&app, "/v1/entities").await.is_empty());

    let published = app.act(&draft, "publish", json!({})).await.expect(200);

    let entity = read(&app, "/v1/entities/piet-puk").await;
    assert_eq!(
        entity,
        json!({
            "id": piet.id(), "kind": "person", "slug": "piet-puk", "name": "Piet Puk", "names": {}, "aliases": ["P"], "description": null,
            "same_as": ["https://example.org/p"], "image": null, "url": "http://localhost:3000/topics/piet-puk",
            "article_count": 1, "articles": read(&app, "/v1/articles").await["data"]
        })
    );
    let mut item = entity;
    item.as_object_mut().unwrap().remove("articles");
    assert_eq!(read(&app, "/v1/entities").await["data"], json!([item]));
    app.act(&published, "withdraw", json!({})).await.expect(200);
    for path in &paths {
        assert_eq!(app.get(path).await.status, 200);
    }
    assert!(
        slugs(&app, "/v1/entities/piet-puk/articles")
            .await
            .is_empty()
    );
    assert_eq!(slugs(&app, "/v1/entities").await, ["piet-puk"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renamed_entity_has_its_new_name_at_once_everywhere_and_its_old_slug_redirects() {
    let app = App::start().await;
    let article = app
        .publish(json!({"headline": "H", "entities": [{"kind": "person", "name": "Piet"}]}))
        .await;
    let before = read(&app, "/v1/articles/h").await;
    let piet = managed(&app, "/entities/piet").await;

    let renamed = app
        .patch(
            "/entities/piet",
            &piet,
            json!({"name": "Peter", "slug": "peter", "kind": "organisation"}),
        )
        .await
        .expect(200);

    let page = read(&app, "/v1/articles/h").await;
    assert_eq!(
        (
            &page["entities"]["people"],
            &page["entities"]["organisations"][0]["name"]
        ),
        (&json!([]), &json!("Peter"))
    );
    assert_eq!(page["modified_at"], before["modified_at"]);
    for list in [
        "/v1/articles",
        "/v1/articles?entity=piet",
        "/v1/articles?entity=peter",
        "/v1/entities/peter/articles",
    ] {
        assert_eq!(
            read(&app, list).await["data"][0]["entities"]["organisations"][0]["slug"],
            "peter",
            "{list}"
        );
    }
    assert_eq!(
        app.get("/v1/entities/piet")
            .await
            .expect(308)
            .header("location"),
        "/v1/entities/peter"
    );
    let taken = json!({"kind": "person", "name": "X", "slug": "piet"});
    assert_eq!(
        app.manage("POST", "/entities")
            .json(&taken)
            .send()
            .await
            .expect(409)
            .problem(),
        "slug-taken"
    );
    app.patch("/entities/peter", &renamed, json!({"slug": "piet"}))
        .await
        .expect(200);
    assert_eq!(
        app.get("/v1/entities/peter")
            .await
            .expect(308)
            .header("location"),
        "/v1/entities/piet"
    );
    assert_eq!(
        managed(&app, &format!("/articles/{}", article.id()))
            .await
            .etag(),
        article.etag()
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_version_refers_to_can_not_be_removed() {
    let app = App::start().await;
    let draft = app
        .make(
            "/articles",
            json!({"headline": "H", "entities": [{"kind": "person", "name": "Piet"}]}),
        )
        .await;
    let piet = managed(&app, "/entities/piet").await;

    assert_eq!(
        remove(&app, "/entities/piet", &piet)
            .await
            .expect(409)
            .problem(),
        "in-use"
    );
    republish(&app, &draft, json!({"entities": []})).await;
    assert_eq!(
        remove(&app, "/entities/piet", &piet)
            .await
            .expect(409)
            .problem(),
        "in-use"
    );
    assert_eq!(app.get("/v1/entities/piet").await.status, 404);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_entity_can_not_be_is_told_by_place() {
    let app = App::start().await;
    for (body, faults) in [
        (
            json!({}),
            &["missing_field at /kind", "missing_field at /name"][..],
        ),
        (
            json!({"kind": "thing", "name": " "}),
            &["invalid_value at /kind", "invalid_value at /name"],
        ),
        (
            json!({"kind": "Person", "name": "P"}),
            &["invalid_value at /kind"],
        ),
        (
            json!({"kind": "person", "name": "P", "slug": {}}),
            &["wrong_type at /slug"],
        ),
        (
            json!({"kind": "person", "name": "P", "slug": "Piet"}),
            &["invalid_value at /slug"],
        ),
        (
            json!({"kind": "person", "name": "P", "same_as": ["javascript:alert(1)", "ftp://x", "//x", "https://u:p@x"]}),
            &[
                "invalid_value at /same_as/0",
                "invalid_value at /same_as/1",
                "invalid_value at /same_as/2",
                "invalid_value at /same_as/3",
            ],
        ),
        (
            json!({"kind": "person", "name": "P", "aliases": vec!["a"; 51]}),
            &["too_long at /aliases"],
        ),
        (
            json!({"kind": "person", "name": "P", "same_as": vec!["https://example.org"; 51]}),
            &["too_long at /same_as"],
        ),
        (
            json!({"kind": "person", "name": "P", "id": "x", "created_by": 1, "wiki": 2}),
            &[
                "server_owned_field at /created_by",
                "server_owned_field at /id",
                "unknown_field at /wiki",
            ],
        ),
    ] {
        let mut found = app
            .manage("POST", "/entities")
            .json(&body)
            .send()
            .await
            .expect(422)
            .faults();
        found.sort();
        assert_eq!(found, faults);
    }
    app.stop().await;
}
