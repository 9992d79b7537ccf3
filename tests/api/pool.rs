//! The pools: one that is exhausted is told soon, no request holds two connections, and a client that goes away harms nobody.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;

use crate::app::{Answer, App};
use crate::openapi::operations;
use crate::postgres;
use crate::stale::proxy::Proxy;
use crate::statuses::{Publication, body};
use crate::watch::{Hand, waiting};

/// A server with one connection to each surface.
async fn of_one() -> App {
    let url = postgres::database().await;
    let mut settings = postgres::settings(&url);
    settings.pool_size = 1;
    App::with(&url, &settings).await
}

#[track_caller]
fn expect_away(answer: Answer) {
    let answer = answer.expect(503);
    assert_eq!(answer.header("retry-after"), "1");
    assert_eq!(answer.problem(), "unavailable");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_finds_no_free_connection_is_told_soon_and_so_are_all_who_ask_for_the_same() {
    let app = of_one().await;
    app.publish(json!({"headline": "Een"})).await;
    app.publish(json!({"headline": "Twee"})).await;
    let hand = app.sql().await;
    hand.batch_execute("BEGIN; LOCK TABLE delivery.articles")
        .await
        .unwrap();
    let holds = async { app.get("/v1/articles/een").await };
    let meanwhile = async {
        waiting(&app, 1).await;
        let begun = Instant::now();
        let same = (0..20).map(|_| app.get("/v1/articles/twee"));
        let others = (0..20).map(async |n| app.get(&format!("/v1/articles/{n}")).await);
        let (same, others) = tokio::join!(join_all(same), join_all(others));
        let took = begun.elapsed();
        same.into_iter().chain(others).for_each(expect_away);
        hand.batch_execute("ROLLBACK").await.unwrap();
        took
    };
    let (_, took) = tokio::join!(holds, meanwhile);
    assert!(took < Duration::from_secs(3), "{took:?}");
    let answers = join_all((0..20).map(|_| app.get("/v1/articles/twee"))).await;
    answers
        .into_iter()
        .for_each(|answer| drop(answer.expect(200)));

    let begun = Instant::now();
    let hand = app.sql().await;
    hand.batch_execute("BEGIN; LOCK TABLE newsroom.api_keys")
        .await
        .unwrap();
    let holds = async { app.manage("GET", "/articles").send().await };
    let meanwhile = async {
        waiting(&app, 1).await;
        let calls = (0..10).map(|_| app.manage("GET", "/articles").send());
        join_all(calls).await.into_iter().for_each(expect_away);
        hand.batch_execute("ROLLBACK").await.unwrap();
    };
    let (held, ()) = tokio::join!(holds, meanwhile);
    held.expect(200);
    assert!(begun.elapsed() < Duration::from_secs(5));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_one_connection_every_operation_answers() {
    let publication = Publication::on(of_one().await).await;
    let app = &publication.app;
    let mut all = operations();
    all.sort_by_key(|(path, method, _)| (path.ends_with("/purge"), *method == "delete"));
    for (path, method, operation) in all {
        let id = operation["operationId"].as_str().unwrap();
        let query = if path == "/v1/resolve" {
            "?path=/nieuw/nieuw"
        } else {
            ""
        };
        let name = if id == "merge_entity" {
            "dubbel"
        } else {
            "nieuw"
        };
        let url = format!("{}{query}", publication.path(path, name));
        let call = app
            .call(&method.to_uppercase(), &url)
            .key(&app.admin)
            .if_match("*");
        let call = if operation.get("requestBody").is_some() {
            call.json(&body(id))
        } else {
            call
        };
        let answer = call.send().await;
        assert_ne!(answer.status, 503, "{id}: {}", answer.text);
    }
    app.get("/health/ready").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_goes_away_leaves_the_connection_as_it_found_it() {
    let app = of_one().await;
    app.publish(json!({"headline": "Een"})).await;
    app.publish(json!({"headline": "Twee"})).await;
    let hand = app.sql().await;
    hand.batch_execute("BEGIN; LOCK TABLE delivery.articles")
        .await
        .unwrap();
    {
        let reads = app.get("/v1/articles/een");
        tokio::select! {
            _ = reads => panic!("it can't be answered"),
            () = waiting(&app, 1) => {}
        }
    }
    hand.batch_execute("ROLLBACK").await.unwrap();
    for (slug, headline) in [("twee", "Twee"), ("een", "Een")] {
        let answer = until_there(&app, &format!("/v1/articles/{slug}")).await;
        assert_eq!(answer.json["headline"], headline);
    }

    let counter = Hand::on_counter(&app).await;
    let (section, author) = (json!({"name": "Half"}), json!({"name": "Heel"}));
    {
        let writes = app.manage("POST", "/sections").json(&section).send();
        tokio::select! {
            _ = writes => panic!("it can't be answered"),
            () = waiting(&app, 1) => {}
        }
    }
    counter.let_go().await;
    let made = app
        .manage("POST", "/authors")
        .json(&author)
        .send()
        .await
        .expect(201);
    assert_eq!(made.json["name"], "Heel");
    let sections = app.manage("GET", "/sections").send().await.expect(200);
    let names: Vec<_> = sections.json["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert!(
        names.is_empty() || names == ["Half"],
        "whole or not at all: {names:?}"
    );
    let hand = app.sql().await;
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'kroniek' AND state LIKE 'idle in transaction%'";
    assert_eq!(hand.query_one(open, &[]).await.unwrap().get::<_, i64>(0), 0);
    app.stop().await;
}

/// The answer, once the reading that nobody waits for any more has let go of the connection.
async fn until_there(app: &App, path: &str) -> Answer {
    let begun = Instant::now();
    loop {
        let answer = app.get(path).await;
        if answer.status == 200 {
            return answer;
        }
        expect_away(answer);
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "{path} stays away"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reading_of_a_frozen_database_is_given_up() {
    let proxy = Proxy::to(&postgres::database().await).await;
    let mut settings = postgres::settings(&proxy.database_url);
    settings.delivery_statement_timeout = Duration::from_millis(200);
    let app = App::with(&proxy.database_url, &settings).await;
    app.publish(json!({"headline": "Een"})).await;
    app.get("/v1/articles/een").await.expect(200);
    app.get("/v1/articles").await.expect(200);
    proxy.freeze(true);
    let begun = Instant::now();
    let reads = (0..3).map(async |n| app.get(&format!("/v1/articles/not-kept-{n}")).await);
    join_all(reads).await.into_iter().for_each(expect_away);
    assert!(begun.elapsed() < Duration::from_secs(20));
    proxy.freeze(false);
    while app.get("/v1/articles/een?fields=headline").await.status != 200 {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "it never recovers"
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_leaves_while_looking_at_a_preview_leaves_the_door_free() {
    let app = App::start().await;
    let draft = app.make("/articles", json!({"headline": "Ontwerp"})).await;
    let path = format!("/articles/{}/preview", draft.id());
    let made = app.make(&path, json!({})).await;
    let url = made.json["url"].as_str().unwrap();
    let hand = app.sql().await;
    let hold = format!(
        "BEGIN; SELECT FROM newsroom.articles WHERE id = '{}' FOR UPDATE",
        draft.id()
    );
    hand.batch_execute(&hold).await.unwrap();
    tokio::select! {
        answer = app.get(url) => panic!("{}", answer.text),
        () = waiting(&app, 1) => {}
    }
    hand.batch_execute("COMMIT").await.unwrap();
    app.publish(json!({"headline": "Ander"})).await;
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    let begun = Instant::now();
    while hand.query_one(open, &[]).await.unwrap().get::<_, i64>(0) > 0 {
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
    app.stop().await;
}
