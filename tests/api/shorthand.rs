//! Short words for what nearly every test says.

use serde_json::{Value, json};

use crate::app::{Answer, App};

/// A rich text written in Markdown.
pub fn markdown(source: &str) -> Value {
    json!({"format": "markdown", "source": source})
}

/// A rich text written in HTML.
pub fn html(source: &str) -> Value {
    json!({"format": "html", "source": source})
}

/// What a reader gets at this path; it must be there.
pub async fn read(app: &App, path: &str) -> Value {
    app.get(path).await.expect(200).json
}

/// The slugs of a list, in its order.
pub async fn slugs(app: &App, path: &str) -> Vec<String> {
    texts(&read(app, path).await["data"], "slug")
}

/// One field of every item.
pub fn texts(items: &Value, field: &str) -> Vec<String> {
    items
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item[field].as_str().unwrap_or("null").to_owned())
        .collect()
}

/// The names of an object's fields, sorted.
pub fn names(object: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    names
}

/// A resource as management shows it now.
pub async fn managed(app: &App, path: &str) -> Answer {
    app.manage("GET", path).send().await.expect(200)
}

/// Replaces something below a resource, based on the version that an earlier answer showed.
pub async fn put(app: &App, path: &str, seen: &Answer, body: Value) -> Answer {
    app.manage("PUT", path)
        .if_match(&seen.etag())
        .json(&body)
        .send()
        .await
}

/// Removes a resource, based on the version that an earlier answer showed.
pub async fn remove(app: &App, path: &str, seen: &Answer) -> Answer {
    app.manage("DELETE", path)
        .if_match(&seen.etag())
        .send()
        .await
}

/// Changes an article and publishes it; gives the answer to the publication.
pub async fn republish(app: &App, article: &Answer, patch: Value) -> Answer {
    let path = format!("/articles/{}", article.id());
    let seen = managed(app, &path).await;
    let changed = app.patch(&path, &seen, patch).await.expect(200);
    app.act(&changed, "publish", json!({})).await.expect(200)
}

/// Makes and publishes an article dated back.
pub async fn publish_at(app: &App, at: &str, body: Value) -> Answer {
    let made = app.make("/articles", body).await;
    app.act(&made, "publish", json!({"published_at": at}))
        .await
        .expect(200)
}

/// Appends an update to an article; it must show.
pub async fn append(app: &App, article: &Answer, body: Value) -> Answer {
    app.make(&format!("/articles/{}/updates", article.id()), body)
        .await
}

/// Retracts an update of an article; it must show.
pub async fn retract(app: &App, article: &Answer, number: u32) {
    let path = format!("/articles/{}/updates/{number}", article.id());
    let seen = managed(app, &path).await;
    app.manage("POST", &format!("{path}/retract"))
        .if_match(&seen.etag())
        .json(&json!({"reason": "Onjuist."}))
        .send()
        .await
        .expect(200);
}

/// Waits until this many requests wait for a lock.
pub async fn blocked(sql: &tokio_postgres::Client, requests: i64) {
    let query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while sql.query_one(query, &[]).await.unwrap().get::<_, i64>(0) < requests {
        tokio::task::yield_now().await;
    }
}
