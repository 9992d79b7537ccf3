//! From paths to things.

use serde_json::{Value, json};

use crate::app::App;
use crate::shorthand::{managed, publish_at, read, republish};

async fn resolve(app: &App, path: &str) -> Value {
    read(app, &format!("/v1/resolve?path={path}")).await
}

async fn publication() -> App {
    let app = App::start().await;
    for name in ["Water", "Lucht"] {
        app.make("/sections", json!({"name": name})).await;
    }
    app.make("/authors", json!({"name": "Fenna"})).await;
    let body = json!({"headline": "Slib", "section": "water", "authors": ["fenna"], "entities": [{"kind": "topic", "name": "Haven"}]});
    publish_at(&app, "2024-02-03T00:00:00Z", body).await;
    app
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_address_of_each_thing_is_current() {
    let app = publication().await;
    for (kind, list, slug) in [
        ("article", "articles", "slib"),
        ("section", "sections", "water"),
        ("author", "authors", "fenna"),
        ("entity", "entities", "haven"),
    ] {
        let thing = read(&app, &format!("/v1/{list}/{slug}")).await;
        let path = thing["url"]
            .as_str()
            .unwrap()
            .strip_prefix("http://localhost:3000")
            .unwrap();
        let expected = json!({"type": kind, "id": thing["id"], "slug": slug, "url": thing["url"], "state": "current"});
        for form in [
            path.to_owned(),
            format!("{path}/"),
            path.replace('/', "%2F"),
            path.replace('s', "%73"),
        ] {
            assert_eq!(resolve(&app, &form).await, expected, "{form}");
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_slug_another_section_and_an_id_lead_to_where_it_is_now() {
    let app = publication().await;
    let slib = managed(&app, "/articles/slib").await;
    republish(&app, &slib, json!({"slug": "modder", "section": "lucht"})).await;
    for (list, old, new) in [
        ("authors", "fenna", "fem"),
        ("entities", "haven", "kade"),
        ("sections", "water", "zee"),
    ] {
        let seen = managed(&app, &format!("/{list}/{old}")).await;
        app.patch(&format!("/{list}/{old}"), &seen, json!({"slug": new}))
            .await
            .expect(200);
    }

    let by_id = format!("/lucht/{}", slib.id());
    for path in [
        "/water/slib",
        "/water/modder",
        "/lucht/slib",
        "/modder",
        "/slib",
        by_id.as_str(),
    ] {
        let found = resolve(&app, path).await;
        assert_eq!(
            (&found["state"], &found["url"]),
            (
                &json!("moved"),
                &json!("http://localhost:3000/lucht/modder")
            ),
            "{path}"
        );
    }
    for (path, to) in [
        ("/authors/fenna", "/authors/fem"),
        ("/topics/haven", "/topics/kade"),
        ("/water", "/zee"),
    ] {
        let found = resolve(&app, path).await;
        assert_eq!(
            (&found["state"], &found["url"]),
            (
                &json!("moved"),
                &json!(format!("http://localhost:3000{to}"))
            ),
            "{path}"
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_current_address_goes_before_what_once_stood_there() {
    let app = publication().await;
    // An article with the slug of a section, in another; then a withdrawn one; then an old path.
    app.publish(json!({"headline": "Water", "section": "lucht"}))
        .await;
    assert_eq!(resolve(&app, "/water").await["type"], "section");
    let water = managed(&app, "/articles/water").await;
    app.act(&water, "withdraw", json!({})).await.expect(200);
    assert_eq!(resolve(&app, "/water").await["type"], "section");
    // The old slug of an entity, which is that of an article too.
    let haven = managed(&app, "/entities/haven").await;
    app.patch("/entities/haven", &haven, json!({"slug": "kade"}))
        .await
        .expect(200);
    app.publish(json!({"headline": "Haven", "section": "lucht"}))
        .await;
    assert_eq!(resolve(&app, "/topics/haven").await["type"], "entity");
    let slib = managed(&app, "/articles/slib").await;
    let old_path = "INSERT INTO newsroom.old_paths (path, kind, owner_id) SELECT '/lucht', 'article', article_id FROM newsroom.article_versions WHERE slug = 'slib'";
    app.sql().await.batch_execute(old_path).await.unwrap();
    republish(&app, &slib, json!({"headline": "Slib 2"})).await;

    let found = resolve(&app, "/lucht").await;

    assert_eq!(
        (&found["type"], &found["state"]),
        (&json!("section"), &json!("current"))
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawn_article_is_told_without_an_address_and_what_was_never_public_is_not() {
    let app = publication().await;
    let slib = managed(&app, "/articles/slib").await;
    app.act(&slib, "withdraw", json!({})).await.expect(200);
    app.make(
        "/articles",
        json!({"headline": "Concept", "section": "water"}),
    )
    .await;
    app.make("/authors", json!({"name": "Niemand"})).await;

    let gone = json!({"type": "article", "id": slib.id(), "slug": "slib", "url": null, "state": "withdrawn"});
    for path in ["/water/slib", "/slib", "/lucht/slib/"] {
        assert_eq!(resolve(&app, path).await, gone);
    }
    let never = app.get("/v1/resolve?path=/water/geen").await.expect(404);
    for path in [
        "/water/concept",
        "/concept",
        "/authors/niemand",
        "/",
        "//",
        "/water//slib",
        "/a/b/c/d",
        "/authors/",
        "/?p=1",
    ] {
        let found = app
            .get(&format!("/v1/resolve?path={path}"))
            .await
            .expect(404);
        assert_eq!(found.json["detail"], never.json["detail"], "{path}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn patterns_with_ids_dates_and_languages_are_read_back() {
    let app = publication().await;
    let slib = managed(&app, "/articles/slib").await;
    let set = async |pattern: String| {
        let site = managed(&app, "/site").await;
        app.patch("/site", &site, json!({"paths": {"article": pattern}}))
            .await
            .expect(200);
    };
    set("/{language}/{year}/{month}/{day}/{slug}".into()).await;
    assert_eq!(
        resolve(&app, "/en/2024/02/03/slib").await["state"],
        "current"
    );
    assert_eq!(resolve(&app, "/nl/2023/01/01/slib").await["state"], "moved");
    set("/a/{id}".into()).await;
    assert_eq!(
        resolve(&app, &format!("/a/{}", slib.id())).await["state"],
        "current"
    );
    let by_slug = resolve(&app, "/a/slib").await;
    assert_eq!(
        (&by_slug["state"], &by_slug["url"]),
        (
            &json!("moved"),
            &json!(format!("http://localhost:3000/a/{}", slib.id()))
        )
    );
    set("/{section}/{id}/{slug}".into()).await;
    assert_eq!(
        resolve(&app, &format!("/water/{}/slib", slib.id())).await["state"],
        "current"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_path_is_refused() {
    let app = publication().await;
    for path in [
        "",
        "water",
        "ftp://example.org/water",
        "https:water",
        "https://",
        "/a%00b",
        "/a%0Ab",
        "/%FF",
        "/%C0%80",
        "/%ZZ",
    ] {
        assert_eq!(
            app.get(&format!("/v1/resolve?path={path}")).await.status,
            400,
            "{path}"
        );
    }
    let long = "a".repeat(2048);
    for (query, fault) in [
        ("", "missing_field at path"),
        ("path=/a&path=/b", "repeated_parameter at path"),
        ("path=/a&at=1", "unknown_parameter at at"),
        (&format!("path=/{long}"), "invalid_value at path"),
    ] {
        assert_eq!(
            app.get(&format!("/v1/resolve?{query}"))
                .await
                .expect(400)
                .faults(),
            [fault],
            "{query}"
        );
    }
    app.stop().await;
}
