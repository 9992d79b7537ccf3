//! How subscriptions end.

use actix_web::HttpResponse;
use kroniek::webhooks::chores;
use serde_json::json;

use super::{
    FLAGS, Subscriber, confirmed, counted, settled, sql, start, subscribe, subscriptions, topic,
};
use crate::app::serve_settings;
use crate::clock;
use crate::shorthand::{managed, remove};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_answers_410_is_sent_no_more() {
    let app = start().await;
    let subscriber = Subscriber::new(|got, _| match got.method.as_str() {
        "GET" => confirmed(got),
        _ => HttpResponse::Gone().finish(),
    })
    .await;
    subscribe(&app, &subscriber.url, "rss.xml", &[]).await;
    subscriptions(&app, 1).await;
    app.publish(json!({"headline": "Een"})).await;
    subscriptions(&app, 0).await;
    app.publish(json!({"headline": "Twee"})).await;
    settled(&app).await;
    assert_eq!(subscriber.so_far().len(), 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lease_that_is_over_is_over_at_once_and_is_removed_by_the_hour() {
    let app = clock::serving(&FLAGS).await;
    let [short, long] = [Subscriber::willing().await, Subscriber::willing().await];
    subscribe(&app, &short.url, "rss.xml", &[("lease_seconds", "3600")]).await;
    subscribe(&app, &long.url, "rss.xml", &[]).await;
    subscriptions(&app, 2).await;
    clock::put(&app, 2).await;
    app.publish(json!({"headline": "Een"})).await;
    long.got(2).await;
    settled(&app).await;
    assert_eq!(short.so_far().len(), 1);
    subscriptions(&app, 2).await;
    let days = serve_settings(&[]).keep.webhook_log_days;
    chores::hourly(app.state(), days).await.unwrap();
    subscriptions(&app, 1).await;
    clock::put(&app, 24 * 11).await;
    chores::hourly(app.state(), days).await.unwrap();
    subscriptions(&app, 0).await;
    // What is over is not kept for ever.
    clock::put(&app, 24 * 400).await;
    chores::hourly(app.state(), days).await.unwrap();
    counted(&app, "websub_messages", 0).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscription_to_a_feed_that_is_no_more_is_denied() {
    let (app, subscriber) = (start().await, Subscriber::willing().await);
    let section = app.make("/sections", json!({"name": "Politiek"})).await;
    subscribe(&app, &subscriber.url, "sections/politiek/rss.xml", &[]).await;
    subscriptions(&app, 1).await;
    let path = format!("/sections/{}", section.id());
    let seen = managed(&app, &path).await;
    remove(&app, &path, &seen).await.expect(204);
    let denied = subscriber.got(2).await.remove(1);
    assert_eq!(denied.method, "GET");
    let told = ["hub.mode", "hub.topic", "hub.challenge"].map(|name| denied.asked(name));
    let wanted = [
        "denied".to_owned(),
        topic("sections/politiek/rss.xml"),
        String::new(),
    ];
    assert_eq!(told, wanted);
    assert!(!denied.asked("hub.reason").is_empty());
    subscriptions(&app, 0).await;
    settled(&app).await;
    assert_eq!(subscriber.so_far().len(), 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_whose_feed_goes_before_it_is_confirmed_is_denied() {
    let (app, subscriber) = (start().await, Subscriber::willing().await);
    let section = app.make("/sections", json!({"name": "Politiek"})).await;
    // As one that waited for a node while the section was removed.
    let id = section.id();
    sql(
        &app,
        &format!(
            "INSERT INTO newsroom.websub_messages (id, subscription, line, kind, callback, host, topic, scope_id, lease_seconds, next_at, created_at)
             VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'subscribe', '{}', 'x', '{}', gen_random_uuid(), 3600, now(), now())",
            subscriber.url,
            topic(&format!("sections/{id}/rss.xml")),
        ),
    )
    .await;
    let denied = subscriber.got(1).await.remove(0);
    assert_eq!(denied.asked("hub.mode"), "denied");
    subscriptions(&app, 0).await;
    app.stop().await;
}
