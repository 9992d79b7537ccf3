//! Acts on webhooks that meet.

use serde_json::{Value, json};

use super::{Request, new};
use crate::app::App;

/// The path of a new webhook.
pub async fn new_path(app: &App) -> String {
    format!("/webhooks/{}", new(app, "webhooks").await)
}

/// An act on a webhook that is possible while it is enabled.
pub async fn act(id: &str, path: &str, app: &App) -> Request {
    let test = Request::new("POST", format!("{path}/test"), Value::Null);
    match id {
        "rotate_webhook" => Request::new("POST", format!("{path}/rotate"), json!({})),
        "replay_webhook" => {
            let since = json!({"since": "1-1"});
            Request::new("POST", format!("{path}/replay"), since)
        }
        "test_webhook" => test,
        _ => {
            let delivery = test.to(app, &app.admin).send().await.expect(201);
            let path = format!("{path}/deliveries/{}/replay", delivery.id());
            Request::new("POST", path, Value::Null)
        }
    }
}

/// Disabling a webhook, and an act that is then impossible.
pub async fn collision(app: &App, id: &str) -> (Request, Request) {
    let path = new_path(app).await;
    let act = act(id, &path, app).await;
    let off = Request::new("PATCH", path, json!({"enabled": false}));
    (off, act)
}
