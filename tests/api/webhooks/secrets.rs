//! The secrets of webhooks: told once, kept encrypted, and read after `KRONIEK_SECRET` has changed.

use kroniek::webhooks::chores;
use secrecy::SecretString;
use serde_json::json;

use super::{FLAGS, Receiver, hook, start};
use crate::app::App;
use crate::postgres::{database, settings};
use crate::watch::tables;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_rotation_both_secrets_verify_for_the_grace() {
    let (app, receiver) = (start().await, Receiver::taking().await);
    let hook = hook(&app, &receiver, json!({})).await;
    let rotate = async |body| {
        let call = app
            .manage("POST", &format!("{}/rotate", hook.path))
            .json(&body);
        call.send().await.expect(200).json
    };
    let rotated = rotate(json!({})).await;
    let new = rotated["secret"].as_str().unwrap().to_owned();
    assert!(rotated["previous_secret_until"].is_string());
    app.publish(json!({"headline": "Een"})).await;
    let got = receiver.got(1).await.remove(0);
    assert!(got.is_signed_by(&hook.secret) && got.is_signed_by(&new));
    assert_eq!(got.header("webhook-signature").split(' ').count(), 2);
    let newest = rotate(json!({"grace_seconds": 0})).await["secret"]
        .as_str()
        .unwrap()
        .to_owned();
    app.publish(json!({"headline": "Twee"})).await;
    let got = receiver.got(2).await.remove(1);
    assert!(
        got.is_signed_by(&newest) && !got.is_signed_by(&new) && !got.is_signed_by(&hook.secret)
    );
    // What signs no more is not even kept.
    let query = "SELECT count(*) FROM newsroom.webhooks WHERE previous_secret IS NOT NULL";
    let client = app.sql().await;
    let kept = async || {
        let row = client.query_one(query, &[]).await.unwrap();
        row.get::<_, i64>(0)
    };
    assert_eq!(kept().await, 0);
    rotate(json!({"grace_seconds": 600})).await;
    assert_eq!(kept().await, 1);
    super::sql(&app, "UPDATE newsroom.webhooks SET previous_until = now()").await;
    let days = crate::app::serve_settings(&[]).keep.webhook_log_days;
    chores::hourly(app.state(), days).await.unwrap();
    assert_eq!(kept().await, 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_is_told_once_and_stands_nowhere() {
    let (app, receiver) = (start().await, Receiver::taking().await);
    let body = json!({"url": receiver.url});
    let create = async || {
        let call = app
            .manage("POST", "/webhooks")
            .header("idempotency-key", "een");
        call.json(&body).send().await.expect(201)
    };
    let (made, again) = (create().await, create().await);
    assert_eq!(
        (again.id(), &again.json["secret"]),
        (made.id(), &json!(null))
    );
    let path = format!("/webhooks/{}", made.id());
    let rotated = app
        .manage("POST", &format!("{path}/rotate"))
        .json(&json!({}))
        .send()
        .await;
    app.publish(json!({"headline": "Een"})).await;
    receiver.got(1).await;
    for answer in [&made, &rotated] {
        let secret = answer.json["secret"].as_str().unwrap();
        let half = &secret[6..28];
        for path in ["/webhooks", &path, &format!("{path}/deliveries"), "/audit"] {
            let shown = app.manage("GET", path).send().await.expect(200);
            assert!(!shown.text.contains(half), "{path}");
        }
        for schema in ["newsroom", "delivery"] {
            for table in tables(&app, schema).await {
                let holds = format!(
                    "SELECT count(*) FROM {schema}.{table} t WHERE strpos(t::text, $1) > 0"
                );
                let held: i64 = app
                    .sql()
                    .await
                    .query_one(&holds, &[&half])
                    .await
                    .unwrap()
                    .get(0);
                assert_eq!(held, 0, "{table}");
            }
        }
    }
    app.stop().await;
}

/// A node whose `KRONIEK_SECRET` is this, after that.
async fn with(url: &str, secret: &str, before: Option<&str>) -> App {
    let long =
        |text: &str| SecretString::from(format!("{text}, and at least thirty-two characters"));
    let mut store = settings(url);
    store.secret = Some(long(secret));
    store.secret_previous = before.map(long);
    App::serving(url, &store, &FLAGS).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn secrets_outlive_a_rotation_of_kronieks_own() {
    let (url, receiver) = (database().await, Receiver::taking().await);
    let app = with(&url, "one", None).await;
    let hook = hook(&app, &receiver, json!({})).await;
    app.publish(json!({"headline": "Een"})).await;
    receiver.got(1).await;
    app.stop().await;
    let app = with(&url, "two", Some("one")).await;
    app.publish(json!({"headline": "Twee"})).await;
    assert!(receiver.got(2).await[1].is_signed_by(&hook.secret));
    // The hourly chore encrypts it under the new one, so that the old may be forgotten.
    let running = crate::app::serve_settings(&FLAGS).keep.webhook_log_days;
    chores::hourly(app.state(), running).await.unwrap();
    app.stop().await;
    let app = with(&url, "two", None).await;
    app.publish(json!({"headline": "Drie"})).await;
    assert!(receiver.got(3).await[2].is_signed_by(&hook.secret));
    app.stop().await;
    let app = with(&url, "lost", None).await;
    app.publish(json!({"headline": "Vier"})).await;
    super::tried(&app, 1).await;
    let id = hook.deliveries(&app, "?state=pending").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let told = hook.delivery(&app, &id).await;
    assert!(
        told["attempts"][0]["failure"]
            .as_str()
            .unwrap()
            .contains("Rotate it"),
        "{told}"
    );
    assert_eq!(receiver.so_far().len(), 3);
    app.stop().await;
}
