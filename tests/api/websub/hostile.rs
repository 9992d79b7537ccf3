//! Hostile cases 14 and 15: where the hub sends nothing, and subscribers that answer without an end.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{Subscriber, counted, hub, settled, sql, start, subscribe, subscriptions, topic};
use crate::app::App;
use crate::postgres::{database, settings};
use crate::webhooks::endless;

/// A hub that may send to the public internet alone.
async fn strict() -> App {
    let database = database().await;
    let flags = ["--workers=1", "--api-url=https://api.example.org/"];
    App::serving(&database, &settings(&database), &flags).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_callback_that_is_not_on_the_public_internet_is_refused() {
    let app = strict().await;
    let topic = topic("rss.xml");
    for callback in [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://10.1.2.3/",
        "http://169.254.169.254/latest/meta-data/",
        "http://192.168.1.1/",
        "http://224.0.0.1/",
        "http://[fd00::1]/",
        "https://1.1.1.1:8443/",
        "http://1.1.1.1:22/",
        "https://user:word@1.1.1.1/",
        "ftp://1.1.1.1/",
        "https://does-not-exist.invalid/",
        "javascript:alert(1)",
    ] {
        for mode in ["subscribe", "unsubscribe"] {
            let fields = [
                ("mode", mode),
                ("topic", topic.as_str()),
                ("callback", callback),
            ];
            let answer = hub(&app, &fields).await.expect(422);
            assert_eq!(
                answer.faults(),
                ["invalid_value at /hub.callback"],
                "{callback}"
            );
        }
    }
    counted(&app, "websub_messages", 0).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_callback_that_has_come_to_lead_inside_is_refused_when_dialled() {
    let (app, subscriber) = (strict().await, Subscriber::willing().await);
    let (url, topic) = (&subscriber.url, topic("rss.xml"));
    // As if the name had been moved after it was asked for, and after it was confirmed.
    sql(
        &app,
        &format!(
            "INSERT INTO newsroom.websub_messages (id, subscription, line, kind, callback, host, topic, lease_seconds, next_at, created_at)
             VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'subscribe', '{url}', 'x', '{topic}', 3600, now(), now());
             INSERT INTO newsroom.websub_subscriptions
             VALUES (gen_random_uuid(), gen_random_uuid(), '{url}', 'x', '{topic}', NULL, NULL, now() + interval '1 day', 0, 0, '', NULL, NULL, now(), now())"
        ),
    )
    .await;
    let failed = "websub_messages WHERE failure LIKE '%not on the public internet%'";
    counted(&app, failed, 2).await;
    assert!(subscriber.so_far().is_empty());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn subscribers_that_answer_without_an_end_are_left_after_15_s_and_64_kb_and_hold_up_nobody() {
    let (app, other) = (start().await, Subscriber::willing().await);
    let second = Duration::from_secs(1);
    let (flood, poured) = endless("HTTP/1.1 200 OK\r\n\r\n", Duration::ZERO).await;
    let (head, _) = endless("HTTP/1.1 200 OK\r\nx-long: ", second).await;
    let (drip, _) = endless("HTTP/1.1 200 OK\r\n\r\n", second).await;
    for callback in [&flood, &head, &drip] {
        subscribe(&app, callback, "rss.xml", &[]).await;
    }
    let begun = Instant::now();
    counted(
        &app,
        "websub_messages WHERE failure LIKE '%the challenge%'",
        1,
    )
    .await;
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert!(*poured.borrow() < 8 << 20, "{}", *poured.borrow());
    // Meanwhile others subscribe and are sent what is new.
    subscribe(&app, &other.url, "rss.xml", &[]).await;
    subscriptions(&app, 1).await;
    app.publish(json!({"headline": "Een"})).await;
    other.got(2).await;
    assert!(
        begun.elapsed() < Duration::from_secs(13),
        "{:?}",
        begun.elapsed()
    );
    counted(
        &app,
        "websub_messages WHERE failure LIKE '%longer than 15 seconds%'",
        1,
    )
    .await;
    counted(
        &app,
        "websub_messages WHERE failure LIKE '%the challenge%'",
        2,
    )
    .await;
    assert!(
        begun.elapsed() < Duration::from_secs(19),
        "{:?}",
        begun.elapsed()
    );
    sql(
        &app,
        "DELETE FROM newsroom.websub_messages WHERE state = 'pending'",
    )
    .await;
    settled(&app).await;
    subscriptions(&app, 1).await;
    app.stop().await;
}
