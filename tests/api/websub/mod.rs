//! WebSub: who subscribes to a feed, who may, what is sent of it, and what never is.

mod ending;
mod hostile;
mod life;
mod nodes;
mod requests;
mod sending;
mod subscriber;

use std::time::{Duration, Instant};

use crate::app::{Answer, App};
use crate::feeds::API;
use crate::postgres::{database, settings};

use subscriber::{Subscriber, confirmed};

const FLAGS: [&str; 3] = [
    "--workers=1",
    "--api-url=https://api.example.org/",
    "--allowed-networks=127.0.0.1",
];

/// A node that is a hub and may send to this machine.
async fn node(database: &str) -> App {
    App::serving(database, &settings(database), &FLAGS).await
}

/// The same on a new database.
async fn start() -> App {
    node(&database().await).await
}

/// The address of a feed.
fn topic(path: &str) -> String {
    format!("{API}/feeds/{path}")
}

/// A request to the hub.
async fn hub(app: &App, fields: &[(&str, &str)]) -> Answer {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        form.append_pair(&format!("hub.{name}"), value);
    }
    let call = app.call("POST", "/websub");
    let form = form.finish();
    call.body("application/x-www-form-urlencoded", form)
        .send()
        .await
}

/// Subscribes to a feed; what is asked must be taken.
async fn subscribe(app: &App, callback: &str, path: &str, more: &[(&str, &str)]) {
    let topic = topic(path);
    let mut fields = vec![
        ("mode", "subscribe"),
        ("topic", topic.as_str()),
        ("callback", callback),
    ];
    fields.extend(more);
    hub(app, &fields).await.expect(202);
}

async fn unsubscribe(app: &App, callback: &str, path: &str) {
    let topic = topic(path);
    let fields = [
        ("mode", "unsubscribe"),
        ("topic", topic.as_str()),
        ("callback", callback),
    ];
    hub(app, &fields).await.expect(202);
}

/// Runs SQL.
async fn sql(app: &App, sql: &str) {
    app.sql().await.batch_execute(sql).await.unwrap();
}

/// Waits until this counts so many.
async fn counted(app: &App, query: &str, wanted: i64) {
    let client = app.sql().await;
    let query = format!("SELECT count(*) FROM newsroom.{query}");
    let begun = Instant::now();
    loop {
        let found = client.query_one(&query, &[]).await.unwrap();
        let found = found.get::<_, i64>(0);
        if found == wanted {
            return;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "{found}, not {wanted}: {query}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until there are so many subscriptions.
async fn subscriptions(app: &App, wanted: i64) {
    counted(app, "websub_subscriptions", wanted).await;
}

/// Nothing is on its way, and every feed that somebody has was looked at since the last change.
async fn settled(app: &App) {
    counted(app, "websub_messages WHERE state = 'pending'", 0).await;
    let behind = "websub_subscriptions s, delivery.head h WHERE (s.looked_epoch, s.looked_seq) < (h.epoch, h.seq)
        AND s.lease_until > now()";
    counted(app, behind, 0).await;
    counted(app, "websub_messages WHERE state = 'pending'", 0).await;
}

/// Whatever waits for its time is due now.
const DUE: &str =
    "UPDATE newsroom.websub_messages SET next_at = now() WHERE state = 'pending' AND lease IS NULL";
