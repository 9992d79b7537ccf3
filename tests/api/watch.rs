//! What tests see of the database behind the server: who waits, what delivery holds, where the log stands.

use std::time::{Duration, Instant};

use tokio_postgres::{Client, SimpleQueryMessage};

use crate::app::App;
use crate::postgres;

/// A hand on the counter of the log: no write passes the door until it lets go.
pub struct Hand(Client);

impl Hand {
    /// Takes the lock that every passage of the door needs.
    pub async fn on_counter(app: &App) -> Self {
        let client = app.sql().await;
        client
            .batch_execute("BEGIN; SELECT seq FROM delivery.head FOR UPDATE")
            .await
            .unwrap();
        Self(client)
    }

    /// Does something else meanwhile.
    pub async fn run(&self, sql: &str) {
        self.0.batch_execute(sql).await.unwrap();
    }

    /// Lets go.
    pub async fn let_go(self) {
        self.0.batch_execute("COMMIT").await.unwrap();
    }
}

/// Returns once the node has heard of all that is in the log, for what was not written through it.
pub async fn heard(app: &App) {
    let sql = app.sql().await;
    let query = "SELECT epoch || '-' || seq FROM delivery.head";
    let head: String = sql.query_one(query, &[]).await.unwrap().get(0);
    let read = app.call("GET", "/v1/site").header("kroniek-min-seq", &head);
    read.send().await.expect(200);
}

/// Ends the connections that nodes listen on; tells how many. They come back a moment later.
pub async fn end_listeners(app: &App) -> i64 {
    let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE '%LATERAL (SELECT seq, keys FROM delivery.changes%' AND pid <> pg_backend_pid()";
    let sql = app.sql().await;
    sql.query_one(end, &[]).await.unwrap().get(0)
}

/// A database that nobody gets into.
pub struct Away {
    admin: Client,
    name: String,
}

impl Away {
    /// Ends all connections to the database of this server, and lets nobody in.
    pub async fn take(app: &App) -> Self {
        let name = app.database_url.rsplit('/').next().unwrap().to_owned();
        let admin = postgres::connect(&postgres::named(&app.database_url, "postgres")).await;
        let away = Self { admin, name };
        away.open(false).await;
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
        away.admin.execute(end, &[&away.name]).await.unwrap();
        away
    }

    /// Lets everybody in again.
    pub async fn back(self) {
        self.open(true).await;
    }

    async fn open(&self, open: bool) {
        let sql = format!("ALTER DATABASE {} ALLOW_CONNECTIONS {open}", self.name);
        self.admin.batch_execute(&sql).await.unwrap();
    }
}

/// Returns once this many of the server's connections wait for a lock; they must within ten seconds.
pub async fn waiting(app: &App, writers: i64) {
    let sql = app.sql().await;
    let query = "SELECT count(*) FROM pg_stat_activity
                 WHERE datname = current_database() AND application_name = 'kroniek' AND wait_event_type = 'Lock'";
    let begun = Instant::now();
    while sql.query_one(query, &[]).await.unwrap().get::<_, i64>(0) < writers {
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "there are no {writers} that wait"
        );
    }
}

/// Returns once a connection waits for a lock with a statement like this; it must within ten seconds.
pub async fn waiting_with(app: &App, statement: &str) {
    let sql = app.sql().await;
    let query = "SELECT count(*) FROM pg_stat_activity
                 WHERE datname = current_database() AND application_name = 'kroniek' AND wait_event_type = 'Lock' AND query LIKE $1";
    let begun = Instant::now();
    while sql
        .query_one(query, &[&statement])
        .await
        .unwrap()
        .get::<_, i64>(0)
        == 0
    {
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "nobody waits with {statement}"
        );
    }
}

/// The tables of a schema.
pub async fn tables(app: &App, schema: &str) -> Vec<String> {
    let query = format!(
        "SELECT relname::text FROM pg_class WHERE relnamespace = '{schema}'::regnamespace AND relkind = 'r'"
    );
    app.sql()
        .await
        .query(&query, &[])
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect()
}

/// The tables of delivery that hold this text in any row.
pub async fn holding(app: &App, text: &str) -> Vec<String> {
    let sql = app.sql().await;
    let mut found = Vec::new();
    for table in tables(app, "delivery").await {
        let holds =
            format!("SELECT count(*) FROM delivery.{table} t WHERE strpos(t::text, $1) > 0");
        if sql
            .query_one(&holds, &[&text])
            .await
            .unwrap()
            .get::<_, i64>(0)
            > 0
        {
            found.push(table);
        }
    }
    found
}

/// The number of the last change.
pub async fn head(app: &App) -> i64 {
    app.sql()
        .await
        .query_one("SELECT seq FROM delivery.head", &[])
        .await
        .unwrap()
        .get(0)
}

/// The number and keys of the last change.
pub async fn last_change(app: &App) -> (i64, String, Vec<String>) {
    let row = app
        .sql()
        .await
        .query_one(
            "SELECT seq, event, keys FROM delivery.changes ORDER BY seq DESC LIMIT 1",
            &[],
        )
        .await
        .unwrap();
    (row.get(0), row.get(1), row.get(2))
}

/// The log holds each number from 1 to the head once.
pub async fn expect_gapless(app: &App) {
    let row = app
        .sql()
        .await
        .query_one("SELECT seq, (SELECT count(*) FROM delivery.changes), (SELECT max(seq) FROM delivery.changes) FROM delivery.head", &[])
        .await
        .unwrap();
    let (head, count, max): (i64, i64, Option<i64>) = (row.get(0), row.get(1), row.get(2));
    assert_eq!((count, max.unwrap_or(0)), (head, head), "the log has gaps");
}

/// Everything that statements of hand-written SQL give, as text, or the database's error.
pub async fn run(client: &Client, sql: &str) -> Result<String, String> {
    let messages = client.simple_query(sql).await.map_err(|error| {
        error.as_db_error().map_or_else(
            || error.to_string(),
            |db| format!("{}: {}", db.code().code(), db.message()),
        )
    })?;
    let mut text = String::new();
    for message in messages {
        if let SimpleQueryMessage::Row(row) = message {
            for column in 0..row.len() {
                text.push_str(row.get(column).unwrap_or_default());
                text.push('\t');
            }
            text.push('\n');
        }
    }
    Ok(text)
}
