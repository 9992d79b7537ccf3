//! Hostile cases 1, 19 and 20: what can't be asked is told, and whatever is asked is harmless.

use super::{ask, found, path, publish};
use crate::app::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_not_be_asked_is_told() {
    let app = App::start().await;
    for (path, faults) in [
        ("/v1/search".to_owned(), "missing_field at q"),
        (path("", ""), "invalid_value at q"),
        (path("  ", ""), "invalid_value at q"),
        (path(&"a".repeat(201), ""), "too_long at q"),
        (path(&"a ".repeat(33), ""), "too_long at q"),
        (path("a\tb", ""), "invalid_value at q"),
        ("/v1/search?q=a%00".to_owned(), "invalid_value at q"),
        (path("a", "&sort=published"), "unknown_parameter at sort"),
        (path("a", "&order=asc"), "unknown_parameter at order"),
        (path("a", "&facets=ja"), "invalid_value at facets"),
        (path("a", "&fields=a:body"), "invalid_value at fields"),
        (
            path("a", "&api_key_hash=1"),
            "unknown_parameter at api_key_hash",
        ),
        (path("a", "&limit=101"), "invalid_value at limit"),
        (path("a", "&cursor=AAAA"), "invalid_cursor at cursor"),
    ] {
        let answer = app.get(&path).await.expect(400);
        assert_eq!(answer.faults(), [faults], "{path}");
    }
    let all = app
        .get("/v1/search?q=&facets=x&limit=0&sort=published&ids=x&where=1")
        .await
        .expect(400);
    let mut places = answer_places(&all.faults());
    places.sort();
    assert_eq!(
        places,
        ["facets", "ids", "limit", "q", "sort", "where"],
        "all at once"
    );
    app.get(&path("a", "&q=b")).await.expect(400);
    let begun = std::time::Instant::now();
    app.get(&path(&"woord ".repeat(10_000), ""))
        .await
        .expect(400);
    assert!(begun.elapsed().as_millis() < 500);
    app.stop().await;
}

fn answer_places(faults: &[String]) -> Vec<String> {
    let place = |fault: &String| fault.rsplit(' ').next().unwrap().to_owned();
    faults.iter().map(place).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_asked_is_harmless() {
    let app = App::start().await;
    publish(
        &app,
        "Een",
        "Wat er staat over C++ en 'aanhalingstekens' \\ en meer.",
    )
    .await;
    for q in [
        "((((",
        "%%%%",
        "\"",
        "-",
        "--",
        "\"\"",
        "-\"",
        "!!!",
        "a & | ! b",
        "<->",
        "a:*",
        ":*",
        "' OR 1=1 --",
        "\\",
        "\\\\'",
        "''''",
        "=dutch",
        "^een",
        "=e00000000",
        "{}[]",
        "\u{202e}",
        "💥",
        "½",
        "ﷺ",
        "a\u{301}\u{301}",
        "NULL",
        "$1",
        "'; SELECT pg_sleep(10)",
        "and or not",
    ] {
        let answer = app
            .get(&path(q, "&facets=true&count=true"))
            .await
            .expect(200);
        assert!(!answer.text.contains("syntax"), "{q}");
    }
    let longest = (0..32)
        .map(|at| format!("w{at:04}"))
        .collect::<Vec<_>>()
        .join(" ");
    app.get(&path(&longest, "")).await.expect(200);
    let letters = ('a'..='z').map(String::from).collect::<Vec<_>>().join(" ");
    app.get(&path(&letters, "")).await.expect(200);
    assert_eq!(found(&app, "aanhalingstekens meer").await, ["een"]);
    for mark in ["=dutch", "=2026", "^staat", "dutch"] {
        let hits = ask(&app, mark, "").await["data"].as_array().unwrap().len();
        assert_eq!(
            hits,
            usize::from(mark == "^staat"),
            "{mark}: marks are no words"
        );
    }
    app.stop().await;
}
