//! Webhooks as they are made, changed, listed and removed.

use kroniek::auth::Role;
use serde_json::json;

use super::{Receiver, hook, sql, start};
use crate::shorthand::{append, markdown};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_is_made_read_changed_and_removed() {
    let (app, receiver) = (start().await, Receiver::taking().await);
    app.make("/sections", json!({"name": "Water"})).await;
    let body = json!({"url": receiver.url, "events": ["update.*", "update.*"], "sections": ["water", "water"], "description": "De partner", "enabled": false});
    let made = app.make("/webhooks", body).await;
    let path = format!("/webhooks/{}", made.id());
    assert_eq!(made.header("location"), format!("/v1/manage{path}"));
    assert!(made.json["secret"].as_str().unwrap().starts_with("whsec_"));
    let shown = crate::shorthand::managed(&app, &path).await;
    let mut silent = made.json.clone();
    silent.as_object_mut().unwrap().remove("secret");
    assert_eq!((&shown.json, shown.etag()), (&silent, made.etag()));
    assert_eq!(
        (
            &shown.json["events"],
            shown.json["sections"].as_array().unwrap().len()
        ),
        (&json!(["update.*"]), 1)
    );
    assert_eq!(
        (
            &shown.json["status"],
            &shown.json["disabled_reason"],
            &shown.json["pending"]
        ),
        (&json!("disabled"), &json!("asked"), &json!(0))
    );
    let changed = app
        .patch(
            &path,
            &shown,
            json!({"sections": null, "events": null, "enabled": true, "description": null}),
        )
        .await
        .expect(200);
    assert_eq!(
        (
            &changed.json["sections"],
            &changed.json["events"],
            &changed.json["status"]
        ),
        (&json!(null), &json!(["*"]), &json!("enabled"))
    );
    app.patch(&path, &shown, json!({"description": "Te laat"}))
        .await
        .expect(412);
    let unknown = app
        .patch(&path, &changed, json!({"sections": ["lucht"], "url": null}))
        .await;
    assert_eq!(
        unknown.expect(422).faults(),
        ["missing_field at /url", "unknown_reference at /sections/0"]
    );
    let listed = app.manage("GET", "/webhooks").send().await.expect(200);
    assert_eq!(listed.json["data"], json!([changed.json]));
    let editor = app.key(Role::Editor).await;
    app.call("GET", "/v1/manage/webhooks")
        .key(&editor)
        .send()
        .await
        .expect(403);
    let remove = app.manage("DELETE", &path).if_match(&changed.etag());
    remove.send().await.expect(204);
    app.manage("GET", &path).send().await.expect(404);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_section_that_was_removed_keeps_no_webhook_from_being_changed() {
    let (app, receiver) = (start().await, Receiver::taking().await);
    app.make("/sections", json!({"name": "Weg"})).await;
    let hook = hook(&app, &receiver, json!({"sections": ["weg"]})).await;
    app.manage("DELETE", "/sections/weg")
        .if_match("*")
        .send()
        .await
        .expect(204);
    let changed = hook
        .change(&app, json!({"description": "Anders"}))
        .await
        .expect(200);
    assert_eq!(changed.json["sections"].as_array().unwrap().len(), 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deliveries_are_listed_the_newest_first_and_by_state_event_and_article() {
    let (app, receiver) = (start().await, Receiver::taking().await);
    let hook = hook(&app, &receiver, json!({})).await;
    let (one, other) = (
        app.publish(json!({"headline": "Een"})).await,
        app.publish(json!({"headline": "Twee"})).await,
    );
    append(&app, &one, json!({"body": markdown("Later.")})).await;
    hook.settles(&app, "delivered", 3).await;
    let seqs = async |query: &str| {
        let found = hook.deliveries(&app, query).await;
        found
            .iter()
            .map(|one| one["seq"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(seqs("").await, ["1-3", "1-2", "1-1"]);
    assert_eq!(seqs("?event=article.published").await, ["1-2", "1-1"]);
    assert_eq!(seqs(&format!("?article={}", other.id())).await, ["1-2"]);
    assert_eq!(seqs("?state=pending").await, [""; 0]);
    let page = crate::shorthand::managed(&app, &format!("{}/deliveries?limit=2", hook.path)).await;
    let next = page.json["page"]["next_cursor"].as_str().unwrap();
    assert_eq!(seqs(&format!("?limit=2&cursor={next}")).await, ["1-1"]);
    // Those that are over go after a month; what is pending stays.
    sql(&app, "UPDATE newsroom.webhook_deliveries SET finished_at = finished_at - interval '31 days' WHERE seq = 1").await;
    let days = crate::app::serve_settings(&[]).keep.webhook_log_days;
    kroniek::webhooks::chores::hourly(app.state(), days)
        .await
        .unwrap();
    assert_eq!(seqs("").await, ["1-3", "1-2"]);
    app.stop().await;
}
