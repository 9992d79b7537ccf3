//! Where secrets are not: in repeated answers, in the database, in the log, in an address.

use serde_json::{Value, json};

use super::{act, made, secret, status};
use crate::app::App;
use crate::watch::tables;

/// The tables of the database that hold this text in any row.
async fn holding(app: &App, text: &str) -> Vec<String> {
    let sql = app.sql().await;
    let mut found = Vec::new();
    for schema in ["newsroom", "delivery"] {
        for table in tables(app, schema).await {
            let query =
                format!("SELECT count(*) FROM {schema}.{table} t WHERE strpos(t::text, $1) > 0");
            let rows: i64 = sql.query_one(&query, &[&text]).await.unwrap().get(0);
            if rows > 0 {
                found.push(format!("{schema}.{table}"));
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_request_gets_the_first_answer_without_the_secret() {
    let app = App::start().await;
    let body = json!({"name": "Balie", "role": "editor"});
    let make = || app.manage("POST", "/keys").header("idempotency-key", "een");
    let first = make().json(&body).send().await.expect(201);
    let again = make().json(&body).send().await.expect(201);
    assert!(first.json["key"].is_string());
    assert_eq!(again.json["key"], Value::Null);
    for name in ["location", "etag", "cache-control"] {
        assert_eq!(again.header(name), first.header(name), "{name}");
    }
    let mut silent = first.json.clone();
    silent["key"] = Value::Null;
    assert_eq!(again.json, silent);

    let path = format!("/keys/{}/rotate", first.id());
    let rotate = || app.manage("POST", &path).header("idempotency-key", "twee");
    let rotated = rotate().json(&json!({})).send().await.expect(200);
    let repeated = rotate().json(&json!({})).send().await.expect(200);
    assert_eq!(repeated.json["key"], Value::Null);
    assert_eq!(repeated.etag(), rotated.etag());
    // The repetition has not rotated it once more.
    assert_eq!(status(&app, &secret(&first)).await, 200);
    assert_eq!(status(&app, &secret(&rotated)).await, 200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_row_of_the_database_holds_a_secret() {
    let app = App::start().await;
    let body = json!({"name": "Balie", "role": "admin"});
    let make = app.manage("POST", "/keys").header("idempotency-key", "een");
    let first = make.header("kroniek-actor", "Fenna Loman");
    let first = first.json(&body).send().await.expect(201);
    let path = format!("/keys/{}/rotate", first.id());
    let rotate = app.manage("POST", &path).header("idempotency-key", "een");
    let second = rotate.json(&json!({})).send().await.expect(200);
    let write = app
        .call("POST", "/v1/manage/articles")
        .key(&secret(&second));
    let write = write.header("idempotency-key", "een");
    write
        .json(&json!({"headline": "Met de sleutel geschreven"}))
        .send()
        .await
        .expect(201);
    act(&app, &first.id(), "revoke", json!({}))
        .await
        .expect(200);

    for key in [&secret(&first), &secret(&second), &app.admin] {
        // The whole of it, and its part after the hint, wherever it might be cut.
        assert_eq!(holding(&app, key).await, Vec::<String>::new());
        assert_eq!(holding(&app, &key[12..]).await, Vec::<String>::new());
    }
    let kept = holding(&app, "Fenna Loman").await;
    assert!(kept.contains(&"newsroom.audit".to_owned()), "{kept:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_stored_of_a_secret_is_in_no_answer() {
    let app = App::start().await;
    let key = made(&app, json!(["content:read"])).await;
    act(&app, &key.id(), "rotate", json!({})).await.expect(200);
    let row = "SELECT encode(hash, 'hex'), encode(previous_hash, 'hex'), encode(hash, 'base64') FROM newsroom.api_keys WHERE name = 'Toets'";
    let row = app.sql().await.query_one(row, &[]).await.unwrap();
    for path in ["/keys", &format!("/keys/{}", key.id())] {
        let text = app.manage("GET", path).send().await.expect(200).text;
        for column in 0..3 {
            assert!(!text.contains(row.get::<_, &str>(column)), "{text}");
        }
        assert!(!text.contains("hash"), "{text}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_in_the_address_is_refused_and_not_told_back() {
    let app = App::start().await;
    for name in ["key", "api_key", "access_token", "token", "authorization"] {
        for path in ["/v1/manage/keys", "/v1/articles"] {
            let alone = app.get(&format!("{path}?{name}={}", app.admin)).await;
            assert!(matches!(alone.status, 400 | 401), "{}", alone.text);
            let call = app.call("GET", &format!("{path}?{name}={}", app.admin));
            let beside = call.key(&app.admin).send().await.expect(400);
            for answer in [alone, beside] {
                assert!(!answer.text.contains(&app.admin), "{}", answer.text);
            }
        }
    }
    for header in [
        "x-api-key",
        "x-http-method-override",
        "cookie",
        "proxy-authorization",
    ] {
        let call = app.call("GET", "/v1/manage/keys");
        let value = format!("Bearer {}", app.admin);
        call.header(header, &value).send().await.expect(401);
    }
    app.stop().await;
}
