//! The read cache over HTTP: what it tells, in which form it answers, and what it does when the database is away.

use std::io::Read;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::app::{Answer, App};
use crate::postgres::{database, settings};
use crate::shorthand::markdown;
use crate::watch::{Away, Hand, heard, waiting};

async fn app() -> App {
    let app = App::start().await;
    app.make("/authors", json!({"name": "Auteur"})).await;
    let body = "Het water stond tot aan de dijk. ".repeat(100);
    app.publish(json!({"headline": "Getij", "authors": ["auteur"], "body": markdown(&body)}))
        .await;
    app
}

async fn asked(app: &App, path: &str, name: &str, value: &str) -> Answer {
    app.call("GET", path).header(name, value).send().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_reader_gets_what_the_first_has_read_until_a_change_touches_it() {
    let app = app().await;
    let first = app.get("/v1/articles/getij").await.expect(200);
    assert_eq!(first.header("cache-status"), "kroniek; fwd=miss");
    let second = app.get("/v1/articles/getij").await.expect(200);
    assert_eq!(second.header("cache-status"), "kroniek; hit");
    assert_eq!(first.text, second.text);
    // A change of something else moves the number and leaves it where it is.
    app.publish(json!({"headline": "Iets anders"})).await;
    let third = app.get("/v1/articles/getij").await.expect(200);
    assert_eq!(third.header("cache-status"), "kroniek; hit");
    assert!(third.header("kroniek-seq") > first.header("kroniek-seq"));
    let author = app.manage("PATCH", "/authors/auteur").if_match("*");
    author
        .json(&json!({"name": "Een ander"}))
        .send()
        .await
        .expect(200);
    let renamed = app.get("/v1/articles/getij").await.expect(200);
    assert_eq!(renamed.header("cache-status"), "kroniek; fwd=miss");
    assert!(renamed.text.contains("Een ander"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_coding_holds_the_same_under_one_etag() {
    let app = app().await;
    let plain = app.get("/v1/articles/getij").await.expect(200);
    assert_eq!(plain.header("vary"), "accept-encoding");
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    for coding in ["zstd", "br", "gzip"] {
        for _ in 0..2 {
            let request = http.get(format!("{}/v1/articles/getij", app.base));
            let answer = request
                .header("accept-encoding", coding)
                .send()
                .await
                .unwrap();
            assert_eq!(answer.headers()["content-encoding"], coding);
            assert_eq!(answer.headers()["etag"], plain.etag().as_str());
            let bytes = answer.bytes().await.unwrap();
            assert!(bytes.len() < plain.text.len() / 2);
            let mut text = String::new();
            match coding {
                "zstd" => text = String::from_utf8(zstd::decode_all(&bytes[..]).unwrap()).unwrap(),
                "br" => drop(brotli::Decompressor::new(&bytes[..], 4096).read_to_string(&mut text)),
                _ => drop(flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text)),
            }
            assert_eq!(text, plain.text);
        }
    }
    // What is small, private or a problem goes out as it is.
    let key = format!("Bearer {}", app.admin);
    for path in [
        "/v1/sections",
        "/v1/articles/nergens",
        "/v1/manage/articles",
    ] {
        let request = http.get(format!("{}{path}", app.base));
        let request = request
            .header("accept-encoding", "zstd")
            .header("authorization", &key);
        let answer = request.send().await.unwrap();
        assert!(!answer.headers().contains_key("content-encoding"), "{path}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_client_has_is_not_sent_again_from_the_cache_either() {
    let app = app().await;
    let first = app.get("/v1/articles/getij").await.expect(200);
    for _ in 0..2 {
        let again = asked(&app, "/v1/articles/getij", "if-none-match", &first.etag()).await;
        let again = again.expect(304);
        assert_eq!(again.text, "");
        for header in ["etag", "cache-control", "vary", "surrogate-key"] {
            assert_eq!(again.header(header), first.header(header), "{header}");
        }
    }
    let refused = asked(&app, "/v1/articles/getij", "accept", "image/png").await;
    assert_eq!(refused.expect(406).problem(), "not-acceptable");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_404_is_kept_until_something_takes_its_name_and_tells_each_request_its_id() {
    let app = app().await;
    for status in ["kroniek; fwd=miss", "kroniek; hit"] {
        let none = app.get("/v1/articles/nieuw").await.expect(404);
        assert_eq!(none.header("cache-status"), status);
        assert_eq!(none.json["request_id"], none.header("x-request-id"));
        assert_eq!(none.header("surrogate-key"), "slug:article:nieuw");
    }
    let draft = app.make("/articles", json!({"headline": "Nieuw"})).await;
    let none = app.get("/v1/articles/nieuw").await.expect(404);
    assert_eq!(none.header("cache-status"), "kroniek; hit");
    app.act(&draft, "publish", json!({})).await.expect(200);
    app.get("/v1/articles/nieuw").await.expect(200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tool_reads_its_own_writes_on_another_node() {
    let here = app().await;
    let there = App::on(&here.database_url).await;
    for count in 1..=30 {
        let title = format!("Titel {count}");
        let site = here.manage("PATCH", "/site").if_match("*");
        let wrote = site.json(&json!({"title": title})).send().await.expect(200);
        // The number of the write itself, of a reading after it, and of an event of a stream.
        let read = here.get("/v1/site").await.expect(200);
        assert_eq!(read.json["title"], title);
        let seq = wrote.header("kroniek-seq").to_owned();
        assert_eq!(seq, read.header("kroniek-seq"));
        for named in [&seq, &format!("{seq}-0")] {
            let answer = asked(&there, "/v1/site", "kroniek-min-seq", named)
                .await
                .expect(200);
            assert_eq!(answer.json["title"], title);
        }
    }
    // What readers see nothing of tells what there was before.
    let seq = here.get("/v1/site").await.header("kroniek-seq").to_owned();
    let draft = here.make("/articles", json!({"headline": "Concept"})).await;
    assert_eq!(draft.header("kroniek-seq"), seq);
    there.stop().await;
    here.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_that_has_not_been_given_is_400_and_one_of_an_epoch_that_is_over_410() {
    let app = app().await;
    for (value, status) in [
        ("1-1000000", 400),
        ("2-1", 400),
        ("0-1", 410),
        ("x", 400),
        ("1-", 400),
        ("1-1-x", 400),
        ("1-1-0-0", 400),
        ("1-1", 200),
    ] {
        let answer = asked(&app, "/v1/site", "kroniek-min-seq", value).await;
        assert_eq!(answer.status, status, "{value}: {}", answer.text);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_of_one_moment_read_once() {
    let app = app().await;
    let sql = app.sql().await;
    // Whoever reads waits for this lock.
    sql.batch_execute("BEGIN; LOCK TABLE delivery.authors IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    let all = futures_util::future::join_all((0..8).map(|_| app.get("/v1/authors/auteur")));
    let (answers, ()) = tokio::join!(all, async {
        waiting(&app, 1).await;
        // The others have had their time to ask.
        tokio::time::sleep(Duration::from_millis(200)).await;
        sql.batch_execute("COMMIT").await.unwrap();
    });
    let count = |status: &str| {
        let mut all = answers.iter();
        all.by_ref()
            .filter(|answer| answer.header("cache-status") == status)
            .count()
    };
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(count("kroniek; fwd=miss"), 1);
    assert_eq!(count("kroniek; fwd=miss; collapsed"), 7);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_is_away_what_is_kept_goes_out_marked_and_for_a_time_only() {
    let database = database().await;
    for (allowed, expected) in [("60", 200), ("0", 503)] {
        let flag = format!("--cache-stale-if-error={allowed}");
        let app = App::serving(&database, &settings(&database), &["--workers=1", &flag]).await;
        // Before it has heard of the log a node keeps nothing.
        heard(&app).await;
        app.get("/v1/site").await.expect(200);
        let away = Away::take(&app).await;
        let begun = Instant::now();
        let mut last = app.get("/v1/site").await;
        // For a second it is still confirmed.
        while last.header("cache-status") == "kroniek; hit" {
            assert!(begun.elapsed() < Duration::from_secs(5));
            last = app.get("/v1/site").await;
        }
        let last = last.expect(expected);
        if expected == 200 {
            assert_eq!(
                last.header("cache-status"),
                "kroniek; hit; detail=stale-if-error"
            );
            assert_eq!(last.header("kroniek-seq"), "");
        } else {
            assert_eq!(last.header("retry-after"), "1");
        }
        // What nobody has read is not to be had.
        app.get("/v1/sections").await.expect(503);
        away.back().await;
        let begun = Instant::now();
        while app.get("/v1/site").await.header("cache-status") != "kroniek; hit" {
            assert!(begun.elapsed() < Duration::from_secs(10));
        }
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_waits_for_its_commit_is_in_no_answer() {
    let app = app().await;
    app.get("/v1/site").await.expect(200);
    let hand = Hand::on_counter(&app).await;
    let site = app.manage("PATCH", "/site").if_match("*");
    let body = json!({"title": "Straks"});
    let write = site.json(&body);
    let (written, ()) = tokio::join!(write.send(), async {
        waiting(&app, 1).await;
        assert_ne!(app.get("/v1/site").await.json["title"], "Straks");
        hand.let_go().await;
    });
    written.expect(200);
    assert_eq!(app.get("/v1/site").await.json["title"], "Straks");
    app.stop().await;
}
