//! API keys through `/v1/manage/keys`: their life, what they may make, and where their secrets are not.

mod life;
mod reach;
mod secrets;
mod unsaid;
mod uses;

use serde_json::{Value, json};

use crate::app::{Answer, App};

/// The secret that an answer shows.
pub fn secret(answer: &Answer) -> String {
    answer.json["key"]
        .as_str()
        .unwrap_or_else(|| panic!("no secret in {}", answer.text))
        .to_owned()
}

/// A key with these scopes, made by the admin key.
async fn made(app: &App, scopes: Value) -> Answer {
    app.make("/keys", json!({"name": "Toets", "scopes": scopes}))
        .await
}

/// An act on a key by the admin key.
async fn act(app: &App, id: &str, act: &str, body: Value) -> Answer {
    act_as(app, &app.admin, (id, act), body).await
}

/// An act on a key by this key.
async fn act_as(app: &App, by: &str, (id, act): (&str, &str), body: Value) -> Answer {
    app.call("POST", &format!("/v1/manage/keys/{id}/{act}"))
        .key(by)
        .json(&body)
        .send()
        .await
}

/// The status that a request with this key gets at this node, for what `content:read` opens.
async fn status(node: &App, key: &str) -> u16 {
    node.call("GET", "/v1/manage/articles")
        .key(key)
        .send()
        .await
        .status
}
