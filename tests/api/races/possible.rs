//! Requests that succeed.

use serde_json::{Value, json};

use super::{Request, body, new, published, retraction, text, update, webhooks};
use crate::app::App;

/// A request of this operation that succeeds.
pub async fn request(app: &App, id: &str, path: &str) -> Request {
    let kind = path.split('/').nth(3).unwrap_or_default();
    match id {
        "publish_article" => {
            let article = new(app, "articles").await;
            Request::new("POST", format!("/articles/{article}/publish"), json!({}))
        }
        "purge_article" => {
            let path = format!("{}/purge", published(app).await);
            Request::new("POST", path, json!({"reason": "Een vergissing."}))
        }
        "withdraw_article" => {
            let path = format!("{}/withdraw", published(app).await);
            Request::new("POST", path, json!({}))
        }
        "append_update" => {
            let path = format!("{}/updates", published(app).await);
            Request::new("POST", path, text())
        }
        "show_update" => {
            let path = format!("{}/show", update(app, true).await);
            Request::new("POST", path, Value::Null)
        }
        "retract_update" => retraction(&update(app, false).await),
        "merge_entity" => {
            let (from, into) = (new(app, kind).await, new(app, kind).await);
            let path = format!("/entities/{from}/merge");
            Request::new("POST", path, json!({"into": into}))
        }
        "rotate_key" | "revoke_key" => {
            let (key, act) = (new(app, kind).await, id.trim_end_matches("_key"));
            Request::new("POST", format!("/keys/{key}/{act}"), json!({}))
        }
        "rotate_webhook" | "replay_webhook" | "test_webhook" | "replay_delivery" => {
            webhooks::act(id, &webhooks::new_path(app).await, app).await
        }
        "create_partner_key" => {
            let path = format!("/partners/{}/keys", new(app, "partners").await);
            Request::new("POST", path, json!({"name": "Een"}))
        }
        "restore_site_version" => Request::new("POST", "/site/versions/1/restore", Value::Null),
        "write_bulk" => {
            let make =
                json!({"method": "POST", "path": "/v1/manage/authors", "body": {"name": "Een"}});
            let body = json!({"all_or_nothing": true, "operations": [make]});
            Request::new("POST", "/bulk", body)
        }
        _ => Request::new("POST", format!("/{kind}"), body(kind)),
    }
}
