//! Retries: the same POST with the same Idempotency-Key is done once, and answered alike for a day.

use std::time::Duration;

use futures_util::future::join_all;
use kroniek::auth::Role;
use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::postgres::{database, settings};
use crate::watch::{Hand, head, waiting};

/// What a client can tell of an answer to a write.
fn told(answer: &Answer) -> (u16, String, String, String, String) {
    let header = |name| answer.header(name).to_owned();
    (
        answer.status,
        header("location"),
        header("etag"),
        header("cache-control"),
        answer.text.clone(),
    )
}

async fn post(app: &App, path: &str, key: &str, body: &Value) -> Answer {
    app.manage("POST", path)
        .header("idempotency-key", key)
        .json(body)
        .send()
        .await
}

/// How many authors there are.
async fn authors(app: &App) -> i64 {
    app.sql()
        .await
        .query_one("SELECT count(*) FROM newsroom.authors", &[])
        .await
        .unwrap()
        .get(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_request_gets_the_first_answer_and_makes_one_thing() {
    let app = App::start().await;
    let first = post(&app, "/authors", "een", &json!({"name": "Fenna Loman"}))
        .await
        .expect(201);
    let again = post(&app, "/authors", "een", &json!({"name": "Fenna Loman"})).await;
    assert_eq!(told(&again), told(&first));
    assert!(first.header("location").ends_with(&first.id()));
    assert_eq!(authors(&app).await, 1);
    let audit: i64 = app
        .sql()
        .await
        .query_one("SELECT count(*) FROM newsroom.audit", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(audit, 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_at_once_get_one_answer_and_make_one_thing() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "Artikel"})).await;
    let before = head(&app).await;
    let (path, body) = (
        format!("/articles/{}/updates", article.id()),
        json!({"body": {"format": "markdown", "source": "Later."}}),
    );
    let answers = join_all((0..8).map(|_| post(&app, &path, "een", &body))).await;
    let done: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status != 409)
        .map(told)
        .collect();
    assert!(
        !done.is_empty()
            && done
                .iter()
                .all(|answer| answer.0 == 201 && *answer == done[0]),
        "{done:?}"
    );
    assert!(
        answers
            .iter()
            .all(|answer| answer.status == 201 || answer.problem() == "request-in-progress")
    );
    assert_eq!(head(&app).await, before + 1);
    assert_eq!(
        app.get("/v1/articles/artikel").await.json["update_count"],
        1
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_body_is_refused() {
    let app = App::start().await;
    post(&app, "/authors", "een", &json!({"name": "Fenna Loman"}))
        .await
        .expect(201);
    for body in [
        json!({"name": "Iemand Anders"}),
        json!({"name": "Fenna Loman", "slug": null}),
    ] {
        assert_eq!(
            post(&app, "/authors", "een", &body)
                .await
                .expect(422)
                .problem(),
            "idempotency-key-reused"
        );
    }
    assert_eq!(authors(&app).await, 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_route_or_another_api_key_is_another_request() {
    let app = App::start().await;
    let body = json!({"name": "Water"});
    let author = post(&app, "/authors", "een", &body).await.expect(201);
    let section = post(&app, "/sections", "een", &body).await.expect(201);
    let other = app.key(Role::Admin).await;
    let second = app
        .call("POST", "/v1/manage/authors")
        .key(&other)
        .header("idempotency-key", "een")
        .json(&body)
        .send()
        .await
        .expect(201);
    assert!(author.id() != section.id() && author.id() != second.id());
    assert_eq!(authors(&app).await, 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_failed_does_not_stand_in_the_way_of_its_retry() {
    let app = App::start().await;
    let body = json!({"headline": "Artikel", "section": "water"});
    post(&app, "/articles", "een", &body).await.expect(422);
    app.make("/sections", json!({"name": "Water"})).await;
    post(&app, "/articles", "een", &body).await.expect(201);

    let taken = app
        .make("/authors", json!({"name": "Fenna", "slug": "fenna"}))
        .await;
    let body = json!({"name": "Een andere Fenna", "slug": "fenna"});
    post(&app, "/authors", "twee", &body).await.expect(409);
    app.manage("DELETE", "/authors/fenna")
        .if_match(&taken.etag())
        .send()
        .await
        .expect(204);
    post(&app, "/authors", "twee", &body).await.expect(201);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_act_repeated_with_the_version_it_was_based_on_gets_its_first_answer() {
    let app = App::start().await;
    let draft = app.make("/articles", json!({"headline": "Artikel"})).await;
    let path = format!("/articles/{}/publish", draft.id());
    let call = || {
        app.manage("POST", &path)
            .if_match("\"1.1\"")
            .header("idempotency-key", "een")
            .json(&json!({}))
            .send()
    };
    let first = call().await.expect(200);
    let before = head(&app).await;
    assert_eq!(told(&call().await), told(&first));
    assert_eq!(head(&app).await, before);
    app.act(&draft, "publish", json!({})).await.expect(412);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_was_cut_off_gets_the_answer_on_its_retry() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "Artikel"})).await;
    let (path, body) = (
        format!("/articles/{}/updates", article.id()),
        json!({"body": {"format": "markdown", "source": "Later."}}),
    );
    let hand = Hand::on_counter(&app).await;
    tokio::select! {
        answer = post(&app, &path, "een", &body) => panic!("{}", answer.text),
        () = waiting(&app, 1) => {}
    }
    hand.let_go().await;
    let retry = post(&app, &path, "een", &body).await.expect(201);
    assert_eq!(told(&post(&app, &path, "een", &body).await), told(&retry));
    assert_eq!(
        app.get("/v1/articles/artikel").await.json["update_count"],
        1
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_node_gives_the_answer_of_one_that_died_after_its_commit() {
    let url = database().await;
    let node = App::on(&url).await;
    let key = node.admin.clone();
    let first = post(&node, "/authors", "een", &json!({"name": "Fenna Loman"}))
        .await
        .expect(201);
    node.stop().await;
    let other = App::on(&url).await;
    let retry = other
        .call("POST", "/v1/manage/authors")
        .key(&key)
        .header("idempotency-key", "een")
        .json(&json!({"name": "Fenna Loman"}));
    assert_eq!(told(&retry.send().await), told(&first));
    assert_eq!(authors(&other).await, 1);
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_while_the_first_still_runs_is_told_so() {
    let url = database().await;
    let mut quick = settings(&url);
    quick.lock_timeout = Duration::from_millis(200);
    let app = App::with(&url, &quick).await;
    let other = app.sql().await;
    let running =
        "BEGIN; INSERT INTO newsroom.idempotency (key_id, route, key, body_hash, created_at)
                   SELECT id, 'POST /v1/manage/authors', 'een', 'x', now() FROM newsroom.api_keys";
    other.batch_execute(running).await.unwrap();
    let told = post(&app, "/authors", "een", &json!({"name": "Fenna Loman"}))
        .await
        .expect(409);
    assert_eq!(told.problem(), "request-in-progress");
    other.batch_execute("ROLLBACK").await.unwrap();
    post(&app, "/authors", "een", &json!({"name": "Fenna Loman"}))
        .await
        .expect(201);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_by_patch_put_and_delete_pass_it_over() {
    let app = App::start().await;
    let author = app.make("/authors", json!({"name": "Een"})).await;
    let mut etag = author.etag();
    for (key, name) in [("een", "Twee"), ("een", "Drie"), ("\u{1}", "Vier")] {
        let call = app.manage("PATCH", "/authors/een").if_match(&etag);
        let call = if key == "een" {
            call.header("idempotency-key", key)
        } else {
            call.header("idempotency-key", "ë")
        };
        let changed = call.json(&json!({"name": name})).send().await.expect(200);
        assert_eq!(changed.json["name"], name);
        etag = changed.etag();
    }
    let site = app.manage("GET", "/site").send().await;
    for etag in [site.etag(), "\"2\"".to_owned()] {
        app.manage("PUT", "/site/donation-links")
            .if_match(&etag)
            .header("idempotency-key", "een")
            .json(&json!([]))
            .send()
            .await
            .expect(200);
    }
    app.manage("DELETE", "/authors/een")
        .if_match(&etag)
        .header("idempotency-key", "een")
        .send()
        .await
        .expect(204);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_and_without_quotes_it_is_the_same_key() {
    let app = App::start().await;
    let body = json!({"name": "Fenna Loman"});
    let first = post(
        &app,
        "/authors",
        "8e03978e-40d5-43e8-bc93-6894a57f9324",
        &body,
    )
    .await
    .expect(201);
    assert_eq!(
        told(
            &post(
                &app,
                "/authors",
                "\"8e03978e-40d5-43e8-bc93-6894a57f9324\"",
                &body
            )
            .await
        ),
        told(&first)
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_malformed_key_is_refused() {
    let app = App::start().await;
    let long = "x".repeat(201);
    for key in ["", " ", "\"\"", "sleutel\u{eb}", "een\ttwee", &long] {
        assert_eq!(
            post(&app, "/authors", key, &json!({"name": "Fenna"}))
                .await
                .expect(400)
                .problem(),
            "invalid-header",
            "{key:?}"
        );
    }
    let twice = app
        .manage("POST", "/authors")
        .header("idempotency-key", "een")
        .header("idempotency-key", "twee");
    assert_eq!(
        twice
            .json(&json!({"name": "Fenna"}))
            .send()
            .await
            .expect(400)
            .problem(),
        "invalid-header"
    );
    post(
        &app,
        "/authors",
        &"x".repeat(200),
        &json!({"name": "Fenna"}),
    )
    .await
    .expect(201);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_day_the_key_is_free_again() {
    let app = App::start().await;
    let first = post(&app, "/authors", "een", &json!({"name": "Fenna Loman"}))
        .await
        .expect(201);
    let age = async |age: &str| {
        let sql = format!(
            "UPDATE newsroom.idempotency SET created_at = clock_timestamp() - interval '{age}'"
        );
        app.sql().await.batch_execute(&sql).await.unwrap();
    };
    age("23 hours 59 minutes").await;
    assert_eq!(
        post(&app, "/authors", "een", &json!({"name": "Fenna Loman"}))
            .await
            .id(),
        first.id()
    );
    age("24 hours 1 minute").await;
    let second = post(&app, "/authors", "een", &json!({"name": "Iemand Anders"}))
        .await
        .expect(201);
    assert_eq!(second.json["name"], "Iemand Anders");
    assert_eq!(
        told(&post(&app, "/authors", "een", &json!({"name": "Iemand Anders"})).await),
        told(&second)
    );

    age("24 hours 1 minute").await;
    let forgotten =
        kroniek::http::idempotency::forget_old(&mut app.store.pools.newsroom().await.unwrap())
            .await
            .unwrap();
    assert_eq!(forgotten, 1);
    app.stop().await;
}
