//! Bad input: a clear error that tells what to do, and nothing lost.

use serde_json::{Value, json};

use crate::app::App;

async fn post(app: &App, body: impl Into<String>) -> crate::app::Answer {
    app.manage("POST", "/articles")
        .body("application/json", body.into())
        .send()
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_json_readers_pass_over_is_a_fault() {
    let app = App::start().await;
    let faults = |answer: crate::app::Answer| answer.expect(422).faults();
    assert_eq!(
        faults(post(&app, r#"{"headline": "a", "headline": "b"}"#).await),
        ["duplicate_field at /headline"]
    );
    assert_eq!(
        faults(post(&app, r#"{"headline": "a\u0000b"}"#).await)[0],
        "nul_character at /headline"
    );
    assert_eq!(
        faults(
            post(
                &app,
                r#"{"headline": "a", "body": {"format": "html", "source": "\u0000"}}"#
            )
            .await
        ),
        ["nul_character at /body/source"]
    );
    assert_eq!(faults(post(&app, "[]").await), ["wrong_type at "]);
    assert_eq!(
        faults(post(&app, "{}").await),
        ["missing_field at /headline"]
    );
    for broken in [
        "",
        "{",
        "{\"headline\": \"\\ud800\"}",
        "nul",
        &format!("{}1{}", "[".repeat(129), "]".repeat(129)),
    ] {
        let answer = post(&app, broken).await.expect(400);
        assert_eq!(answer.problem(), "invalid-json");
        assert!(
            answer.json["detail"].as_str().unwrap().contains("line 1"),
            "{}",
            answer.text
        );
    }
    app.manage("POST", "/articles")
        .body("application/json", b"{\"headline\": \"\xff\"}".to_vec())
        .send()
        .await
        .expect(400);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_is_json_in_utf_8_of_at_most_2_mb() {
    let app = App::start().await;
    for wrong in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin1",
        "multipart/form-data",
    ] {
        app.manage("POST", "/articles")
            .body(wrong, "{\"headline\": \"a\"}")
            .send()
            .await
            .expect(415);
    }
    let encoded = app
        .manage("POST", "/articles")
        .header("content-encoding", "gzip")
        .body("application/json", "x");
    encoded.send().await.expect(415);
    post(
        &app,
        format!("{{\"headline\": \"{}\"}}", "x".repeat(3 << 20)),
    )
    .await
    .expect(413);
    app.manage("POST", "/articles")
        .body("application/json; charset=utf-8", "{\"headline\": \"a\"}")
        .send()
        .await
        .expect(201);
    let large = json!({"headline": "Groot", "body": {"format": "markdown", "source": "woord ".repeat(170_000)}});
    app.publish(large).await;
    assert_eq!(
        app.get("/v1/articles/groot?body=text")
            .await
            .expect(200)
            .json["word_count"],
        170_000
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_times_and_cursors_are_what_they_say_or_refused() {
    let app = App::start().await;
    for limit in [
        "-1",
        "0",
        "101",
        "1e9",
        "9223372036854775808",
        "abc",
        "",
        "05x",
        "+5",
    ] {
        let answer = app
            .get(&format!("/v1/articles?limit={limit}"))
            .await
            .expect(400);
        assert_eq!(answer.faults(), ["invalid_value at limit"], "{limit}");
    }
    for time in [
        "2026-05-04",
        "infinity",
        "2026-05-04T24:00:00Z",
        "2026-06-30T23:59:60Z",
        "%2B294277-01-01T00:00:00Z",
        "2026-05-04T12:00:00+01:00",
    ] {
        let answer = app
            .get(&format!("/v1/articles?published_after={time}"))
            .await
            .expect(400);
        assert_eq!(
            answer.faults(),
            ["invalid_value at published_after"],
            "{time}"
        );
    }
    app.get("/v1/articles?published_after=2026-05-04T12:00:00%2B01:00")
        .await
        .expect(200);
    for headline in ["Een", "Twee", "Drie"] {
        app.publish(json!({"headline": headline})).await;
    }
    let first = app.get("/v1/articles?limit=1").await;
    let cursor = first.json["page"]["next_cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    app.get(&format!(
        "/v1/articles?limit=2&fields=headline&cursor={cursor}"
    ))
    .await
    .expect(200);
    let wrong = [
        format!("/v1/articles?sort=updated&cursor={cursor}"),
        format!("/v1/articles?order=asc&cursor={cursor}"),
        format!("/v1/articles?language=nl&cursor={cursor}"),
        format!("/v1/authors?cursor={cursor}"),
        format!("/v1/articles?cursor={}x", cursor),
        format!(
            "/v1/articles?cursor={}",
            cursor.replace(|letter: char| letter.is_ascii_digit(), "a")
        ),
        "/v1/articles?cursor=%00".to_owned(),
        "/v1/articles?cursor=AAAA".to_owned(),
    ];
    for path in wrong {
        app.get(&path).await.expect(400);
    }
    let many = vec!["7f3f2a52-6c1e-4e0a-9d58-0a4b2b9f5a11"; 500].join(",");
    app.get(&format!("/v1/articles?ids={many}"))
        .await
        .expect(400);
    app.get("/v1/articles?include=authors,authors&fields=api_key_hash")
        .await
        .expect(400);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unknown_and_server_owned_fields_are_refused_by_every_write() {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Een"})).await;
    app.make("/authors", json!({"name": "Een"})).await;
    app.make("/entities", json!({"kind": "topic", "name": "Een"}))
        .await;
    app.make("/articles", json!({"headline": "Een"})).await;
    let posts: [(&str, Value); 4] = [
        ("/sections", json!({"name": "x"})),
        ("/authors", json!({"name": "x"})),
        ("/entities", json!({"kind": "topic", "name": "x"})),
        ("/articles", json!({"headline": "x"})),
    ];
    for (path, mut body) in posts {
        for (field, fault) in [
            ("version", "server_owned_field at /version"),
            ("created_by", "server_owned_field at /created_by"),
            ("is_admin", "unknown_field at /is_admin"),
        ] {
            body[field] = json!(1);
            assert!(
                app.manage("POST", path)
                    .json(&body)
                    .send()
                    .await
                    .expect(422)
                    .faults()
                    .contains(&fault.to_owned()),
                "{path} {field}"
            );
            let patch = app
                .manage("PATCH", &format!("{path}/een"))
                .if_match("*")
                .json(&json!({field: null}))
                .send()
                .await
                .expect(422);
            assert_eq!(patch.faults(), [fault], "{path}");
        }
    }
    app.stop().await;
}
