//! Purging: who may, what is answered, what races it.

use kroniek::auth::Role;
use serde_json::{Value, json};
use tokio::join;

use super::purge::{holding, marked, purge};
use crate::app::App;
use crate::leaks::WORD;
use crate::shorthand::{managed, markdown, read};
use crate::watch::{expect_gapless, head};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_asked_of_it_afterwards_is_answered_plainly() {
    let app = App::start().await;
    let article = marked(&app).await;
    let id = article.id();
    purge(&app, &id).await.expect(204);
    assert_eq!(purge(&app, &id).await.expect(410).problem(), "purged");
    for (method, path, body) in [
        ("GET", "", Value::Null),
        ("PATCH", "", json!({})),
        ("DELETE", "", Value::Null),
        ("POST", "/publish", json!({})),
        ("POST", "/withdraw", json!({})),
        ("GET", "/updates", Value::Null),
        ("POST", "/updates", json!({"body": markdown("x")})),
        ("PUT", "/entities", json!([])),
    ] {
        for name in [id.as_str(), "openbare-naam"] {
            let call = app
                .manage(method, &format!("/articles/{name}{path}"))
                .if_match("*");
            let call = if body.is_null() {
                call
            } else {
                call.json(&body)
            };
            assert_eq!(
                call.send().await.expect(410).problem(),
                "purged",
                "{method} {path}"
            );
        }
    }
    for (path, key) in [
        ("/articles", "maak"),
        ("/articles", "kies"),
        ("/articles", "en"),
    ] {
        let retry = app
            .manage("POST", path)
            .header("idempotency-key", key)
            .json(&json!({"headline": "Wat dan ook"}))
            .send()
            .await;
        assert_eq!(
            retry.expect(410).problem(),
            "purged",
            "a retry brings nothing back"
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_leaves_nothing_that_readers_could_see() {
    let app = App::start().await;
    let draft = app
        .make(
            "/articles",
            json!({"headline": WORD, "body": markdown(WORD)}),
        )
        .await;
    app.make(
        &format!("/articles/{WORD}/updates"),
        json!({"body": markdown(WORD), "draft": true}),
    )
    .await;
    let first = app
        .manage("POST", &format!("/articles/{WORD}/updates"))
        .header("idempotency-key", "een");
    first
        .json(&json!({"body": markdown(WORD), "draft": true}))
        .send()
        .await
        .expect(201);
    let seq = head(&app).await;
    let call = app
        .manage("POST", &format!("/articles/{WORD}/purge"))
        .header("idempotency-key", "weg")
        .if_match(&draft.etag());
    call.json(&json!({"reason": "Vergissing."}))
        .send()
        .await
        .expect(204);

    assert_eq!(holding(&app, WORD).await, Vec::<String>::new());
    assert_eq!(head(&app).await, seq);
    app.get(&format!("/v1/articles/{}", draft.id()))
        .await
        .expect(404);
    app.get(&format!("/v1/articles/{WORD}")).await.expect(404);
    managed(&app, "/articles").await;
    app.make("/articles", json!({"headline": WORD})).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_needs_a_key_that_may_the_version_and_a_reason() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "Artikel"})).await;
    let path = format!("/v1/manage/articles/{}/purge", article.id());
    let reason = json!({"reason": "x"});
    for role in [Role::Author, Role::Editor, Role::Partner] {
        let key = app.key(role).await;
        let refused = app
            .call("POST", &path)
            .key(&key)
            .if_match("*")
            .json(&reason)
            .send()
            .await
            .expect(403);
        assert!(
            refused.json["detail"]
                .as_str()
                .unwrap()
                .contains("content:purge"),
            "{}",
            refused.text
        );
    }
    let call = || app.call("POST", &path).key(&app.admin);
    call().json(&reason).send().await.expect(428);
    call()
        .if_match("\"9.9\"")
        .json(&reason)
        .send()
        .await
        .expect(412);
    assert_eq!(
        call()
            .if_match("*")
            .json(&json!({}))
            .send()
            .await
            .expect(422)
            .faults(),
        ["missing_field at /reason"]
    );
    read(&app, "/v1/articles/artikel").await;
    let once = || {
        call()
            .header("idempotency-key", "weg")
            .if_match("*")
            .json(&reason)
            .send()
    };
    once().await.expect(204);
    once().await.expect(204);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_races_it_nothing_is_left() {
    let app = App::start().await;
    for round in 0..15 {
        let article = app
            .publish(json!({"headline": format!("Artikel {round}"), "body": markdown(WORD)}))
            .await;
        let id = article.id();
        let path = format!("/articles/{id}");
        let changed = app
            .patch(
                &path,
                &article,
                json!({"body": markdown(&format!("{WORD} {WORD}"))}),
            )
            .await
            .expect(200);
        let update = json!({"body": markdown(WORD)});
        let updates = format!("{path}/updates");
        let append = app
            .manage("POST", &updates)
            .header("idempotency-key", &format!("a{round}"))
            .json(&update);
        let publish = app
            .manage("POST", &format!("{path}/publish"))
            .header("idempotency-key", &format!("p{round}"))
            .if_match(&changed.etag());
        let picking =
            json!({"headline": format!("Kiest {round}"), "related": [{"article": article.id()}]});
        let pick = app
            .manage("POST", "/articles")
            .header("idempotency-key", &format!("k{round}"))
            .json(&picking);
        let publish_body = json!({});
        let (appended, published, picked, purged) = join!(
            append.send(),
            publish.json(&publish_body).send(),
            pick.send(),
            purge(&app, &id)
        );
        purged.expect(204);
        assert!([201, 410].contains(&appended.status), "{}", appended.text);
        assert!(
            [200, 410, 412].contains(&published.status),
            "{}",
            published.text
        );
        assert!([201, 410, 422].contains(&picked.status), "{}", picked.text);
        app.get(&format!("/v1/articles/artikel-{round}"))
            .await
            .expect(410);
        assert_eq!(holding(&app, WORD).await, Vec::<String>::new());
    }
    expect_gapless(&app).await;
    app.stop().await;
}
