//! Webhooks in the audit.

use serde_json::{Value, json};

use super::desk::{Desk, changed, told, version};

/// What is done to a webhook leaves a row of the webhook, also where the answer shows a delivery.
pub async fn webhook(desk: &mut Desk) {
    let body = json!({"url": crate::app::NOWHERE});
    let made = desk.write(("POST", "/webhooks"), None, body).await;
    let path = format!("/webhooks/{}", made.id());
    let changed_to = json!({"description": "De partner"});
    let now = desk.write(("PATCH", &path), Some(&made), changed_to).await;
    let rotate = format!("{path}/rotate");
    let now = desk.write(("POST", &rotate), Some(&now), json!({})).await;
    let mut replay = format!("{path}/test");
    for _ in 0..2 {
        let (delivery, rows) = desk.done(("POST", &replay), None, Value::Null).await;
        let same = version(&now.etag());
        let wanted = changed(("webhook", Some(&made.id())), same.clone(), same);
        assert_eq!(rows.iter().map(told).collect::<Vec<_>>(), [wanted]);
        replay = format!("{path}/deliveries/{}/replay", delivery.id());
    }
    let since = json!({"since": "1-1"});
    let replay = format!("{path}/replay");
    let now = desk.write(("POST", &replay), Some(&now), since).await;
    desk.write(("DELETE", &path), Some(&now), Value::Null).await;
}
