//! Suggestions beside the picked related articles: what readers may get, and what never.

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::shorthand::{managed, read, slugs, texts};

/// Publishes an article that is about these topics.
pub async fn about(app: &App, headline: &str, topics: &[&str]) -> Answer {
    publish(app, headline, topics, json!({})).await
}

/// Publishes an article that is about these topics, with more to it.
pub async fn publish(app: &App, headline: &str, topics: &[&str], more: Value) -> Answer {
    let links: Vec<_> = topics
        .iter()
        .map(|name| json!({"kind": "topic", "name": name, "relation": "about"}))
        .collect();
    let mut body = json!({"headline": headline, "language": "nl", "entities": links});
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    app.publish(body).await
}

/// The slugs suggested with an article.
pub async fn suggested(app: &App, article: &str) -> Vec<String> {
    slugs(app, &format!("/v1/articles/{article}/related")).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn picks_come_first_then_suggestions_up_to_the_limit() {
    let app = App::start().await;
    for headline in ["Gekozen", "Ander", "Nog een", "Derde"] {
        about(&app, headline, &["Water"]).await;
    }
    let related = json!({"related": [{"article": "gekozen"}, {"url": "https://example.org/x", "title": "Elders"}]});
    publish(&app, "Hier", &["Water"], related).await;

    let list = read(&app, "/v1/articles/hier/related").await;

    assert_eq!(
        texts(&list["data"], "headline"),
        ["Gekozen", "Elders", "Derde", "Nog een", "Ander"]
    );
    assert_eq!(
        texts(&list["data"], "origin"),
        ["editor", "outside", "suggested", "suggested", "suggested"]
    );
    let item = &list["data"][2];
    assert_eq!(
        (&item["slug"], &item["url"]),
        (&json!("derde"), &json!("http://localhost:3000/derde"))
    );
    for limit in 1..5 {
        let fewer = read(&app, &format!("/v1/articles/hier/related?limit={limit}")).await;
        assert_eq!(
            fewer["data"].as_array().unwrap()[..],
            list["data"].as_array().unwrap()[..limit]
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn suggestions_stand_nowhere_but_at_related() {
    let app = App::start().await;
    about(&app, "Ander", &["Water"]).await;
    about(&app, "Hier", &["Water"]).await;
    assert_eq!(suggested(&app, "hier").await, ["ander"]);
    for path in ["", "?include=related", "?fields=slug"] {
        let page = app
            .get(&format!("/v1/articles/hier{path}"))
            .await
            .expect(200);
        assert!(!page.text.contains("ander") && page.json.get("suggested").is_none());
    }
    for include in ["suggested", "suggestions"] {
        app.get(&format!("/v1/articles/hier?include={include}"))
            .await
            .expect(400);
    }
    for schema in ["newsroom", "delivery"] {
        let sql = format!(
            "SELECT FROM {schema}.{}",
            if schema == "newsroom" {
                "article_version_related"
            } else {
                "article_related"
            }
        );
        assert!(app.sql().await.query(&sql, &[]).await.unwrap().is_empty());
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_public_is_never_suggested() {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Sectie"})).await;
    let here = json!({"section": "sectie"});
    publish(&app, "Hier", &["Water"], here.clone()).await;
    let gone = publish(&app, "Weg", &["Water"], here.clone()).await;
    publish(
        &app,
        "Colofon",
        &["Water"],
        json!({"section": "sectie", "type": "page"}),
    )
    .await;
    let draft = json!({"headline": "Concept", "section": "sectie", "language": "nl", "entities": [{"kind": "topic", "name": "Water"}]});
    app.make("/articles", draft).await;
    assert_eq!(suggested(&app, "hier").await, ["weg"]);
    assert_eq!(suggested(&app, "colofon").await, ["weg", "hier"]);

    let gone = app.act(&gone, "withdraw", json!({})).await.expect(200);
    assert!(suggested(&app, "hier").await.is_empty());
    let back = app.act(&gone, "publish", json!({})).await.expect(200);
    assert_eq!(suggested(&app, "hier").await, ["weg"]);
    // A working copy says nothing to readers.
    let path = format!("/articles/{}", back.id());
    let seen = managed(&app, &path).await;
    let patch = json!({"entities": [], "section": null});
    let patched = app.patch(&path, &seen, patch).await.expect(200);
    assert_eq!(suggested(&app, "hier").await, ["weg"]);
    app.act(&patched, "publish", json!({})).await.expect(200);
    assert!(suggested(&app, "hier").await.is_empty());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_neighbour_is_gone_with_the_answer_to_its_withdrawal_while_others_read() {
    let app = App::start().await;
    about(&app, "Hier", &["Water"]).await;
    let mut neighbour = about(&app, "Buur", &["Water"]).await;
    for _ in 0..5 {
        let readers = futures_util::future::join_all((0..4).map(async |_| {
            for _ in 0..5 {
                let answer = app.get("/v1/articles/hier/related").await.expect(200);
                let found = texts(&answer.json["data"], "slug");
                assert!(found.is_empty() || found == ["buur"]);
            }
        }));
        let writer = async {
            let gone = app.act(&neighbour, "withdraw", json!({})).await.expect(200);
            assert!(suggested(&app, "hier").await.is_empty());
            let back = app.act(&gone, "publish", json!({})).await.expect(200);
            assert_eq!(suggested(&app, "hier").await, ["buur"]);
            back
        };
        (neighbour, _) = tokio::join!(writer, readers);
    }
    app.stop().await;
}
