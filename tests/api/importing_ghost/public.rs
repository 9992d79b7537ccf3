//! What readers get to see of an import, and where old addresses lead.

use kroniek::exchange::ghost::import;
use kroniek::exchange::import::Categories;
use serde_json::json;

use super::{changed, fixture, options, run};
use crate::app::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_not_public_there_is_not_public_here_nor_is_any_secret_kept() {
    let app = App::start().await;
    run(&app, &fixture()).await;
    for slug in [
        "kladje",
        "volgende-week",
        "nieuwsbrief",
        "voor-leden",
        "voor-betalers",
        "voor-een-groep",
        "alleen-per-mail",
        "kapot-document",
        "weggegooid",
    ] {
        app.get(&format!("/v1/articles/{slug}")).await.expect(404);
        app.get(&format!("/v1/resolve?path=/{slug}/"))
            .await
            .expect(404);
    }
    for list in [
        "/v1/articles?body=text&limit=100",
        "/v1/entities?limit=100",
        "/v1/sections",
        "/v1/authors?limit=100",
        "/v1/sections/haven",
        "/v1/entities/haven/articles?body=text",
    ] {
        let answer = app.get(list).await;
        assert!(!answer.text.contains("GEHEIM"), "{list}");
        assert!(!answer.text.contains("intern") && !answer.text.contains("Geheimtag"));
    }
    let sql = app.sql().await;
    let dump = "SELECT string_agg(t::text, '') FROM (SELECT to_jsonb(a) AS t FROM newsroom.authors a UNION ALL SELECT to_jsonb(i) FROM newsroom.imported i
        UNION ALL SELECT to_jsonb(s) FROM newsroom.site s UNION ALL SELECT to_jsonb(u) FROM newsroom.audit u) x";
    let kept: String = sql.query(dump, &[]).await.unwrap()[0].get(0);
    assert!(kept.contains("Marit"));
    for secret in ["GEHEIM", "@havenstad", "lezer@"] {
        assert!(!kept.contains(secret), "{secret}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_of_before_lead_to_what_is_there_now() {
    let app = App::start().await;
    run(&app, &fixture()).await;
    for (path, kind, slug) in [
        ("/zwanenbrug-dicht/", "article", "zwanenbrug-dicht"),
        (
            "/p/00000000-0000-4000-8000-000000000001/",
            "article",
            "zwanenbrug-dicht",
        ),
        ("/tag/water/", "section", "water"),
        // A tag that is a section here and a topic there leads to what was made of it first.
        ("/tag/haven/", "entity", "haven"),
        ("/author/marit/", "author", "marit"),
    ] {
        let found = app
            .get(&format!("/v1/resolve?path={path}"))
            .await
            .expect(200);
        assert_eq!(
            (
                &found.json["type"],
                &found.json["slug"],
                &found.json["state"]
            ),
            (&json!(kind), &json!(slug), &json!("moved")),
            "{path}"
        );
    }
    // A page without a section stands where it stood.
    let page = app.get("/v1/resolve?path=/colofon/").await.expect(200);
    assert_eq!(page.json["state"], "current");
    app.get("/v1/resolve?path=/tag/hash-intern/")
        .await
        .expect(404);
    app.stop().await;

    let app = App::start().await;
    let topics = options(&fixture(), Categories::Topics);
    import(&app.store.pools, &topics, |_, _| ()).await.unwrap();
    let found = app.get("/v1/resolve?path=/tag/water/").await.expect(200);
    assert_eq!(
        (&found.json["type"], &found.json["state"]),
        (&json!("entity"), &json!("moved"))
    );
    assert_eq!(app.get("/v1/sections").await.json["data"], json!([]));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_topic_that_readers_know_already_takes_its_old_address_at_once() {
    let app = App::start().await;
    let made = app
        .manage("POST", "/articles")
        .json(&json!({"headline": "Eerder", "language": "nl", "entities": [{"kind": "topic", "name": "Haven"}]}))
        .send()
        .await
        .expect(201);
    app.act(&made, "publish", json!({})).await.expect(200);
    let file = changed("topic", |document| {
        let posts = document["db"][0]["data"]["posts"].as_array_mut().unwrap();
        posts.retain(|post| post["slug"] == "kladje");
        document["db"][0]["data"]["posts_tags"] =
            json!([{"post_id": "64a000000000000000000006", "tag_id": "64b000000000000000000002"}]);
    });
    let topics = options(&file, Categories::Topics);
    import(&app.store.pools, &topics, |_, _| ()).await.unwrap();
    let found = app.get("/v1/resolve?path=/tag/haven/").await.expect(200);
    assert_eq!(found.json["type"], "entity");
    app.stop().await;
}
