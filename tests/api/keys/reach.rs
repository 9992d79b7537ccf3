//! A key never makes a broader one: not in scopes, not in time, not by another's secret, not while it is being revoked.

use std::pin::pin;

use kroniek::auth::Role;
use serde_json::{Value, json};

use super::{act, act_as, made, secret};
use crate::app::{Answer, App};
use crate::watch::waiting;

async fn make_as(app: &App, by: &str, body: Value) -> Answer {
    let call = app.call("POST", "/v1/manage/keys").key(by);
    call.json(&body).send().await
}

async fn keys(app: &App) -> i64 {
    let count = "SELECT count(*) FROM newsroom.api_keys";
    let sql = app.sql().await;
    sql.query_one(count, &[]).await.unwrap().get(0)
}

/// A key that manages keys and reads content.
async fn warden(app: &App) -> Answer {
    made(app, json!(["keys:manage", "content:read"])).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_makes_no_key_with_a_scope_that_it_lacks() {
    let app = App::start().await;
    let warden = secret(&warden(&app).await);
    let known = keys(&app).await;
    for (body, lacking) in [
        (json!({"role": "author"}), vec!["content:write"]),
        (
            json!({"role": "editor"}),
            vec!["content:write", "content:publish"],
        ),
        (
            json!({"role": "admin"}),
            vec!["site:write", "content:purge"],
        ),
        (json!({"role": "partner"}), vec!["syndication:read"]),
        (
            json!({"scopes": ["content:read", "audit:read"]}),
            vec!["audit:read"],
        ),
        (json!({"scopes": ["content:purge"]}), vec!["content:purge"]),
    ] {
        let mut body = body;
        body["name"] = json!("Breder");
        let answer = make_as(&app, &warden, body.clone()).await.expect(403);
        assert_eq!(answer.problem(), "missing-scope");
        for scope in lacking {
            assert!(answer.text.contains(scope), "{body}: {}", answer.text);
        }
    }
    assert_eq!(keys(&app).await, known);
    for scopes in [
        json!(["content:read"]),
        json!(["keys:manage", "content:read", "content:read"]),
    ] {
        make_as(
            &app,
            &warden,
            json!({"name": "Even breed", "scopes": scopes}),
        )
        .await
        .expect(201);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_manages_partners_gives_out_their_keys_and_nobody_else_does() {
    let app = App::start().await;
    let partner = json!({"name": "Krant", "role": "partner"});
    make_as(&app, &app.admin, partner.clone()).await.expect(201);
    let warden = secret(&warden(&app).await);
    make_as(&app, &warden, partner).await.expect(403);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_rotates_and_revokes_no_broader_one() {
    let app = App::start().await;
    let warden = warden(&app).await;
    let by = secret(&warden);
    let (equal, broader) = (
        made(&app, json!(["content:read"])).await,
        made(&app, json!(["content:read", "content:write"])).await,
    );
    for what in ["rotate", "revoke"] {
        let refused = act_as(&app, &by, (&broader.id(), what), json!({})).await;
        assert!(refused.text.contains("content:write"), "{}", refused.text);
        refused.expect(403);
    }
    let read = app
        .manage("GET", &format!("/keys/{}", broader.id()))
        .send()
        .await;
    assert_eq!(
        (read.etag(), &read.json["status"]),
        ("\"1\"".to_owned(), &json!("active"))
    );
    for what in ["rotate", "revoke"] {
        act_as(&app, &by, (&equal.id(), what), json!({}))
            .await
            .expect(200);
    }
    // Itself too, and then it can do nothing any more.
    for (what, status) in [("rotate", 200), ("revoke", 200), ("revoke", 401)] {
        act_as(&app, &by, (&warden.id(), what), json!({}))
            .await
            .expect(status);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_with_a_scope_that_this_version_does_not_know_is_broader_than_all() {
    let app = App::start().await;
    let key = made(&app, json!(["content:read"])).await;
    let sql =
        "UPDATE newsroom.api_keys SET scopes = scopes || 'later:scope'::text WHERE name = 'Toets'";
    app.sql().await.execute(sql, &[]).await.unwrap();
    let refused = act(&app, &key.id(), "rotate", json!({})).await.expect(403);
    assert!(refused.text.contains("later:scope"), "{}", refused.text);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_ends_makes_and_rotates_none_that_outlives_it() {
    let app = App::start().await;
    let at = |hours: i64| {
        (chrono::Utc::now() + chrono::Duration::hours(hours))
            .to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
    };
    let guest = app
        .make(
            "/keys",
            json!({"name": "Gast", "role": "admin", "expires_at": at(2)}),
        )
        .await;
    let by = secret(&guest);
    for expires_at in [json!(null), json!(at(3))] {
        let body = json!({"name": "Blijft", "role": "author", "expires_at": expires_at});
        let refused = make_as(&app, &by, body).await.expect(403);
        assert!(
            refused
                .text
                .contains(guest.json["expires_at"].as_str().unwrap())
        );
    }
    let body = json!({"name": "Mee", "role": "author", "expires_at": at(1)});
    let shorter = make_as(&app, &by, body).await.expect(201);
    act_as(&app, &by, (&shorter.id(), "rotate"), json!({}))
        .await
        .expect(200);
    let lasting = made(&app, json!(["content:read"])).await;
    act_as(&app, &by, (&lasting.id(), "rotate"), json!({}))
        .await
        .expect(403);
    act_as(&app, &by, (&lasting.id(), "revoke"), json!({}))
        .await
        .expect(200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_is_being_revoked_makes_nothing_any_more() {
    let app = App::start().await;
    let warden = warden(&app).await;
    let by = secret(&warden);
    let known = keys(&app).await;
    let hand = app.sql().await;
    hand.batch_execute("BEGIN; LOCK TABLE newsroom.audit IN EXCLUSIVE MODE")
        .await
        .unwrap();
    let id = warden.id();
    let revoking = act(&app, &id, "revoke", json!({}));
    let (revoked, late) = tokio::join!(revoking, async {
        waiting(&app, 1).await;
        let body = json!({"name": "Gauw nog", "scopes": ["content:read"]});
        let mut making = pin!(make_as(&app, &by, body));
        // Its key was still good when the request came in.
        tokio::select! {
            early = &mut making => panic!("it did not wait: {} {}", early.status, early.text),
            () = waiting(&app, 2) => {}
        }
        hand.batch_execute("COMMIT").await.unwrap();
        making.await
    });
    revoked.expect(200);
    late.expect(401);
    assert_eq!(keys(&app).await, known);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_keys_that_rotate_each_other_at_once_do_not_wait_in_a_circle() {
    let app = App::start().await;
    let (one, other) = (warden(&app).await, warden(&app).await);
    let (first, second) = ((secret(&one), other.id()), (secret(&other), one.id()));
    let hand = app.sql().await;
    hand.batch_execute("BEGIN; SELECT FROM newsroom.api_keys FOR UPDATE")
        .await
        .unwrap();
    let (first, second, ()) = tokio::join!(
        act_as(&app, &first.0, (&first.1, "rotate"), json!({})),
        act_as(&app, &second.0, (&second.1, "rotate"), json!({})),
        async {
            waiting(&app, 2).await;
            hand.batch_execute("COMMIT").await.unwrap();
        }
    );
    first.expect(200);
    second.expect(200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_roles_bundles_are_what_their_keys_have() {
    let app = App::start().await;
    for role in [Role::Author, Role::Editor, Role::Admin, Role::Partner] {
        let body = json!({"name": "Rol", "role": role.as_str()});
        let made = make_as(&app, &app.admin, body).await.expect(201);
        let scopes: Vec<&str> = role
            .scopes()
            .into_iter()
            .map(|scope| scope.as_str())
            .collect();
        assert_eq!(made.json["scopes"], json!(scopes));
    }
    app.stop().await;
}
