//! Long polls: an answer without changes is held back until there is one.

use std::time::{Duration, Instant};

use serde_json::json;

use super::Copy;
use crate::app::App;
use crate::postgres::{database, settings};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_is_answered_by_the_change_whichever_node_made_it() {
    let database = database().await;
    let app = App::on(&database).await;
    let other = App::with(&database, &settings(&database)).await;
    let mut copy = Copy::of("limit=100");
    copy.follow(&app).await;
    let path = format!("{}&wait=30", copy.path());
    let begun = Instant::now();
    let later = async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        other.publish(json!({"headline": "Een"})).await
    };
    let (first, second, made) = tokio::join!(app.get(&path), app.get(&path), later);
    for answer in [first.expect(200), second.expect(200)] {
        assert_eq!(answer.json["data"][0]["id"], json!(made.id()));
    }
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "{:?}",
        begun.elapsed()
    );
    // There is something for this cursor now. No cache between keeps what somebody waits for, and it is finished as all answers are.
    let answer = app.get(&path).await.expect(200);
    assert_eq!(answer.header("cache-control"), "private, no-cache");
    assert!(!answer.header("kroniek-seq").is_empty());
    let spelled = app.get(&path.replace("&wait=", "&w%61it=")).await;
    assert_eq!(spelled.header("cache-control"), "private, no-cache");
    let known = app.call("GET", &path);
    let known = known.header("if-none-match", answer.header("etag"));
    known.send().await.expect(304);
    app.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_in_vain_gets_an_empty_page_each_time_after_that_time() {
    let app = App::start().await;
    let mut copy = Copy::of("limit=100");
    copy.follow(&app).await;
    for _ in 0..2 {
        let begun = Instant::now();
        let page = app
            .get(&format!("{}&wait=1", copy.path()))
            .await
            .expect(200);
        assert_eq!(page.json["data"], json!([]));
        assert!(page.json["page"]["next_cursor"].is_string());
        assert!(
            begun.elapsed() >= Duration::from_millis(900),
            "{:?}",
            begun.elapsed()
        );
    }
    let begun = Instant::now();
    app.get("/v1/changes?wait=30").await.expect(200);
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "there is something at once"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_who_wait_hold_no_connection_and_no_shutdown() {
    let mut app = App::start().await;
    let mut copy = Copy::of("limit=100");
    copy.follow(&app).await;
    let path = format!(
        "{}{}&wait=30",
        app.base,
        copy.path().replace("limit=100&", "")
    );
    let client = reqwest::Client::new();
    let waiting: Vec<_> = (0..60)
        .map(|number| {
            let request = client.get(format!("{path}&limit={}", number + 1));
            tokio::spawn(async move { request.send().await.map(|answer| answer.status().as_u16()) })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(500)).await;
    // More wait than there are connections.
    app.get("/v1/articles").await.expect(200);
    let begun = Instant::now();
    app.running().stop().await;
    assert!(
        begun.elapsed() < Duration::from_secs(15),
        "{:?}",
        begun.elapsed()
    );
    for answer in waiting {
        drop(answer.await.unwrap());
    }
}
