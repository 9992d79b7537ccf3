//! Checks before publishing: what they find and where, how much it weighs, and that an article with an error stays unpublished.

mod links;
mod publishing;
mod texts;
mod weights;

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::shorthand::managed;

/// Sets how much checks weigh; the others go on as they were.
async fn weigh(app: &App, checks: Value) -> Answer {
    let site = managed(app, "/site").await;
    app.patch("/site", &site, json!({"checks": checks})).await
}

/// What the checks say of an article.
async fn check(app: &App, article: &Answer) -> Answer {
    let path = format!("/articles/{}/check", article.id());
    app.manage("POST", &path).send().await.expect(200)
}

/// The code and place of each finding, as `code at place`, in order.
fn found(findings: &Value) -> Vec<String> {
    let told = |finding: &Value| {
        let text = |name: &str| finding[name].as_str().unwrap().to_owned();
        format!("{} at {}", text("code"), text("pointer"))
    };
    findings.as_array().unwrap().iter().map(told).collect()
}

/// What the checks find in an article made of this.
async fn found_in(app: &App, body: Value) -> Vec<String> {
    let made = app.make("/articles", body).await;
    found(&check(app, &made).await.json["findings"])
}

/// Every row of the audit, and every change, counted.
async fn writes(app: &App) -> i64 {
    let sql = "SELECT (SELECT count(*) FROM newsroom.audit) + (SELECT seq FROM delivery.head)
                      + (SELECT sum(revision) FROM newsroom.articles)";
    app.sql().await.query_one(sql, &[]).await.unwrap().get(0)
}
