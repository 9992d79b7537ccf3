//! Hostile case 27: a node is killed in the middle of a write, and its client tries again at another.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio_postgres::Client;

use crate::app::{Answer, App};
use crate::process::{Deaf, Process, node};
use crate::shorthand::{managed, markdown};
use crate::watch::{Hand, expect_gapless, waiting};

/// A POST that its client may send again.
#[derive(Clone)]
struct Post {
    path: String,
    key: String,
    based_on: Option<String>,
    body: Value,
}

impl Post {
    async fn to(&self, app: &App) -> Answer {
        let call = app.manage("POST", &self.path).json(&self.body);
        let call = call.header("idempotency-key", &self.key);
        match &self.based_on {
            Some(etag) => call.if_match(etag).send().await,
            None => call.send().await,
        }
    }

    /// Sends it to a node that may die over it; an answer that does not come whole is none.
    fn begun_at(&self, base: &str, key: &str) -> JoinHandle<Option<u16>> {
        let url = format!("{base}/v1/manage{}", self.path);
        let mut call = reqwest::Client::new()
            .request(Method::POST, url)
            .header("authorization", format!("Bearer {key}"))
            .header("content-type", "application/json")
            .header("idempotency-key", &self.key)
            .body(self.body.to_string());
        if let Some(etag) = &self.based_on {
            call = call.header("if-match", etag);
        }
        tokio::spawn(async move {
            let answer = call.send().await.ok()?;
            let status = answer.status().as_u16();
            answer.text().await.ok().map(|_| status)
        })
    }
}

async fn count(sql: &Client, query: &str) -> i64 {
    sql.query_one(query, &[]).await.unwrap().get(0)
}

async fn connections(sql: &Client) -> Vec<i32> {
    let all = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()";
    let rows = sql.query(all, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

async fn other_node(app: &App) -> (Process, String) {
    node(&app.database_url, &["--log=error"]).await.unwrap()
}

/// Kills a node after it has committed this and before it answers, if the machine is quick enough.
async fn killed_after_commit(app: &App, post: &Post, done: &str) -> bool {
    let sql = app.sql().await;
    let others = connections(&sql).await;
    let (mut doomed, base) = other_node(app).await;
    let deaf = loop {
        if let Some(deaf) = Deaf::make(&sql, &others).await.unwrap() {
            break deaf;
        }
    };
    app.publish(json!({"headline": "Van een ander"})).await;
    let before = count(&sql, done).await;
    let answer = post.begun_at(&base, &app.admin);
    while count(&sql, done).await == before {
        assert!(!answer.is_finished(), "it is answered before it is done");
    }
    doomed.kill();
    drop(deaf);
    assert_eq!(count(&sql, done).await, before + 1);
    answer.await.unwrap().is_none()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_gets_the_first_answer_of_a_node_that_was_killed_between_commit_and_answer() {
    let app = App::start().await;
    let sql = app.sql().await;
    let mut tries = 0;
    for act in ["section", "publication", "update"] {
        loop {
            tries += 1;
            assert!(tries < 12, "the machine is too slow to kill it in time");
            let article = app
                .publish(json!({"headline": format!("Kop {tries}")}))
                .await;
            let path = format!("/articles/{}", article.id());
            let changed = app
                .patch(&path, &article, json!({"headline": "Beter"}))
                .await
                .expect(200);
            let (path, based_on, body, done) = match act {
                "section" => (
                    "/sections".to_owned(),
                    None,
                    json!({"name": format!("Water {tries}")}),
                    "SELECT count(*) FROM newsroom.sections",
                ),
                "publication" => (
                    format!("{path}/publish"),
                    Some(changed.etag()),
                    json!({}),
                    "SELECT count(*) FROM newsroom.audit WHERE action = 'publish_article'",
                ),
                _ => (
                    format!("{path}/updates"),
                    None,
                    json!({"body": markdown("Later.")}),
                    "SELECT count(*) FROM newsroom.updates",
                ),
            };
            let key = format!("poging-{tries}");
            let post = Post {
                path,
                key,
                based_on,
                body,
            };
            if !killed_after_commit(&app, &post, done).await {
                continue;
            }
            let (writes, things) = (
                count(&sql, "SELECT count(*) FROM newsroom.audit").await,
                count(&sql, done).await,
            );
            let retry = post.to(&app).await;
            assert!([200, 201].contains(&retry.status), "{act}: {}", retry.text);
            let now = managed(
                &app,
                match act {
                    "publication" => post.path.trim_end_matches("/publish"),
                    _ => retry.header("location").trim_start_matches("/v1/manage"),
                },
            )
            .await;
            assert_eq!((now.id(), now.etag()), (retry.id(), retry.etag()), "{act}");
            assert_eq!(post.to(&app).await.text, retry.text, "{act}");
            assert_eq!(
                (
                    count(&sql, "SELECT count(*) FROM newsroom.audit").await,
                    count(&sql, done).await
                ),
                (writes, things),
                "{act} was done twice"
            );
            break;
        }
    }
    expect_gapless(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_node_that_was_killed_before_its_commit_nothing_is_left_and_the_retry_does_it() {
    let app = App::start().await;
    let sql = app.sql().await;
    let post = Post {
        path: "/sections".to_owned(),
        key: "een".to_owned(),
        based_on: None,
        body: json!({"name": "Water"}),
    };
    let (mut doomed, base) = other_node(&app).await;
    let hand = Hand::on_counter(&app).await;
    let answer = post.begun_at(&base, &app.admin);
    waiting(&app, 1).await;
    doomed.kill();
    assert_eq!(answer.await.unwrap(), None);

    // The dead node's transaction is still open, since nobody has told Postgres. The retry waits for its end.
    let (retry, ()) = tokio::join!(post.to(&app), async {
        waiting(&app, 2).await;
        hand.let_go().await;
    });
    let made = retry.expect(201);
    assert_eq!(post.to(&app).await.text, made.text);
    for (query, wanted) in [
        ("SELECT count(*) FROM newsroom.sections", 1),
        (
            "SELECT count(*) FROM newsroom.audit WHERE action = 'create_section'",
            1,
        ),
        ("SELECT seq FROM delivery.head", 1),
        ("SELECT count(*) FROM newsroom.idempotency", 1),
    ] {
        assert_eq!(count(&sql, query).await, wanted, "{query}");
    }
    expect_gapless(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_node_held_is_free_again_at_once() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "Getij"})).await;
    let path = format!("/articles/{}", article.id());
    let (mut doomed, base) = other_node(&app).await;
    let hand = Hand::on_counter(&app).await;
    let post = Post {
        path: format!("{path}/withdraw"),
        key: "een".to_owned(),
        based_on: Some(article.etag()),
        body: json!({}),
    };
    // It holds the article's row, and waits for the counter.
    let answer = post.begun_at(&base, &app.admin);
    waiting(&app, 1).await;
    doomed.kill();
    assert_eq!(answer.await.unwrap(), None);
    hand.let_go().await;

    let begun = std::time::Instant::now();
    let changed = app
        .patch(&path, &article, json!({"headline": "Beter"}))
        .await;
    assert!(begun.elapsed() < Duration::from_secs(2));
    changed.expect(200);
    assert_eq!(
        app.get("/v1/articles/getij").await.expect(200).json["headline"],
        "Getij"
    );
    app.stop().await;
}
