//! Several nodes, and nodes that come and go.

use std::collections::HashSet;

use kroniek::webhooks::chores;
use secrecy::SecretString;
use serde_json::json;

use super::{FLAGS, Subscriber, node, settled, subscribe, subscriptions};
use crate::app::{App, serve_settings};
use crate::postgres::{database, settings};
use crate::watch::tables;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_send_each_feed_once() {
    let database = database().await;
    let (one, other) = (node(&database).await, node(&database).await);
    let mut subscribers = Vec::new();
    for number in 0..6 {
        let subscriber = Subscriber::willing().await;
        subscribe([&one, &other][number % 2], &subscriber.url, "atom.xml", &[]).await;
        subscribers.push(subscriber);
    }
    subscriptions(&one, 6).await;
    for number in 0..4 {
        let article = json!({"headline": format!("Nummer {number}")});
        [&one, &other][number % 2].publish(article).await;
        settled(&one).await;
    }
    let last = one.get("/feeds/atom.xml").await.text;
    for subscriber in &subscribers {
        let sent: Vec<String> = subscriber.feeds().into_iter().map(|got| got.body).collect();
        let different: HashSet<&String> = sent.iter().collect();
        assert_eq!((sent.len(), different.len()), (4, 4));
        assert_eq!(sent.last(), Some(&last));
        // It was asked once.
        assert_eq!(subscriber.so_far().len(), 5);
    }
    one.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happened_while_no_node_ran_is_sent_by_the_next() {
    let database = database().await;
    let (app, subscriber) = (node(&database).await, Subscriber::willing().await);
    subscribe(&app, &subscriber.url, "rss.xml", &[]).await;
    subscriptions(&app, 1).await;
    app.stop().await;
    // One that is no hub takes nothing of what the hub is to send.
    let without = App::serving(&database, &settings(&database), &["--workers=1"]).await;
    without.publish(json!({"headline": "Een"})).await;
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    without.stop().await;
    assert!(subscriber.feeds().is_empty());
    let app = node(&database).await;
    subscriber.got(2).await;
    settled(&app).await;
    assert_eq!(subscriber.feeds().len(), 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_stands_nowhere_and_outlives_a_rotation_of_kronieks_own() {
    let database = database().await;
    let with = |secret: &str, before: Option<&str>| {
        let mut settings = settings(&database);
        settings.secret = Some(SecretString::from(secret.repeat(20)));
        settings.secret_previous = before.map(|before| SecretString::from(before.repeat(20)));
        settings
    };
    let app = App::serving(&database, &with("een-", None), &FLAGS).await;
    let subscriber = Subscriber::willing().await;
    let secret = "zwijgen-is-goud";
    subscribe(&app, &subscriber.url, "rss.xml", &[("secret", secret)]).await;
    subscriptions(&app, 1).await;
    app.publish(json!({"headline": "Een"})).await;
    assert!(subscriber.got(2).await[1].is_signed_by(secret));
    let hexadecimal: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    for schema in ["newsroom", "delivery"] {
        for table in tables(&app, schema).await {
            let query =
                format!("SELECT coalesce(string_agg(t::text, ' '), '') FROM {schema}.{table} t");
            let row = app.sql().await.query_one(&query, &[]).await.unwrap();
            let text: String = row.get(0);
            assert!(
                !text.contains(secret) && !text.contains(&hexadecimal),
                "{table}"
            );
        }
    }
    let audit = app.manage("GET", "/audit").send().await.expect(200);
    assert!(!audit.text.contains(secret));
    app.stop().await;
    // The chores encrypt it anew, so that the secret before may go.
    let app = App::serving(&database, &with("twee", Some("een-")), &FLAGS).await;
    let days = serve_settings(&[]).keep.webhook_log_days;
    chores::hourly(app.state(), days).await.unwrap();
    app.stop().await;
    let app = App::serving(&database, &with("twee", None), &FLAGS).await;
    let had = subscriber.feeds().len();
    app.publish(json!({"headline": "Twee"})).await;
    settled(&app).await;
    let sent = subscriber.feeds();
    assert!(sent.len() > had && sent.last().unwrap().is_signed_by(secret));
    app.stop().await;
}
