//! Webhooks: who is told of what happens to articles, in which order, how often, and what is never told.

mod a_day;
mod addresses;
mod at_once;
mod beyond;
mod delivering;
mod failing;
mod hidden;
mod killed;
mod managing;
mod partners;
mod receiver;
mod replays;
mod secrets;

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::postgres::{database, settings};
use crate::shorthand::managed;

pub use addresses::endless;
pub use receiver::{Got, Receiver};

const FLAGS: [&str; 2] = ["--workers=1", "--allowed-networks=127.0.0.1"];

/// A node that may send to this machine.
async fn node(database: &str) -> App {
    App::serving(database, &settings(database), &FLAGS).await
}

/// The same on a new database.
async fn start() -> App {
    node(&database().await).await
}

/// A webhook of a receiver.
struct Hook {
    path: String,
    secret: String,
}

/// Makes a webhook that sends to a receiver, with these fields.
async fn hook(app: &App, receiver: &Receiver, fields: Value) -> Hook {
    let mut body = fields;
    body["url"] = json!(receiver.url);
    let made = app.make("/webhooks", body).await;
    Hook {
        path: format!("/webhooks/{}", made.id()),
        secret: made.json["secret"].as_str().unwrap().to_owned(),
    }
}

impl Hook {
    async fn shown(&self, app: &App) -> Answer {
        managed(app, &self.path).await
    }

    async fn change(&self, app: &App, patch: Value) -> Answer {
        let seen = self.shown(app).await;
        app.patch(&self.path, &seen, patch).await
    }

    async fn enable(&self, app: &App, enabled: bool) {
        self.change(app, json!({"enabled": enabled}))
            .await
            .expect(200);
    }

    /// The deliveries of a page, the newest first.
    async fn deliveries(&self, app: &App, query: &str) -> Vec<Value> {
        let path = format!("{}/deliveries{query}", self.path);
        let page = managed(app, &path).await;
        page.json["data"].as_array().unwrap().clone()
    }

    /// A delivery with its attempts.
    async fn delivery(&self, app: &App, id: &str) -> Value {
        managed(app, &format!("{}/deliveries/{id}", self.path))
            .await
            .json
    }

    /// Waits until the webhook is so.
    async fn becomes(&self, app: &App, wanted: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let shown = self.shown(app).await.json;
            if wanted(&shown) {
                return shown;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "{shown:#}");
        }
    }

    /// Waits until so many deliveries stand so.
    async fn settles(&self, app: &App, state: &str, count: usize) -> Vec<Value> {
        let begun = Instant::now();
        loop {
            let found = self
                .deliveries(app, &format!("?limit=100&state={state}"))
                .await;
            if found.len() == count {
                return found;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "{found:#?}");
        }
    }
}

/// Runs SQL.
async fn sql(app: &App, sql: &str) {
    app.sql().await.batch_execute(sql).await.unwrap();
}

/// Whatever waits for its time is due now.
const DUE: &str = "UPDATE newsroom.webhook_deliveries SET next_at = now() WHERE state = 'pending' AND lease IS NULL";

/// Waits until every delivery that there is has been tried so often at least.
async fn tried(app: &App, attempts: i64) {
    let client = app.sql().await;
    let query = "SELECT (SELECT count(*) FROM newsroom.webhook_deliveries d WHERE NOT waits AND state = 'pending'
                         AND (lease IS NOT NULL OR (SELECT count(*) FROM newsroom.webhook_attempts a WHERE a.delivery_id = d.id) < $1))
                      + (SELECT count(*) FROM newsroom.webhooks w, delivery.head h WHERE w.enabled AND w.cursor_seq < h.seq)";
    let begun = Instant::now();
    while client
        .query_one(query, &[&attempts])
        .await
        .unwrap()
        .get::<_, i64>(0)
        > 0
    {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "not tried {attempts} times"
        );
    }
}
