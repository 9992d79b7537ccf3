//! What a stream must not tell: what is not public, what is public no longer, and what nobody is to be called for.

use serde_json::{Value, json};

use super::{Client, append, turn, two_nodes};
use crate::app::App;
use crate::leaks::WORD;
use crate::shorthand::markdown;
use crate::watch::{head, heard};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_taken_back_is_in_no_replay_whether_a_node_still_held_it_or_not() {
    let (app, other) = two_nodes().await;
    // Somebody listens all the time, so that both nodes hold what was last told.
    let mut listening = Vec::new();
    for node in [&app, &other] {
        listening.push(Client::now(node, "").await);
    }
    let article = app.publish(json!({"headline": "Een"})).await;
    let retracted = append(&app, "een", WORD).await;
    let revised = append(&app, "een", WORD).await;
    let gone = app.publish(json!({"headline": WORD, "slug": "weg"})).await;
    let erased = app
        .publish(json!({"headline": WORD, "slug": "gewist"}))
        .await;
    for client in &mut listening {
        for _ in 0..5 {
            client.next().await;
        }
        assert!(client.raw.contains(WORD), "it was told at first");
    }
    turn(&app, "een", &retracted, None).await;
    turn(&app, "een", &revised, Some("Anders.")).await;
    app.act(&gone, "withdraw", json!({})).await.expect(200);
    app.act(&erased, "purge", json!({"reason": "Toeval."}))
        .await
        .expect(204);
    let last = app.publish(json!({"headline": "Het einde"})).await;
    let end = head(&app).await;
    heard(&other).await;
    let fresh = App::on(&app.database_url).await;
    for node in [&app, &other, &fresh] {
        let mut client = Client::open(node, "?body=html,blocks,text", Some("1-0-0")).await;
        let mut names = Vec::new();
        loop {
            let event = client.next().await;
            if event.seq() == end {
                assert_eq!(event.data["data"]["article"]["id"], last.id());
                break;
            }
            if event.data["data"]["article"]["id"] == erased.id() {
                assert_eq!(event.data["data"]["article"]["headline"], Value::Null);
            }
            names.push(event.name);
        }
        assert!(!client.raw.contains(WORD), "{}", client.raw);
        assert_eq!(
            names[..7],
            [
                "article.published",
                "update.appended",
                "update.appended",
                "article.published",
                "article.published",
                "update.retracted",
                "update.revised"
            ]
        );
    }
    assert!(!article.id().is_empty());
    for app in [app, other, fresh] {
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn drafts_of_any_kind_are_not_told() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "Een"})).await;
    let mut client = Client::now(&app, "?body=html,blocks,text").await;
    let body = json!({"headline": WORD, "body": markdown(WORD)});
    let draft = app.make("/articles", body.clone()).await;
    let ahead = json!({"at": "2931-05-04T12:30:00.000Z"});
    app.act(&draft, "publish", ahead).await.expect(200);
    let path = format!("/articles/{}", article.id());
    app.patch(&path, &article, body).await.expect(200);
    let drafted = json!({"body": markdown(WORD), "draft": true});
    app.make("/articles/een/updates", drafted).await;
    append(&app, "een", "Openbaar.").await;
    let event = client.next().await;
    assert_eq!(
        (event.name.as_str(), event.headline()),
        ("update.appended", "Een")
    );
    assert!(!client.raw.contains(WORD), "{}", client.raw);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_called_for_what_comes_in_bulk() {
    let app = App::start().await;
    let mut client = Client::now(&app, "").await;
    let write = |path: &str, body: Value| json!({"method": "POST", "path": format!("/v1/manage{path}"), "if_match": "*", "body": body});
    let bulk = json!({"all_or_nothing": true, "operations": [
        write("/articles", json!({"headline": "Stil"})),
        write("/articles/stil/publish", json!({})),
        write("/articles/stil/updates", json!({"body": markdown("Stil.")})),
    ]});
    let bulk = app.manage("POST", "/bulk").json(&bulk);
    bulk.send().await.expect(200);
    app.get("/v1/articles/stil").await.expect(200);
    app.make("/sections", json!({"name": "Water"})).await;
    app.publish(json!({"headline": "Luid"})).await;
    assert_eq!(client.next().await.headline(), "Luid");
    // Nor is who was away meanwhile.
    let mut later = Client::open(&app, "", Some("1-0-0")).await;
    assert_eq!(later.next().await.headline(), "Luid");
    app.stop().await;
}
