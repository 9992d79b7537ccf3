//! The audit: each write of management leaves what it did to each thing, who did it and for whom; and it can be read, and not be changed.

mod cost;
mod desk;
mod filters;
mod reading;
mod walk;
mod webhooks;

use serde_json::Value;

use crate::app::App;

/// How many rows there are.
async fn count(app: &App) -> i64 {
    let sql = "SELECT count(*) FROM newsroom.audit";
    app.sql().await.query_one(sql, &[]).await.unwrap().get(0)
}

/// A page of the audit, which must be there.
async fn page(app: &App, query: &str) -> Value {
    let answer = app.manage("GET", &format!("/audit{query}"));
    answer.send().await.expect(200).json
}

/// The entries of a page.
async fn entries(app: &App, query: &str) -> Vec<Value> {
    page(app, query).await["data"].as_array().unwrap().clone()
}

/// Every entry that the query finds, page by page.
async fn all(app: &App, query: &str) -> Vec<Value> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let separator = if query.is_empty() { "?" } else { "&" };
        let next = page(app, &format!("{query}{separator}cursor={cursor}")).await;
        found.extend(next["data"].as_array().unwrap().clone());
        match next["page"]["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return found,
        }
    }
}
