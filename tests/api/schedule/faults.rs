//! The schedule where nodes meet, the database is away, or what was scheduled can't be done.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{acted, at, draft, let_pass, now};
use crate::app::{Answer, App};
use crate::campaigns::reached;
use crate::shorthand::{read, slugs};
use crate::watch::{Away, Hand, head, holding, waiting};

const AHEAD: &str = super::AHEAD;
const FAR: &str = super::FAR;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_do_each_act_once() {
    let app = App::start().await;
    let other = App::on(&app.database_url).await;
    let mut made = Vec::new();
    for n in 0..12 {
        let article = draft(&app, &format!("Artikel {n}")).await;
        made.push(at(&app, &article, "publish", AHEAD).await.expect(200));
    }
    let all: Vec<&Answer> = made.iter().collect();
    let before = head(&app).await;
    // Both are at it at once: neither gets past the counter before the other has chosen what to do.
    let hand = Hand::on_counter(&app).await;
    let_pass(&app, "publish_at", 0, &all).await;
    waiting(&app, 2).await;
    hand.let_go().await;
    reached(&other, before + 12).await;
    assert_eq!(slugs(&other, "/v1/articles").await.len(), 12);
    acted(&app, 12).await;
    let sql = app.sql().await;
    app.stop().await;
    other.stop().await;
    for query in [
        "SELECT count(*) FROM newsroom.audit WHERE action = 'publish_scheduled'",
        "SELECT count(DISTINCT id) FROM delivery.changes WHERE event = 'article.published'",
        "SELECT count(*) FROM delivery.changes WHERE event = 'article.published'",
    ] {
        let count: i64 = sql.query_one(query, &[]).await.unwrap().get(0);
        assert_eq!(count, 12, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_came_due_while_no_node_ran_or_no_database_was_there_is_done_afterwards() {
    let app = App::start().await;
    let made = draft(&app, "Een").await;
    at(&app, &made, "publish", AHEAD).await.expect(200);
    let before = head(&app).await;
    let (url, sql) = (app.database_url.clone(), app.sql().await);
    app.stop().await;
    sql.batch_execute("UPDATE newsroom.articles SET publish_at = '2025-01-01'")
        .await
        .unwrap();
    let app = App::on(&url).await;
    reached(&app, before + 1).await;
    let shown = read(&app, "/v1/articles/een").await;
    assert_eq!(
        shown["published_at"], "2025-01-01T00:00:00.000Z",
        "the date that its editors gave it"
    );

    let published = now(&app, &made).await;
    at(&app, &published, "withdraw", AHEAD).await.expect(200);
    sql.batch_execute("UPDATE newsroom.articles SET withdraw_at = clock_timestamp() + interval '200 milliseconds'")
        .await
        .unwrap();
    let away = Away::take(&app).await;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(1200) {
        app.get("/v1/authors").await.expect(503);
    }
    away.back().await;
    reached(&app, before + 2).await;
    app.get("/v1/articles/een").await.expect(410);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_times_that_passed_during_an_outage_the_later_holds() {
    let app = App::start().await;
    let (short, back) = (
        draft(&app, "Kort").await,
        app.publish(json!({"headline": "Terug"})).await,
    );
    let begins = at(&app, &short, "publish", AHEAD).await.expect(200);
    at(&app, &begins, "withdraw", FAR).await.expect(200);
    let ends = at(&app, &back, "withdraw", AHEAD).await.expect(200);
    at(&app, &ends, "publish", FAR).await.expect(200);
    let before = head(&app).await;
    let (url, sql) = (app.database_url.clone(), app.sql().await);
    app.stop().await;
    sql.batch_execute(
        "UPDATE newsroom.articles SET publish_at = publish_at - interval '910 years', withdraw_at = withdraw_at - interval '910 years'",
    )
    .await
    .unwrap();
    let app = App::on(&url).await;
    acted(&app, 2).await;

    app.get("/v1/articles/kort").await.expect(404);
    assert_eq!(holding(&app, &short.id()).await, Vec::<String>::new());
    let told = now(&app, &short).await;
    assert!(
        told.json["schedule_failure"]
            .as_str()
            .unwrap()
            .contains("due before")
    );
    assert_eq!(told.json["status"], "draft");
    app.get("/v1/articles/terug").await.expect(200);
    assert_eq!(now(&app, &back).await.json["withdraw_at"], Value::Null);
    assert_eq!(
        head(&app).await,
        before,
        "readers were never shown anything else"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_not_be_published_at_its_time_is_called_off_and_says_why() {
    let app = App::start().await;
    app.publish(json!({"headline": "Het origineel", "language": "nl", "slug": "origineel"}))
        .await;
    let first = json!({"headline": "The first", "language": "en", "translation_of": "origineel"});
    let first = app.publish(first).await;
    // Readers have it in English as long as this is not published.
    app.patch("/articles/the-first", &first, json!({"language": "de"}))
        .await
        .expect(200);
    let second = json!({"headline": "The second", "language": "en", "translation_of": "origineel"});
    let made = app.make("/articles", second).await;
    at(&app, &made, "publish", AHEAD).await.expect(200);
    let before = head(&app).await;
    let_pass(&app, "publish_at", 0, &[&made]).await;
    acted(&app, 1).await;
    let told = now(&app, &made).await;
    assert_eq!(
        (&told.json["status"], &told.json["publish_at"]),
        (&json!("draft"), &Value::Null)
    );
    assert!(
        told.json["schedule_failure"]
            .as_str()
            .is_some_and(|why| !why.is_empty())
    );
    assert_eq!(head(&app).await, before);
    // The next that is scheduled is what counts.
    let anew = at(&app, &told, "publish", AHEAD).await.expect(200);
    assert_eq!(anew.json["schedule_failure"], Value::Null);
    app.stop().await;
}
