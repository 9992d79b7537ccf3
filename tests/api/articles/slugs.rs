//! Slugs of articles: made, changed, kept.

use serde_json::json;

use crate::app::App;
use crate::shorthand::{managed, read, republish};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn headlines_alike_get_slugs_that_differ_and_a_chosen_slug_must_be_free() {
    let app = App::start().await;
    app.make("/articles", json!({"headline": "L'été à Zoë!"}))
        .await;
    let second = app
        .make("/articles", json!({"headline": "L'ete a Zoe"}))
        .await;
    let wordless = app.make("/articles", json!({"headline": "?!"})).await;

    let taken = app
        .manage("POST", "/articles")
        .json(&json!({"headline": "X", "slug": "lete-a-zoe"}))
        .send()
        .await
        .expect(409);

    assert_eq!(second.json["slug"], "lete-a-zoe-2");
    assert!(
        wordless.json["slug"]
            .as_str()
            .unwrap()
            .starts_with("article-")
    );
    assert_eq!(taken.problem(), "slug-taken");
    assert!(
        taken.json["detail"]
            .as_str()
            .unwrap()
            .contains("\"lete-a-zoe\""),
        "{}",
        taken.text
    );
    app.make("/sections", json!({"name": "X", "slug": "lete-a-zoe"}))
        .await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_slug_redirects_with_its_query_and_stands_among_the_aliases() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "Eerst"})).await;
    app.patch(
        &format!("/articles/{}", article.id()),
        &article,
        json!({"slug": "tweede"}),
    )
    .await
    .expect(200);
    assert_eq!(app.get("/v1/articles/eerst").await.status, 200);
    assert_eq!(app.get("/v1/articles/tweede").await.status, 404);

    republish(&app, &article, json!({})).await;
    republish(&app, &article, json!({"slug": "derde"})).await;

    for old in ["eerst", "tweede"] {
        for (tail, query) in [
            ("", "?fields=headline&body=text"),
            ("/updates", "?kind=update"),
            ("/related", "?limit=3"),
            ("/donation-links", ""),
        ] {
            let moved = app
                .get(&format!("/v1/articles/{old}{tail}{query}"))
                .await
                .expect(308);
            assert_eq!(
                moved.header("location"),
                format!("/v1/articles/derde{tail}{query}")
            );
            assert_eq!(moved.header("cache-control"), "public, max-age=60");
        }
    }
    assert_eq!(
        read(&app, "/v1/articles/derde").await["aliases"],
        json!(["eerst", "tweede"])
    );
    assert_eq!(
        app.manage("GET", "/articles/eerst")
            .send()
            .await
            .expect(200)
            .id(),
        article.id()
    );
    let withdrawn = managed(&app, &format!("/articles/{}", article.id())).await;
    app.act(&withdrawn, "withdraw", json!({})).await.expect(200);
    assert_eq!(app.get("/v1/articles/eerst").await.status, 410);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_alias_stays_reserved_and_its_owner_can_take_it_back() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "Eerst"})).await;
    republish(&app, &article, json!({"slug": "tweede"})).await;

    let other = json!({"headline": "Ander", "slug": "eerst"});
    assert_eq!(
        app.manage("POST", "/articles")
            .json(&other)
            .send()
            .await
            .expect(409)
            .problem(),
        "slug-taken"
    );
    assert_eq!(
        app.make("/articles", json!({"headline": "Eerst"}))
            .await
            .json["slug"],
        "eerst-2"
    );
    republish(&app, &article, json!({"slug": "eerst"})).await;

    assert_eq!(
        read(&app, "/v1/articles/eerst").await["aliases"],
        json!(["tweede"])
    );
    assert_eq!(
        app.get("/v1/articles/tweede")
            .await
            .expect(308)
            .header("location"),
        "/v1/articles/eerst"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slug_that_was_never_public_is_given_back() {
    let app = App::start().await;
    let draft = app.make("/articles", json!({"headline": "Eerst"})).await;
    let path = format!("/articles/{}", draft.id());
    let changed = app
        .patch(&path, &draft, json!({"slug": "tweede"}))
        .await
        .expect(200);

    let published = app.act(&changed, "publish", json!({})).await.expect(200);
    let wavering = app
        .patch(&path, &published, json!({"slug": "derde"}))
        .await
        .expect(200);
    app.patch(&path, &wavering, json!({"slug": "tweede"}))
        .await
        .expect(200);

    assert_eq!(
        read(&app, "/v1/articles/tweede").await["aliases"],
        json!([])
    );
    for free in ["eerst", "derde"] {
        assert_eq!(app.get(&format!("/v1/articles/{free}")).await.status, 404);
        app.make("/articles", json!({"headline": "X", "slug": free}))
            .await;
    }
    app.stop().await;
}
