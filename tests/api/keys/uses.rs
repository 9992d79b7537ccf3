//! When a key was last used: noted beside the requests, written seldom.

use serde_json::{Value, json};

use super::{act, made, secret, status};
use crate::app::App;

async fn last_use(app: &App, id: &str) -> Value {
    let key = app.manage("GET", &format!("/keys/{id}")).send().await;
    key.expect(200).json["last_used_at"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_use_is_written_when_its_node_stops_and_seen_on_the_others() {
    let app = App::start().await;
    let other = App::on(&app.database_url).await;
    let (used, unused) = (
        made(&app, json!(["content:read"])).await,
        made(&app, json!(["content:read"])).await,
    );
    let begun = chrono::Utc::now();
    for _ in 0..3 {
        assert_eq!(status(&other, &secret(&used)).await, 200);
    }
    assert_eq!(
        last_use(&app, &used.id()).await,
        Value::Null,
        "no request writes"
    );
    other.stop().await;

    let at = last_use(&app, &used.id()).await;
    let at = chrono::DateTime::parse_from_rfc3339(at.as_str().unwrap()).unwrap();
    let apart = (at.to_utc() - begun).num_milliseconds().abs();
    assert!(apart < 60_000, "{apart} ms");
    assert_eq!(last_use(&app, &unused.id()).await, Value::Null);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_use_never_takes_the_place_of_a_newer_one() {
    let app = App::start().await;
    let other = App::on(&app.database_url).await;
    let key = made(&app, json!(["content:read"])).await;
    assert_eq!(status(&other, &secret(&key)).await, 200);
    let sql = "INSERT INTO newsroom.api_key_uses SELECT id, now() + interval '1 hour' FROM newsroom.api_keys WHERE name = 'Toets'";
    app.sql().await.execute(sql, &[]).await.unwrap();
    let newest = last_use(&app, &key.id()).await;
    other.stop().await;
    assert_eq!(last_use(&app, &key.id()).await, newest);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_use_changes_no_version_and_a_refused_key_is_not_used() {
    let app = App::start().await;
    let other = App::on(&app.database_url).await;
    let key = made(&app, json!(["content:read"])).await;
    act(&app, &key.id(), "revoke", json!({})).await.expect(200);
    assert_eq!(status(&other, &secret(&key)).await, 401);
    other.stop().await;
    let read = app
        .manage("GET", &format!("/keys/{}", key.id()))
        .send()
        .await;
    assert_eq!(read.json["last_used_at"], Value::Null);
    assert_eq!(read.etag(), "\"2\"");
    app.stop().await;
}
