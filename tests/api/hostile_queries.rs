//! Hostile case 20 and its neighbours: questions that are too much. Each is 400 at once, and none keeps the database busy.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::app::{Answer, App};
use crate::contract::follow;
use crate::http::raw_get;
use crate::parameters::parameters;
use crate::postgres::{database, settings};
use crate::statuses::Publication;

/// Far longer than it takes, on any machine.
const AT_ONCE: Duration = Duration::from_secs(2);

/// Expects this to be refused at once.
async fn refused(app: &App, path: &str) -> Answer {
    let began = Instant::now();
    let answer = app.get(path).await;
    let took = began.elapsed();
    let short: String = path.chars().take(120).collect();
    assert_eq!(answer.status, 400, "{short}: {}", answer.text);
    assert_eq!(answer.problem(), "invalid-parameters", "{short}");
    assert!(took < AT_ONCE, "{short}: {took:?}");
    assert!(answer.text.len() < 100_000, "{short}: a long answer");
    answer
}

/// The lists of articles.
const LISTS: [&str; 2] = ["/v1/articles", "/v1/entities/ding/articles"];

async fn publication() -> App {
    let app = App::start().await;
    let entities = json!([{"kind": "topic", "name": "Ding"}]);
    app.publish(json!({"headline": "Een", "entities": entities}))
        .await;
    app
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_include_that_is_repeated_nested_or_unknown_is_refused() {
    let app = publication().await;
    let often = vec!["authors"; 101].join(",");
    for list in LISTS.into_iter().chain(["/v1/articles/een"]) {
        for (query, fault) in [
            ("include=authors&include=authors", "repeated_parameter"),
            ("include=authors&include=entities", "repeated_parameter"),
            ("include=authors.articles", "invalid_value"),
            ("include=related.related.related.related", "invalid_value"),
            ("include=related(related(related))", "invalid_value"),
            ("include=authors,related.authors", "invalid_value"),
            ("include=authors,,entities", "invalid_value"),
            ("include=*", "invalid_value"),
            ("include[]=authors", "unknown_parameter"),
            (&format!("include={often}"), "too_long"),
        ] {
            let answer = refused(&app, &format!("{list}?{query}")).await;
            let faults = answer.faults();
            assert!(faults[0].starts_with(fault), "{query}: {faults:?}");
        }
        // Said twice in one list it is said once.
        let twice = app.get(&format!("{list}?include=authors,authors")).await;
        let once = app.get(&format!("{list}?include=authors")).await;
        assert_eq!(
            (twice.status, &twice.json["data"]),
            (200, &once.json["data"])
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_a_hundred_values_are_refused_wherever_several_are_taken() {
    let publication = Publication::new().await;
    let app = &publication.app;
    let mut lists = 0;
    for (path, name, parameter) in parameters(&publication) {
        if parameter["schema"]["type"] != "array" {
            continue;
        }
        let item = follow(&parameter["schema"]["items"]);
        let value = match item["enum"][0].as_str() {
            Some(value) => value,
            None if item["format"] == "uuid" => "00000000-0000-4000-8000-000000000000",
            None => "ding",
        };
        // A search needs its question beside.
        let also = if path == "/v1/search" { "&q=ding" } else { "" };
        let ask = async |many: usize| {
            let values = vec![value; many].join(",");
            let call = app.call("GET", &format!("{path}?{name}={values}{also}"));
            call.key(&app.admin).send().await
        };
        for many in [101, 150] {
            let refused = ask(many).await.expect(400);
            assert_eq!(refused.faults(), [format!("too_long at {name}")], "{path}");
        }
        ask(100).await.expect(200);
        lists += 1;
    }
    assert!(lists > 20, "{lists}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_thousand_ids_and_a_query_of_100_kilobytes_are_refused() {
    let app = publication().await;
    let ids: Vec<String> = (0..5_000)
        .map(|n| format!("00000000-0000-4000-8000-{n:012}"))
        .collect();
    let names: Vec<String> = (0..5_000).map(|n| format!("n{n}")).collect();
    let filler = "x".repeat(100_000);
    let many = "&a=1".repeat(25_000);
    for list in LISTS {
        for query in [
            format!("ids={}", ids.join(",")),
            // These fit.
            format!("ids={}", ids[..200].join(",")),
            format!("slugs={}", names.join(",")),
            format!("slugs={}", names[..1000].join(",")),
            format!("entity_all={}", names[..1000].join(",")),
            format!("section={filler}"),
            format!("q={filler}"),
            format!("cursor={filler}"),
            format!("{filler}=1"),
            filler.clone(),
            many.clone(),
            many[..8_000].to_owned(),
            "=".repeat(8_000),
            "&".repeat(100_000),
            "%".repeat(8_000),
            ",".repeat(8_000),
            format!("ids={}", ",".repeat(8_000)),
        ] {
            let path = format!("{list}?{query}");
            // What is longer, the test's own client does not send.
            if path.len() < 65_000 {
                refused(&app, &path).await;
            } else {
                let began = Instant::now();
                let answer = raw_get(&app, &path, "").await;
                let short: String = path.chars().take(60).collect();
                assert!(answer.starts_with("HTTP/1.1 4"), "{short}: {answer}");
                assert!(began.elapsed() < AT_ONCE, "{short}");
            }
        }
    }
    // A hundred of each, which is allowed, is answered.
    let hundred = |names: &[String]| names[..100].join(",");
    let short: Vec<String> = (0..100).map(|n| format!("e{n}")).collect();
    let query = format!(
        "ids={}&slugs={}&section={}&author={}&entity={}&entity_all={}&count=true",
        hundred(&ids),
        hundred(&names),
        hundred(&short),
        hundred(&short),
        hundred(&short),
        hundred(&short)
    );
    for list in LISTS {
        let began = Instant::now();
        app.get(&format!("{list}?{query}")).await.expect(200);
        assert!(began.elapsed() < AT_ONCE);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_that_takes_the_database_too_long_is_ended_and_answered_with_503() {
    let url = database().await;
    assert_eq!(
        settings(&url).delivery_statement_timeout,
        Duration::from_secs(2),
        "the default"
    );
    let mut quick = settings(&url);
    quick.delivery_statement_timeout = Duration::from_millis(200);
    let app = App::with(&url, &quick).await;
    app.publish(json!({"headline": "Een"})).await;
    let mut sql = app.sql().await;
    // Whatever reads an article waits for this, as it would for a disk.
    let slow = sql.transaction().await.unwrap();
    slow.batch_execute("LOCK TABLE delivery.articles")
        .await
        .unwrap();
    for path in [
        "/v1/articles",
        "/v1/articles?section=water&author=fenna&count=true",
        "/v1/articles?modified_after=2020-01-01T00:00:00Z",
        "/v1/articles/een",
    ] {
        let began = Instant::now();
        let answer = app.get(path).await.expect(503);
        assert_eq!(
            (answer.problem(), answer.header("retry-after")),
            ("unavailable", "1"),
            "{path}"
        );
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert!(!answer.text.contains("statement"), "{}", answer.text);
        assert!(began.elapsed() < Duration::from_secs(10), "{path}");
    }
    slow.rollback().await.unwrap();
    // The connections are as good as new.
    for _ in 0..8 {
        app.get("/v1/articles").await.expect(200);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_itself_ends_what_delivery_asks_after_two_seconds() {
    let app = publication().await;
    let mut conn = app.store.pools.delivery().await.unwrap();
    let shown = diesel_async::RunQueryDsl::get_result::<Shown>(
        diesel::sql_query("SELECT current_setting('statement_timeout') AS setting"),
        &mut *conn,
    );
    assert_eq!(shown.await.unwrap().setting, "2s");
    let began = Instant::now();
    let asleep =
        diesel_async::RunQueryDsl::execute(diesel::sql_query("SELECT pg_sleep(60)"), &mut *conn);
    let error = asleep.await.unwrap_err();
    assert!(error.to_string().contains("statement timeout"), "{error}");
    assert!(began.elapsed() < Duration::from_secs(20));
    drop(conn);
    app.stop().await;
}

#[derive(diesel::QueryableByName)]
struct Shown {
    #[diesel(sql_type = diesel::sql_types::Text)]
    setting: String,
}
