//! Articles that are published and withdrawn when their time comes. Time passes here by moving it in the database, and waiting for the log.

mod faults;

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::campaigns::reached;
use crate::leaks::{WORD, everything, publication};
use crate::shorthand::{managed, markdown, read, texts};
use crate::watch::{expect_gapless, head, holding, last_change};

const AHEAD: &str = "2931-05-04T12:30:00.000Z";
const FAR: &str = "2932-05-04T12:30:00.000Z";

pub async fn at(app: &App, article: &Answer, act: &str, at: &str) -> Answer {
    app.act(article, act, json!({"at": at})).await
}

pub async fn draft(app: &App, headline: &str) -> Answer {
    app.make("/articles", json!({"headline": headline})).await
}

pub async fn now(app: &App, article: &Answer) -> Answer {
    managed(app, &format!("/articles/{}", article.id())).await
}

/// Lets this time of these articles be so many milliseconds ago.
pub async fn let_pass(app: &App, time: &str, ago: i64, articles: &[&Answer]) {
    let ids: Vec<String> = articles.iter().map(|article| article.id()).collect();
    let moved = format!(
        "UPDATE newsroom.articles SET {time} = clock_timestamp() - interval '{ago} milliseconds' WHERE id::text = ANY($1)"
    );
    let moved = app.sql().await.execute(&moved, &[&ids]).await.unwrap();
    assert_eq!(usize::try_from(moved), Ok(articles.len()));
}

async fn one<T: for<'r> tokio_postgres::types::FromSql<'r>>(app: &App, sql: &str) -> T {
    app.sql().await.query_one(sql, &[]).await.unwrap().get(0)
}

/// Waits until the schedule has written this many audit rows.
pub async fn acted(app: &App, times: i64) {
    let sql = "SELECT count(*) FROM newsroom.audit WHERE key_name = 'kroniek schedule'";
    let begun = Instant::now();
    while one::<i64>(app, sql).await < times {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "nothing was done"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn before_its_time_an_article_is_in_no_answer() {
    let (app, article) = publication().await;
    let unknown = everything(&app, WORD).await;
    let hidden = app
        .make(
            "/articles",
            json!({"headline": WORD, "body": markdown(WORD)}),
        )
        .await;
    let scheduled = at(&app, &hidden, "publish", AHEAD).await.expect(200);
    assert_eq!(
        (&scheduled.json["status"], &scheduled.json["publish_at"]),
        (&json!("draft"), &json!(AHEAD))
    );
    at(&app, &scheduled, "withdraw", FAR).await.expect(200);
    let path = format!("/articles/{}", article.id());
    let revised = app
        .patch(&path, &article, json!({"body": markdown(WORD)}))
        .await
        .expect(200);
    at(&app, &revised, "publish", AHEAD).await.expect(200);

    for word in [WORD, &hidden.id(), "2931", "2932"] {
        assert_eq!(holding(&app, word).await, Vec::<String>::new(), "{word}");
    }
    let seen = everything(&app, WORD).await;
    for ((address, before), (_, after)) in unknown.iter().zip(&seen) {
        assert_eq!(before, after, "{address}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_goes_out_at_its_time_as_it_then_stands_and_is_gone_at_the_other() {
    let app = App::start().await;
    let made = draft(&app, "Eerst").await;
    let scheduled = at(&app, &made, "publish", AHEAD).await.expect(200);
    let scheduled = at(&app, &scheduled, "withdraw", FAR).await.expect(200);
    let path = format!("/articles/{}", made.id());
    app.patch(&path, &scheduled, json!({"headline": "Toen"}))
        .await
        .expect(200);
    app.get("/v1/articles/eerst").await.expect(404);
    let listed = async |query: &str| {
        let list = app
            .manage("GET", &format!("/articles?{query}"))
            .send()
            .await;
        texts(&list.expect(200).json["data"], "headline")
    };
    assert_eq!(listed("scheduled=true").await, ["Toen"]);
    assert_eq!(listed("scheduled=false").await, Vec::<String>::new());
    let before = head(&app).await;

    let_pass(&app, "publish_at", 0, &[&made]).await;
    reached(&app, before + 1).await;
    let published = now(&app, &made).await;
    assert_eq!(published.json["status"], "published");
    assert_eq!(
        (
            &published.json["publish_at"],
            &published.json["withdraw_at"]
        ),
        (&Value::Null, &json!(FAR))
    );
    let shown = read(&app, &format!("/v1/articles/{}", made.id())).await;
    assert_eq!(shown["headline"], "Toen");
    assert_eq!(last_change(&app).await.1, "article.published");

    let withdrawing = app
        .act(
            &published,
            "withdraw",
            json!({"at": AHEAD, "reason": "Op verzoek."}),
        )
        .await
        .expect(200);
    assert_eq!(withdrawing.json["withdraw_at"], AHEAD);
    let_pass(&app, "withdraw_at", 0, &[&made]).await;
    reached(&app, before + 2).await;
    app.get(&format!("/v1/articles/{}", made.id()))
        .await
        .expect(410);
    let gone = now(&app, &made).await;
    assert_eq!(
        (
            &gone.json["status"],
            &gone.json["withdrawal_reason"],
            &gone.json["withdraw_at"]
        ),
        (&json!("withdrawn"), &json!("Op verzoek."), &Value::Null)
    );
    let sql = "SELECT string_agg(action || ' ' || version_from || ' ' || version_to, ', ' ORDER BY at, id) FROM newsroom.audit WHERE key_name = 'kroniek schedule'";
    assert_eq!(
        one::<String>(&app, sql).await,
        "publish_scheduled 2.4 2.6, withdraw_scheduled 2.7 2.9"
    );
    expect_gapless(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scheduled_revision_replaces_what_readers_see_at_its_time() {
    let app = App::start().await;
    let article = app
        .publish(json!({"headline": "Oud", "slug": "stuk"}))
        .await;
    let path = format!("/articles/{}", article.id());
    let revised = app
        .patch(&path, &article, json!({"headline": "Nieuw"}))
        .await
        .expect(200);
    let first = read(&app, "/v1/articles/stuk").await;
    at(&app, &revised, "publish", AHEAD).await.expect(200);
    assert_eq!(read(&app, "/v1/articles/stuk").await, first);
    let before = head(&app).await;
    let_pass(&app, "publish_at", 0, &[&article]).await;
    reached(&app, before + 1).await;
    let second = read(&app, "/v1/articles/stuk").await;
    assert_eq!(
        (&second["headline"], &second["published_at"]),
        (&json!("Nieuw"), &first["published_at"])
    );
    assert_eq!(last_change(&app).await.1, "article.changed");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schedule_is_moved_called_off_and_overtaken_by_an_act() {
    let app = App::start().await;
    let made = draft(&app, "Een").await;
    let first = at(&app, &made, "publish", AHEAD).await.expect(200);
    at(&app, &made, "publish", FAR).await.expect(412);
    let moved = at(&app, &first, "publish", FAR).await.expect(200);
    assert_eq!(moved.json["publish_at"], FAR);
    at(&app, &moved, "withdraw", FAR).await.expect(422);
    at(&app, &moved, "withdraw", AHEAD).await.expect(409);
    let ends = at(&app, &moved, "withdraw", "2933-01-01T00:00:00Z")
        .await
        .expect(200);
    let wrong = app.act(&ends, "unschedule", json!({"act": "delete"})).await;
    assert_eq!(wrong.expect(422).faults(), ["invalid_value at /act"]);
    let off = app.act(&ends, "unschedule", json!({})).await.expect(200);
    assert_eq!(
        (&off.json["publish_at"], &off.json["withdraw_at"]),
        (&Value::Null, &Value::Null)
    );
    app.act(&off, "unschedule", json!({})).await.expect(409);
    at(&app, &off, "withdraw", AHEAD).await.expect(409);

    let again = at(&app, &off, "publish", AHEAD).await.expect(200);
    let published = app.act(&again, "publish", json!({})).await.expect(200);
    assert_eq!(published.json["publish_at"], Value::Null);
    let both = at(&app, &published, "withdraw", FAR).await.expect(200);
    let both = at(&app, &both, "publish", AHEAD).await.expect(200);
    let one = app
        .act(&both, "unschedule", json!({"act": "withdraw"}))
        .await
        .expect(200);
    assert_eq!(
        (&one.json["publish_at"], &one.json["withdraw_at"]),
        (&json!(AHEAD), &Value::Null)
    );
    // What was withdrawn by hand does not come back by itself.
    let withdrawn = app.act(&one, "withdraw", json!({})).await.expect(200);
    assert_eq!(withdrawn.json["publish_at"], Value::Null);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn times_that_can_not_be_are_refused_with_what_to_do() {
    let app = App::start().await;
    let made = draft(&app, "Een").await;
    for (act, body, fault) in [
        (
            "publish",
            json!({"at": "2020-01-01T00:00:00Z"}),
            "invalid_value at /at",
        ),
        (
            "withdraw",
            json!({"at": "2020-01-01T00:00:00Z"}),
            "invalid_value at /at",
        ),
        ("publish", json!({"at": "morgen"}), "invalid_value at /at"),
        (
            "publish",
            json!({"at": AHEAD, "published_at": "2020-01-01T00:00:00Z"}),
            "invalid_value at /published_at",
        ),
        ("unschedule", json!({"x": 1}), "unknown_field at /x"),
    ] {
        let answer = app.act(&made, act, body.clone()).await.expect(422);
        assert_eq!(answer.faults(), [fault], "{act} {body}");
    }
    for field in ["publish_at", "withdraw_at", "schedule_failure"] {
        let patch = app
            .patch("/articles/een", &made, json!({field: AHEAD}))
            .await;
        assert_eq!(
            patch.expect(422).faults(),
            [format!("server_owned_field at /{field}")]
        );
    }
    assert_eq!(now(&app, &made).await.etag(), made.etag());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_act_comes_within_a_second_of_its_time_and_never_before() {
    let app = App::start().await;
    let other = App::on(&app.database_url).await;
    for n in 0..5 {
        let made = draft(&app, &format!("Artikel {n}")).await;
        let sql = "SELECT to_char((clock_timestamp() + interval '1200 milliseconds') AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";
        let soon: String = one(&app, sql).await;
        at(&app, &made, "publish", &soon).await.expect(200);
        let path = format!("/v1/articles/{}", made.id());
        while other.get(&path).await.status != 200 {}
    }
    let late = "SELECT max(extract(epoch FROM c.committed_at - a.published_at))::float8, min(extract(epoch FROM c.committed_at - a.published_at))::float8
        FROM delivery.changes c JOIN newsroom.articles a ON a.id = c.id WHERE c.event = 'article.published'";
    let row = app.sql().await.query_one(late, &[]).await.unwrap();
    let (latest, earliest): (f64, f64) = (row.get(0), row.get(1));
    assert!(earliest >= 0.0, "{earliest}");
    // A busy machine may be late; a schedule that only looks now and then would be later still.
    assert!(latest < 5.0, "{latest}");
    app.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_purge_leaves_nothing_scheduled() {
    let app = App::start().await;
    let made = draft(&app, "Een").await;
    let begins = at(&app, &made, "publish", AHEAD).await.expect(200);
    let ends = app
        .act(&begins, "withdraw", json!({"at": FAR, "reason": WORD}))
        .await
        .expect(200);
    app.act(&ends, "purge", json!({"reason": "Bevel."}))
        .await
        .expect(204);
    let left = "SELECT count(*) FROM newsroom.articles WHERE publish_at IS NOT NULL OR withdraw_at IS NOT NULL OR withdraw_reason IS NOT NULL";
    assert_eq!(one::<i64>(&app, left).await, 0);
    app.stop().await;
}
