//! How much each check weighs is the site's to say, and readers are not told.

use kroniek::auth::Role;
use kroniek::exchange::kroniek as exchange;
use serde_json::json;

use super::{found_in, weigh};
use crate::app::App;
use crate::postgres::temporary_folder;
use crate::shorthand::{managed, names, read};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn checks_weigh_what_the_site_says_each_apart_and_what_is_emptied_as_before() {
    let app = App::start().await;
    let unless_told = json!({
        "missing_headline": "warning", "missing_standfirst": "off", "missing_section": "off", "missing_author": "off", "missing_alt": "warning",
        "missing_credit": "warning", "broken_link": "warning", "entity_without_description": "warning",
    });
    assert_eq!(managed(&app, "/site").await.json["checks"], unless_told);
    let weighed = weigh(
        &app,
        json!({"missing_alt": "error", "missing_credit": "off"}),
    )
    .await;
    let mut wanted = unless_told.clone();
    wanted["missing_alt"] = json!("error");
    wanted["missing_credit"] = json!("off");
    assert_eq!(weighed.expect(200).json["checks"], wanted);
    let image = json!({"headline": "Foto", "image": {"url": "https://example.org/a.jpg"}});
    assert_eq!(found_in(&app, image).await, ["missing_alt at /image"]);

    weigh(&app, json!({"missing_alt": null})).await.expect(200);
    wanted["missing_alt"] = json!("warning");
    assert_eq!(managed(&app, "/site").await.json["checks"], wanted);
    let other = managed(&app, "/site").await;
    let other = app.patch("/site", &other, json!({"title": "Anders"})).await;
    assert_eq!(other.expect(200).json["checks"], wanted);
    let emptied = weigh(&app, json!(null)).await.expect(200);
    assert_eq!(emptied.json["checks"], unless_told);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_check_or_weight_is_refused_and_told_with_all_others() {
    let app = App::start().await;
    let wrong = json!({"missing_all": "error", "missing_alt": "fatal", "missing_credit": 1, "broken_link": {"error": true}});
    let refused = weigh(&app, wrong).await.expect(422);
    let mut faults = refused.faults();
    faults.sort();
    assert_eq!(
        faults,
        [
            "invalid_value at /checks/missing_alt",
            "unknown_field at /checks/missing_all",
            "wrong_type at /checks/broken_link",
            "wrong_type at /checks/missing_credit",
        ]
    );
    weigh(&app, json!(["missing_alt"])).await.expect(422);
    let editor = app.key(Role::Editor).await;
    let call = app.call("PATCH", "/v1/manage/site").key(&editor);
    let call = call.if_match("*").json(&json!({"checks": {}}));
    call.send().await.expect(403);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_are_not_told_and_an_export_keeps_them() {
    let app = App::start().await;
    weigh(&app, json!({"missing_alt": "error"}))
        .await
        .expect(200);
    assert!(!names(&read(&app, "/v1/site").await).contains(&"checks"));
    let mut bytes = Vec::new();
    exchange::export(&app.store.pools, &mut bytes, |_, _| ())
        .await
        .unwrap();
    let file = temporary_folder("checks").join("export.jsonl");
    std::fs::write(&file, &bytes).unwrap();
    let other = App::start().await;
    exchange::import(&other.store.pools, &file, false, |_, _| ())
        .await
        .unwrap();
    let (kept, was) = (managed(&other, "/site").await, managed(&app, "/site").await);
    assert_eq!(kept.json["checks"]["missing_alt"], "error");
    assert_eq!(kept.json["checks"], was.json["checks"]);
    other.stop().await;
    app.stop().await;
}
