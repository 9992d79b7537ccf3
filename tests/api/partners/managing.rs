//! Partners as editors make and change them.

use serde_json::{Value, json};

use super::Partner;
use crate::app::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partner_is_made_changed_and_removed() {
    let app = App::start().await;
    let section = app.make("/sections", json!({"name": "Water"})).await;
    let entity = app
        .make("/entities", json!({"kind": "topic", "name": "Slib"}))
        .await;
    let contract = json!({
        "name": "De Streekbode", "sections": ["water", section.id()], "languages": ["nl"], "entities": ["slib"], "text": "excerpt", "media": false,
        "embargo_seconds": 600, "licence": "Met bron.", "quota_per_day": 5, "networks": ["192.0.2.0/24"], "begins_at": "2026-01-01T00:00:00Z",
        "ends_at": "2100-01-01T00:00:00Z",
    });
    let made = app.make("/partners", contract).await;
    let at = format!("/partners/{}", made.id());
    assert_eq!(made.header("location"), format!("/v1/manage{at}"));
    let shown = app.manage("GET", &at).send().await.expect(200);
    assert_eq!(shown.json, made.json);
    for (field, value) in [
        ("sections", json!([section.id()])),
        ("entities", json!([entity.id()])),
        ("text", json!("excerpt")),
        ("used_today", json!(0)),
        ("status", json!("running")),
        ("quota_per_day", json!(5)),
    ] {
        assert_eq!(shown.json[field], value, "{field}");
    }
    app.manage("PATCH", &at)
        .json(&json!({"name": "x"}))
        .send()
        .await
        .expect(428);
    let changed = app
        .patch(
            &at,
            &shown,
            json!({"sections": null, "ends_at": null, "media": null}),
        )
        .await
        .expect(200);
    assert_eq!(
        (
            &changed.json["sections"],
            &changed.json["ends_at"],
            &changed.json["media"],
            &changed.json["version"]
        ),
        (&Value::Null, &Value::Null, &json!(true), &json!(2))
    );
    app.patch(&at, &shown, json!({"name": "x"}))
        .await
        .expect(412);
    let list = app.manage("GET", "/partners").send().await.expect(200);
    assert_eq!(list.json["data"], json!([changed.json]));

    let keys = format!("{at}/keys");
    let key = app.make(&keys, json!({"name": "import"})).await;
    assert_eq!(
        (&key.json["role"], &key.json["partner_id"]),
        (&json!("partner"), &json!(made.id()))
    );
    let past = app
        .manage("POST", &keys)
        .json(&json!({"name": "x", "expires_at": "2020-01-01T00:00:00Z"}))
        .send()
        .await;
    assert_eq!(past.expect(422).faults(), ["invalid_value at /expires_at"]);
    // A partner's own key makes none, and who manages partners need not manage all keys.
    let secret = key.json["key"].as_str().unwrap();
    let own = app
        .call("POST", &format!("/v1/manage{keys}"))
        .key(secret)
        .json(&json!({"name": "x"}))
        .send()
        .await;
    assert_eq!(own.expect(403).problem(), "missing-scope");
    let desk = app
        .make(
            "/keys",
            json!({"name": "desk", "scopes": ["partners:manage"]}),
        )
        .await;
    let desk = desk.json["key"].as_str().unwrap();
    let made_by_desk = app
        .call("POST", &format!("/v1/manage{keys}"))
        .key(desk)
        .json(&json!({"name": "x"}))
        .send()
        .await;
    made_by_desk.expect(201);

    let seen = app.manage("GET", &at).send().await;
    app.manage("DELETE", &at)
        .if_match(&seen.etag())
        .send()
        .await
        .expect(204);
    app.manage("GET", &at).send().await.expect(404);
    let key = app
        .manage("GET", &format!("/keys/{}", key.id()))
        .send()
        .await;
    assert_eq!(
        (&key.json["status"], &key.json["partner_id"]),
        (&json!("revoked"), &Value::Null)
    );
    let audit = app
        .manage("GET", "/audit?subject_kind=partner")
        .send()
        .await
        .expect(200);
    let told = audit.json["data"].as_array().unwrap().iter();
    let told: Vec<&str> = told
        .map(|entry| entry["action"].as_str().unwrap())
        .collect();
    assert_eq!(told, ["remove_partner", "change_partner", "create_partner"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_contract_can_not_be_is_told_by_place() {
    let app = App::start().await;
    for (wrong, faults) in [
        (json!({}), vec!["missing_field at /name"]),
        (
            json!({"name": "x", "sections": []}),
            vec!["invalid_value at /sections"],
        ),
        (
            json!({"name": "x", "sections": ["niets"], "entities": ["niemand"]}),
            vec![
                "unknown_reference at /entities/0",
                "unknown_reference at /sections/0",
            ],
        ),
        (
            json!({"name": "x", "embargo_seconds": -1, "quota_per_day": 0, "text": "none", "networks": ["hier"]}),
            vec![
                "invalid_value at /embargo_seconds",
                "invalid_value at /networks/0",
                "invalid_value at /quota_per_day",
                "invalid_value at /text",
            ],
        ),
        (
            json!({"name": "x", "begins_at": "2030-01-01T00:00:00Z", "ends_at": "2030-01-01T00:00:00Z"}),
            vec!["invalid_value at /ends_at"],
        ),
        (
            json!({"name": "x", "embargo_seconds": 9_223_372_036_854_775_807_i64}),
            vec!["invalid_value at /embargo_seconds"],
        ),
    ] {
        let answer = app.manage("POST", "/partners").json(&wrong).send().await;
        let mut told = answer.expect(422).faults();
        told.sort();
        assert_eq!(told, faults, "{wrong}");
    }
    let partner = Partner::new(&app, json!({})).await;
    let contract = partner.get(&app, "/contract").await.expect(200);
    assert_eq!(
        (
            &contract.json["text"],
            &contract.json["media"],
            &contract.json["embargo_seconds"]
        ),
        (&json!("full"), &json!(true), &json!(0))
    );
    app.stop().await;
}
