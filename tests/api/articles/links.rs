//! The lists under an article: entities, related articles, donation links.

use serde_json::json;

use crate::app::App;
use crate::shorthand::{managed, put, read, republish, texts};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entities_are_found_by_kind_and_name_in_any_case_or_made() {
    let app = App::start().await;
    let eva = app
        .make("/entities", json!({"kind": "person", "name": "Éva Puk"}))
        .await;
    app.make("/entities", json!({"kind": "place", "name": "Piet"}))
        .await;
    let article = app.make("/articles", json!({"headline": "H"})).await;
    let path = format!("/articles/{}/entities", article.id());

    let list = json!([
        {"kind": "person", "name": "Piet", "relation": "about"}, {"kind": "person", "name": "ÉVA PUK"}, {"entity": "piet", "relation": "about"}
    ]);
    let linked = put(&app, &path, &article, list).await.expect(200);

    let entities = &linked.json["entities"];
    assert_eq!(texts(entities, "name"), ["Piet", "Éva Puk", "Piet"]);
    assert_eq!(texts(entities, "slug"), ["piet-2", "eva-puk", "piet"]);
    assert_eq!(texts(entities, "kind"), ["person", "person", "place"]);
    assert_eq!(texts(entities, "relation"), ["about", "mentions", "about"]);
    assert_eq!(entities[1]["id"], eva.id());
    assert_eq!(linked.json["version"], 2);
    let turned = json!([{"entity": "piet"}, {"entity": eva.id(), "relation": "about"}]);
    let turned = put(&app, &path, &linked, turned).await.expect(200);
    assert_eq!(texts(&turned.json["entities"], "slug"), ["piet", "eva-puk"]);
    app.act(&turned, "publish", json!({})).await.expect(200);
    let page = read(&app, "/v1/articles/h").await;
    assert_eq!(
        (
            &page["entities"]["people"][0]["relation"],
            &page["entities"]["places"][0]["relation"]
        ),
        (&json!("about"), &json!("mentions"))
    );
    assert_eq!(
        managed(&app, "/entities").await.json["data"]
            .as_array()
            .map(Vec::len),
        Some(3)
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_of_entities_with_faults_is_refused_whole() {
    let app = App::start().await;
    let article = app
        .make(
            "/articles",
            json!({"headline": "H", "entities": [{"kind": "topic", "name": "Slib"}]}),
        )
        .await;
    let path = format!("/articles/{}/entities", article.id());

    let list = json!([{"kind": "topic", "name": "Nieuw"}, {"entity": "geen"}, {"kind": "topic", "name": "nieuw"}, {"entity": "slib", "kind": "topic"}]);
    let refused = put(&app, &path, &article, list).await.expect(422);

    assert_eq!(
        refused.faults(),
        [
            "unknown_reference at /1/entity",
            "invalid_value at /2",
            "invalid_value at /3"
        ]
    );
    let refused = put(
        &app,
        &path,
        &article,
        json!([{"kind": "thing", "name": "X", "relation": "is"}]),
    )
    .await
    .expect(422);
    assert_eq!(
        refused.faults(),
        ["invalid_value at /0/kind", "invalid_value at /0/relation"]
    );
    assert_eq!(
        app.manage("GET", "/entities/nieuw").send().await.status,
        404
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
async fn related_articles_keep_their_order_and_show_while_they_are_public() {
    let app = App::start().await;
    app.publish(json!({"headline": "Een"})).await;
    app.make("/articles", json!({"headline": "Concept"})).await;
    let article = app.make("/articles", json!({"headline": "H"})).await;
    let path = format!("/articles/{}/related", article.id());

    let list = json!([{"url": "https://example.org/x", "title": "Elders"}, {"article": "concept"}, {"article": "een"}]);
    let linked = put(&app, &path, &article, list).await.expect(200);

    let draft = json!({"id": linked.json["related"][1]["article"]["id"], "slug": "concept", "headline": "Concept", "status": "draft"});
    assert_eq!(
        linked.json["related"][0],
        json!({"article": null, "url": "https://example.org/x", "title": "Elders"})
    );
    assert_eq!(
        linked.json["related"][1],
        json!({"article": draft, "url": null, "title": null})
    );
    app.act(&linked, "publish", json!({})).await.expect(200);
    assert_eq!(
        texts(&read(&app, "/v1/articles/h").await["related"], "headline"),
        ["Elders", "Een"]
    );
    assert_eq!(
        texts(
            &read(&app, "/v1/articles/h/related?limit=1").await["data"],
            "headline"
        ),
        ["Elders"]
    );
    let concept = managed(&app, "/articles/concept").await;
    app.act(&concept, "publish", json!({})).await.expect(200);
    assert_eq!(
        texts(
            &read(&app, "/v1/articles/h/related").await["data"],
            "headline"
        ),
        ["Elders", "Concept", "Een"]
    );
    republish(
        &app,
        &concept,
        json!({"headline": "Anders", "slug": "anders"}),
    )
    .await;
    let pick = read(&app, "/v1/articles/h").await["related"][1].clone();
    assert_eq!(
        (&pick["headline"], &pick["slug"]),
        (&json!("Anders"), &json!("anders"))
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_is_not_related_to_itself_nor_to_another_twice() {
    let app = App::start().await;
    let other = app.make("/articles", json!({"headline": "Ander"})).await;
    let article = app.make("/articles", json!({"headline": "H"})).await;
    let path = format!("/articles/{}/related", article.id());

    let outside = json!({"url": "https://example.org", "title": "E"});
    let list = json!([{"article": "ander"}, {"article": "h"}, {"article": other.id()}, outside, outside, {"url": "javascript:alert(1)", "title": "E"}]);
    let refused = put(&app, &path, &article, list).await.expect(422);
    assert_eq!(
        refused.faults(),
        [
            "invalid_value at /5/url",
            "invalid_value at /1",
            "invalid_value at /2",
            "invalid_value at /4"
        ]
    );
    let list = json!([{"article": "ander"}, {"article": "h"}, {"article": other.id()}, outside, outside, {"article": "h", "title": "T"}]);
    let refused = put(&app, &path, &article, list).await.expect(422);

    assert_eq!(
        refused.faults(),
        [
            "invalid_value at /1",
            "invalid_value at /2",
            "invalid_value at /4",
            "invalid_value at /5"
        ]
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_chooses_its_own_donation_links_in_order() {
    let app = App::start().await;
    let link = json!({"provider": "ko_fi", "url": "https://ko-fi.com/x"});
    let (one, two) = (
        app.make("/donation-links", link.clone()).await,
        app.make("/donation-links", link).await,
    );
    let article = app.make("/articles", json!({"headline": "H"})).await;
    let path = format!("/articles/{}/donation-links", article.id());

    let own = put(&app, &path, &article, json!([two.id(), one.id()]))
        .await
        .expect(200);

    assert_eq!(own.json["donation_links"], json!([two.id(), one.id()]));
    app.act(&own, "publish", json!({})).await.expect(200);
    assert_eq!(
        texts(
            &read(&app, "/v1/articles/h/donation-links").await["data"],
            "id"
        ),
        [two.id(), one.id()]
    );
    let seen = managed(&app, "/articles/h").await;
    let unknown = json!([one.id(), one.id(), "7b0ab1f4-6b0f-4a8a-9d5f-4f1f6f6f6f6f"]);
    let refused = put(&app, &path, &seen, unknown).await.expect(422);
    assert_eq!(
        refused.faults(),
        ["invalid_value at /1", "unknown_reference at /2"]
    );
    for (wrong, fault) in [
        (json!("some"), "invalid_value at "),
        (json!(7), "wrong_type at "),
        (json!(["x"]), "invalid_value at /0"),
    ] {
        assert_eq!(
            put(&app, &path, &seen, wrong).await.expect(422).faults(),
            [fault]
        );
    }
    app.stop().await;
}
