//! Who may call: the key is looked at before anything else of the request.

use kroniek::auth::Role;
use serde_json::json;

use crate::app::App;
use crate::openapi::{filled, operations};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_key_is_wrong_in_one_way_and_a_revoked_one_at_once_on_every_node() {
    let app = App::start().await;
    let other = App::on(&app.database_url).await;
    let key = app.key(Role::Editor).await;
    other
        .call("GET", "/v1/manage/articles")
        .key(&key)
        .send()
        .await
        .expect(200);
    let sql = app.sql().await;
    sql.execute(
        "UPDATE newsroom.api_keys SET revoked_at = now() WHERE role = 'editor'",
        &[],
    )
    .await
    .unwrap();
    let expired = app.key(Role::Author).await;
    sql.execute("UPDATE newsroom.api_keys SET expires_at = now() - interval '1 second' WHERE role = 'author'", &[]).await.unwrap();
    let mut bodies = Vec::new();
    let never = format!("kroniek_{}", "A".repeat(43));
    let close = format!(
        "{}{}",
        &key[..key.len() - 1],
        if key.ends_with('A') { "B" } else { "A" }
    );
    let long = "x".repeat(10_000);
    for wrong in [
        key.as_str(),
        &expired,
        &never,
        &close,
        &key.to_uppercase(),
        &long,
        &key[..16],
        "kroniek_unknown",
        "kroniek_",
        "x",
    ] {
        for path in ["/v1/manage/articles", "/v1/articles"] {
            let answer = other
                .call("GET", path)
                .key(wrong)
                .header("x-request-id", "same")
                .send()
                .await
                .expect(401);
            assert!(answer.header("www-authenticate").starts_with("Bearer"));
            let mut told = answer.headers;
            told.retain(|(name, _)| name != "date");
            // What management answers is kept by no cache; nor is any 401.
            told.iter_mut()
                .filter(|(name, _)| name == "cache-control")
                .for_each(|(_, value)| value.truncate("no-store".len()));
            told.sort();
            bodies.push((told, answer.text));
        }
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    app.call("GET", "/v1/articles?api_key=x")
        .send()
        .await
        .expect(400);
    app.call("GET", "/v1/manage/articles")
        .send()
        .await
        .expect(401);
    other.stop().await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_does_what_its_scopes_name_and_nothing_else() {
    let app = App::start().await;
    let roles: [(Role, &[&str]); 4] = [
        (Role::Author, &["content:read", "content:write"]),
        (
            Role::Editor,
            &["content:read", "content:write", "content:publish"],
        ),
        (
            Role::Admin,
            &[
                "content:read",
                "content:write",
                "content:publish",
                "content:purge",
                "site:write",
                "keys:manage",
                "partners:manage",
                "webhooks:manage",
                "audit:read",
            ],
        ),
        (Role::Partner, &["syndication:read"]),
    ];
    let mut wrong = Vec::new();
    for (role, scopes) in roles {
        let key = app.key(role).await;
        if role == Role::Partner {
            app.bind("partner").await;
        }
        for (path, method, operation) in operations() {
            let scope = operation["security"][0]["api_key"][0].as_str();
            let may = scope.is_none_or(|scope| scopes.contains(&scope));
            let answer = app
                .call(&method.to_uppercase(), &filled(path))
                .key(&key)
                .send()
                .await;
            if answer.status == 401 || (answer.status == 403) == may {
                wrong.push(format!(
                    "{method} {path} as {role:?}: {} {}",
                    answer.status, answer.text
                ));
            }
            if !may && !answer.text.contains(scope.unwrap_or_default()) {
                wrong.push(format!(
                    "{method} {path} does not name {scope:?}: {}",
                    answer.text
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_not_write_does_not_learn_what_is_wrong_with_the_body() {
    let app = App::start().await;
    let partner = app.key(Role::Partner).await;
    for (key, status) in [("kroniek_wrong", 401), (partner.as_str(), 403)] {
        for body in ["{", "{\"headline\": 1}", &"x".repeat(3 << 20)] {
            app.call("POST", "/v1/manage/articles")
                .key(key)
                .body("application/json", body.to_owned())
                .send()
                .await
                .expect(status);
        }
    }
    let author = app.key(Role::Author).await;
    let made = app.make("/articles", json!({"headline": "Een"})).await;
    let publish = app
        .call(
            "POST",
            &format!("/v1/manage/articles/{}/publish", made.id()),
        )
        .key(&author);
    publish
        .if_match(&made.etag())
        .json(&json!({}))
        .send()
        .await
        .expect(403);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_not_call_does_not_learn_what_else_is_wrong_with_the_request() {
    let app = App::start().await;
    let partner = app.key(Role::Partner).await;
    for (path, method, operation) in operations() {
        let managed = path.starts_with("/v1/manage");
        let writes = operation.get("requestBody").is_some();
        let keys = [
            (Some("kroniek_wrong"), 401),
            (None, 401),
            (Some(partner.as_str()), 403),
        ];
        for (key, status) in keys.into_iter().take(if managed { 3 } else { 1 }) {
            for url in [
                format!("{}?nonsense=1", filled(path)),
                path.replace('{', "%7B").replace('}', "!"),
            ] {
                let mut call = app
                    .call(&method.to_uppercase(), &url)
                    .header("idempotency-key", &"x".repeat(300))
                    .header("if-match", "not a tag");
                if let Some(key) = key {
                    call = call.key(key);
                }
                if writes {
                    call = call.body("text/plain", "{");
                }
                let answer = call.send().await;
                assert_eq!(answer.status, status, "{method} {url}: {}", answer.text);
            }
        }
    }
    app.stop().await;
}
