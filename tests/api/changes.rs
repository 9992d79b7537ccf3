//! The log: gapless, in the order of commits, whatever fails on the way; with the keys of all that was touched.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::join;

use crate::app::{Answer, App};
use crate::postgres::{database, settings};
use crate::watch::{Hand, expect_gapless, head, waiting};

pub fn update(text: &str) -> Value {
    json!({"body": {"format": "markdown", "source": text}})
}

/// Appends an update and repeats the request until it is acknowledged, as a client should.
async fn append(app: &App, article: &str, text: &str) {
    loop {
        let call = app
            .manage("POST", &format!("/articles/{article}/updates"))
            .header("idempotency-key", text);
        let answer = call.json(&update(text)).send().await;
        match answer.status {
            201 => return,
            409 if answer.problem() == "request-in-progress" => {}
            503 => assert!(!answer.header("retry-after").is_empty()),
            other => panic!("{other}: {}", answer.text),
        }
    }
}

/// Requests that end in a rollback, late and early.
async fn fail(app: &App, article: &str) {
    let expected = |answer: Answer, status| {
        assert!(
            answer.status == status || answer.status == 503,
            "{}",
            answer.text
        )
    };
    let ahead = json!({"body": {"format": "markdown", "source": "Morgen."}, "published_at": "2999-01-01T00:00:00Z"});
    expected(
        app.manage("POST", &format!("/articles/{article}/updates"))
            .json(&ahead)
            .send()
            .await,
        422,
    );
    expected(
        app.manage("POST", &format!("/articles/{article}/publish"))
            .if_match("\"99.99\"")
            .json(&json!({}))
            .send()
            .await,
        412,
    );
    expected(
        app.manage("POST", "/sections")
            .json(&json!({"name": "Bezet", "slug": "bezet"}))
            .send()
            .await,
        409,
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_writers_rollbacks_and_killed_connections_leave_no_gap_and_lose_nothing() {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Bezet"})).await;
    let mut articles = Vec::new();
    for number in 0..4 {
        articles.push(
            app.publish(json!({"headline": format!("Artikel {number}")}))
                .await
                .id(),
        );
    }
    let done = AtomicBool::new(false);
    let writers = join_all((0..8).map(|writer| {
        let (app, articles) = (&app, &articles);
        async move {
            for turn in 0..8 {
                append(
                    app,
                    &articles[(writer + turn) % 4],
                    &format!("Bericht {writer}-{turn}."),
                )
                .await;
                if turn % 4 == writer % 4 {
                    fail(app, &articles[turn % 4]).await;
                }
            }
        }
    }));
    let killer = async {
        let sql = app.sql().await;
        let kill = "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity
                    WHERE datname = current_database() AND application_name = 'kroniek' AND state <> 'idle' AND xact_start IS NOT NULL
                    ORDER BY random() LIMIT 1) s";
        let (mut killed, mut at) = (0, 0);
        while !done.load(Ordering::SeqCst) {
            // One after each few changes, so that the writers get on.
            let now = head(&app).await;
            if now > at + 3 {
                killed += sql.query_one(kill, &[]).await.unwrap().get::<_, i64>(0);
                at = now;
            }
        }
        killed
    };
    let reader = async {
        let sql = app.sql().await;
        while !done.load(Ordering::SeqCst) {
            let row = sql.query_one("SELECT count(*), coalesce(max(seq), 0), (SELECT seq FROM delivery.head) FROM delivery.changes", &[]).await.unwrap();
            assert_eq!(
                (row.get::<_, i64>(0), row.get::<_, i64>(1)),
                (row.get(1), row.get(2)),
                "a number was seen before one below it"
            );
        }
    };
    let finish = async {
        writers.await;
        done.store(true, Ordering::SeqCst);
    };
    let ((), killed, ()) = join!(finish, killer, reader);

    assert!(killed > 5, "only {killed} connections were killed");
    expect_gapless(&app).await;
    let mut seen = BTreeMap::new();
    for article in &articles {
        let page = app
            .get(&format!("/v1/articles/{article}/updates?body=text"))
            .await
            .expect(200);
        for (index, update) in page.json["data"].as_array().unwrap().iter().enumerate() {
            assert_eq!(update["number"], index + 1);
            *seen
                .entry(update["body"]["text"].as_str().unwrap().to_owned())
                .or_insert(0) += 1;
        }
    }
    let wanted: BTreeMap<String, i32> = (0..8)
        .flat_map(|writer| (0..8).map(move |turn| (format!("Bericht {writer}-{turn}."), 1)))
        .collect();
    assert_eq!(seen, wanted);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_behind_a_frozen_one_get_503_and_all_goes_on_when_it_is_gone() {
    let url = database().await;
    let mut quick = settings(&url);
    quick.lock_timeout = Duration::from_millis(300);
    let app = App::with(&url, &quick).await;
    let article = app.publish(json!({"headline": "Artikel"})).await.id();
    let before = head(&app).await;
    let hand = Hand::on_counter(&app).await;
    let path = format!("/articles/{article}/updates");

    let refused = join_all((0..4).map(|number| {
        app.manage("POST", &path)
            .json(&update(&format!("Te vroeg {number}.")))
            .send()
    }))
    .await;
    for answer in refused {
        assert_eq!(
            (answer.status, answer.problem()),
            (503, "unavailable"),
            "{}",
            answer.text
        );
        assert_eq!(answer.header("retry-after"), "1");
    }
    app.get("/v1/articles/artikel").await.expect(200);
    app.make(
        "/articles",
        json!({"headline": "Een concept gaat gewoon door"}),
    )
    .await;
    hand.let_go().await;

    app.make(&path, update("Op tijd.")).await;
    assert_eq!(head(&app).await, before + 1);
    let updates = app.get("/v1/articles/artikel/updates?body=text").await.json["data"].clone();
    assert_eq!(
        (
            updates.as_array().unwrap().len(),
            &updates[0]["body"]["text"]
        ),
        (1, &json!("Op tijd."))
    );
    expect_gapless(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_killed_while_it_waits_for_the_counter_writes_nothing_and_harms_nobody() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "Artikel"})).await.id();
    let path = format!("/articles/{article}/updates");
    let hand = Hand::on_counter(&app).await;
    let text = update("Een.");
    let (answer, ()) = join!(app.manage("POST", &path).json(&text).send(), async {
        waiting(&app, 1).await;
        let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND application_name = 'kroniek' AND pid <> pg_backend_pid()";
        app.sql().await.batch_execute(kill).await.unwrap();
    });
    assert_eq!(
        (answer.status, answer.header("retry-after")),
        (503, "1"),
        "{}",
        answer.text
    );
    hand.let_go().await;
    app.make(&path, update("Twee.")).await;
    let page = app.get("/v1/articles/artikel").await.expect(200);
    assert_eq!(page.json["update_count"], 1);
    expect_gapless(&app).await;
    app.stop().await;
}
