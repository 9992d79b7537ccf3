//! Made, listed, rotated, revoked, expired.

use kroniek::auth::Role;
use serde_json::{Value, json};

use super::{act, made, secret, status};
use crate::app::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_shown_once_and_works_at_once() {
    let app = App::start().await;
    let made = app
        .make("/keys", json!({"name": "De balie", "role": "editor"}))
        .await;
    let key = secret(&made);
    assert!(key.starts_with("kroniek_") && key.len() == 51, "{key}");
    assert_eq!(made.json["hint"], key[..12]);
    assert_eq!(
        made.json["scopes"],
        json!(["content:read", "content:write", "content:publish"])
    );
    assert_eq!(status(&app, &key).await, 200);

    let path = format!("/keys/{}", made.id());
    assert!(made.header("location").ends_with(&path));
    let read = app.manage("GET", &path).send().await.expect(200);
    assert_eq!(read.etag(), "\"1\"");
    assert!(read.json.get("key").is_none());
    assert_eq!(read.json["role"], "editor");
    assert_eq!(read.json["status"], "active");
    assert_eq!(read.json["expires_at"], Value::Null);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_shows_the_newest_first_by_status_and_name_and_no_secret() {
    let app = App::start().await;
    let mut keys = Vec::new();
    for name in ["Een", "Twee", "Drie"] {
        let key = app
            .make("/keys", json!({"name": name, "scopes": ["content:read"]}))
            .await;
        assert_eq!(key.json["role"], Value::Null);
        keys.push(key);
    }
    act(&app, &keys[0].id(), "revoke", json!({}))
        .await
        .expect(200);
    let sql =
        "UPDATE newsroom.api_keys SET expires_at = now() - interval '1 second' WHERE name = 'Twee'";
    app.sql().await.execute(sql, &[]).await.unwrap();
    let names = async |query: &str| {
        let (mut names, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/keys?{query}&limit=1&cursor={cursor}");
            let page = app.manage("GET", &path).send().await.expect(200);
            assert!(!keys.iter().any(|key| page.text.contains(&secret(key))));
            for key in page.json["data"].as_array().unwrap() {
                names.push(key["name"].as_str().unwrap().to_owned());
            }
            match page.json["page"]["next_cursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => return names,
            }
        }
    };
    assert_eq!(names("q=e").await, ["Drie", "Twee", "Een", "test"]);
    assert_eq!(names("status=active").await, ["Drie", "test"]);
    assert_eq!(names("status=expired").await, ["Twee"]);
    assert_eq!(names("status=revoked").await, ["Een"]);
    assert_eq!(names("status=revoked,expired&q=WEE").await, ["Twee"]);
    app.manage("GET", "/keys?status=gone")
        .send()
        .await
        .expect(400);
    app.manage("GET", "/keys?hash=x").send().await.expect(400);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_of_a_new_key_is_told_at_once() {
    let app = App::start().await;
    for (body, faults) in [
        (
            json!({"name": {}, "role": "editor", "scopes": ["content:read"], "expires_at": "2020-01-01T00:00:00Z"}),
            vec![
                "wrong_type at /name",
                "invalid_value at /scopes",
                "invalid_value at /expires_at",
            ],
        ),
        (
            json!({"expires_at": null}),
            vec!["missing_field at /name", "missing_field at /role"],
        ),
        (
            json!({"name": "x", "role": "owner", "id": "x"}),
            vec!["invalid_value at /role", "server_owned_field at /id"],
        ),
        (
            json!({"name": "x", "scopes": []}),
            vec!["invalid_value at /scopes"],
        ),
        (
            json!({"name": "x", "scopes": ["content:read", "everything", {}]}),
            vec!["invalid_value at /scopes/1", "wrong_type at /scopes/2"],
        ),
        (
            json!({"name": "x", "role": "editor", "key": "kroniek_mine", "hash": "x"}),
            vec!["unknown_field at /key", "unknown_field at /hash"],
        ),
    ] {
        let answer = app.manage("POST", "/keys").json(&body).send().await;
        let mut told = answer.clone().expect(422).faults();
        let mut faults = faults.clone();
        told.sort();
        faults.sort();
        assert_eq!(told, faults, "{body}: {}", answer.text);
    }
    let key = made(&app, json!(["content:read"])).await;
    for grace in [
        json!(-1),
        json!(2_592_001),
        json!(1.5),
        json!("86400"),
        json!({}),
    ] {
        let answer = act(&app, &key.id(), "rotate", json!({"grace_seconds": grace})).await;
        assert_eq!(answer.clone().expect(422).faults().len(), 1);
        assert!(answer.faults()[0].ends_with("/grace_seconds"));
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_rotation_two_secrets_are_good_and_never_three() {
    let app = App::start().await;
    let other = App::on(&app.database_url).await;
    let first = made(&app, json!(["content:read"])).await;
    let id = first.id();
    let second = act(&app, &id, "rotate", json!({"grace_seconds": 600}))
        .await
        .expect(200);
    assert_eq!(second.etag(), "\"2\"");
    assert_eq!(second.json["previous"]["hint"], first.json["hint"]);
    for node in [&app, &other] {
        assert_eq!(status(node, &secret(&first)).await, 200);
        assert_eq!(status(node, &secret(&second)).await, 200);
    }

    let third = act(&app, &id, "rotate", json!({})).await.expect(200);
    for node in [&app, &other] {
        assert_eq!(status(node, &secret(&first)).await, 401);
        assert_eq!(status(node, &secret(&second)).await, 200);
        assert_eq!(status(node, &secret(&third)).await, 200);
    }

    let last = act(&app, &id, "rotate", json!({"grace_seconds": 0}))
        .await
        .expect(200);
    assert_eq!(last.json["previous"], Value::Null);
    for gone in [&first, &second, &third] {
        assert_eq!(status(&other, &secret(gone)).await, 401);
    }
    assert_eq!(status(&other, &secret(&last)).await, 200);
    app.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_grace_ends() {
    let app = App::start().await;
    let first = made(&app, json!(["content:read"])).await;
    let second = act(&app, &first.id(), "rotate", json!({})).await;
    let until = second.json["previous"]["valid_until"].as_str().unwrap();
    let until = chrono::DateTime::parse_from_rfc3339(until).unwrap();
    let hours = (until.to_utc() - chrono::Utc::now()).num_minutes();
    assert!((23 * 60..=24 * 60).contains(&hours), "a day: {hours}");
    let sql = "UPDATE newsroom.api_keys SET previous_valid_until = now() - interval '1 millisecond' WHERE previous_hash IS NOT NULL";
    app.sql().await.execute(sql, &[]).await.unwrap();

    assert_eq!(status(&app, &secret(&first)).await, 401);
    assert_eq!(status(&app, &secret(&second)).await, 200);
    let read = app
        .manage("GET", &format!("/keys/{}", first.id()))
        .send()
        .await;
    assert_eq!(read.json["previous"], Value::Null);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotation_on_what_another_has_rotated_is_refused_where_it_names_its_version() {
    let app = App::start().await;
    let key = made(&app, json!(["content:read"])).await;
    let rotate = |etag: &str| {
        app.manage("POST", &format!("/keys/{}/rotate", key.id()))
            .if_match(etag)
            .json(&json!({}))
    };
    let rotated = rotate("\"1\"").send().await.expect(200);
    let late = rotate("\"1\"").send().await.expect(412);
    assert_eq!(late.json["current_version"], "\"2\"");
    assert_eq!(status(&app, &secret(&key)).await, 200);
    assert_eq!(status(&app, &secret(&rotated)).await, 200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_key_is_refused_on_every_node_from_the_next_request_on() {
    let app = App::start().await;
    let other = App::on(&app.database_url).await;
    let first = made(&app, json!(["content:read", "keys:manage"])).await;
    let second = act(&app, &first.id(), "rotate", json!({}))
        .await
        .expect(200);
    for key in [&first, &second] {
        assert_eq!(status(&other, &secret(key)).await, 200);
    }
    let revoked = act(&app, &first.id(), "revoke", json!({}))
        .await
        .expect(200);
    assert_eq!(revoked.json["status"], "revoked");
    for node in [&other, &app] {
        for key in [&first, &second] {
            assert_eq!(status(node, &secret(key)).await, 401);
            let public = node.call("GET", "/v1/articles").key(&secret(key));
            public.send().await.expect(401);
        }
    }
    // It stays revoked as it was, and nothing brings it back.
    let again = act(&app, &first.id(), "revoke", json!({}))
        .await
        .expect(200);
    assert_eq!(again.json, revoked.json);
    let rotated = act(&app, &first.id(), "rotate", json!({}))
        .await
        .expect(409);
    assert_eq!(rotated.problem(), "state-conflict");
    app.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_ends_at_its_time_and_a_rotation_does_not_move_that() {
    let app = App::start().await;
    let soon = (chrono::Utc::now() + chrono::Duration::hours(1))
        .to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let key = app
        .make(
            "/keys",
            json!({"name": "Even", "role": "author", "expires_at": soon}),
        )
        .await;
    assert_eq!(key.json["expires_at"], soon);
    let rotated = act(&app, &key.id(), "rotate", json!({})).await.expect(200);
    assert_eq!(rotated.json["expires_at"], soon);
    assert_eq!(status(&app, &secret(&rotated)).await, 200);
    let sql = "UPDATE newsroom.api_keys SET expires_at = now() - interval '1 millisecond' WHERE name = 'Even'";
    app.sql().await.execute(sql, &[]).await.unwrap();
    for key in [&key, &rotated] {
        assert_eq!(status(&app, &secret(key)).await, 401);
    }
    act(&app, &key.id(), "rotate", json!({})).await.expect(409);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_is_in_use_on_every_node_ends_on_all_of_them_within_a_second_of_its_time() {
    let app = App::start().await;
    let nodes = [&app, &App::on(&app.database_url).await];
    let end = chrono::Utc::now() + chrono::Duration::milliseconds(1500);
    let end_told = end.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let key = json!({"name": "Even", "role": "author", "expires_at": end_told});
    let key = secret(&app.make("/keys", key).await);
    for node in nodes {
        assert_eq!(status(node, &key).await, 200);
    }
    let mut refused = [None; 2];
    while refused.contains(&None) {
        for (node, refused) in nodes.iter().zip(&mut refused) {
            let asked = chrono::Utc::now();
            let answer = status(node, &key).await;
            match refused {
                Some(_) => assert_eq!(answer, 401, "it is good again"),
                None if answer == 401 => *refused = Some(chrono::Utc::now()),
                // The database's clock is this machine's.
                None => assert!(
                    asked < end + chrono::Duration::seconds(1),
                    "it is still good"
                ),
            }
        }
    }
    assert!(refused.iter().flatten().all(|at| *at >= end), "too early");
    for node in nodes {
        // Where no key is needed, and where its own role would not do.
        for (method, path) in [("GET", "/v1/articles"), ("POST", "/v1/manage/keys")] {
            let call = node.call(method, path).key(&key).json(&json!({}));
            call.send().await.expect(401);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_that_are_not_good_any_more_are_all_refused_with_the_same_bytes() {
    let app = App::start().await;
    let rotated = made(&app, json!(["content:read"])).await;
    act(&app, &rotated.id(), "rotate", json!({"grace_seconds": 0})).await;
    let revoked = made(&app, json!(["content:read"])).await;
    act(&app, &revoked.id(), "revoke", json!({})).await;
    let longer = format!("{}x", app.admin);
    let shorter = &app.admin[..app.admin.len() - 1];
    let mut answers = Vec::new();
    for key in [
        secret(&rotated).as_str(),
        &secret(&revoked),
        "kroniek_unknown",
        "x",
        &longer,
        shorter,
        rotated.json["hint"].as_str().unwrap(),
    ] {
        let call = app.call("POST", "/v1/manage/keys").key(key);
        let call = call.header("x-request-id", "same").json(&json!({}));
        let answer = call.send().await.expect(401);
        answers.push((
            answer.text.clone(),
            answer.header("www-authenticate").to_owned(),
        ));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_keys_that_manage_keys_see_or_change_any() {
    let app = App::start().await;
    let key = made(&app, json!(["content:read"])).await;
    let own = key.id();
    let editor = app.key(Role::Editor).await;
    for (method, path) in [
        ("GET", "/v1/manage/keys".to_owned()),
        ("GET", format!("/v1/manage/keys/{own}")),
        ("POST", "/v1/manage/keys".to_owned()),
        ("POST", format!("/v1/manage/keys/{own}/rotate")),
        ("POST", format!("/v1/manage/keys/{own}/revoke")),
    ] {
        for by in [&editor, &secret(&key)] {
            let answer = app.call(method, &path).key(by).send().await.expect(403);
            assert!(answer.text.contains("keys:manage"), "{}", answer.text);
        }
        app.call(method, &path).send().await.expect(401);
    }
    app.stop().await;
}
