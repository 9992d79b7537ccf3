//! Appending, drafting and showing updates.

use serde_json::json;

use crate::app::App;
use crate::shorthand::{append, blocked, managed, markdown, publish_at, read, texts};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_shows_at_once_under_the_next_number() {
    let app = App::start().await;
    let fenna = app.make("/authors", json!({"name": "Fenna"})).await;
    let article = app.publish(json!({"headline": "H"})).await;
    let full = json!({"kind": "correction", "headline": "Kop", "body": markdown("Een."), "authors": ["fenna"], "concerns": null});

    let first = append(&app, &article, full).await;
    append(&app, &article, json!({"body": markdown("Twee.")})).await;
    append(
        &app,
        &article,
        json!({"body": markdown("Drie."), "kind": "clarification", "draft": false}),
    )
    .await;

    assert_eq!(
        first.header("location"),
        format!(
            "/v1/manage/articles/{}/updates/{}",
            article.id(),
            first.id()
        )
    );
    assert_eq!(
        (
            &first.json["number"],
            &first.json["state"],
            &first.json["version"]
        ),
        (&json!(1), &json!("shown"), &json!(1))
    );
    let page = read(&app, "/v1/articles/h").await;
    assert_eq!(
        page["updates"][0],
        json!({
            "id": first.id(), "number": 1, "anchor": format!("u{}", &first.id()[..8]), "kind": "correction", "headline": "Kop", "body": {"html": "<p>Een.</p>"},
            "authors": [{"id": fenna.id(), "slug": "fenna", "name": "Fenna"}], "concerns": null, "published_at": first.json["published_at"],
            "revised_at": null, "retracted_at": null, "retraction_reason": null
        })
    );
    assert_eq!(
        texts(&page["updates"], "kind"),
        ["correction", "update", "clarification"]
    );
    assert_eq!(
        page["updates"]
            .as_array()
            .unwrap()
            .iter()
            .map(|update| update["number"].clone())
            .collect::<Vec<_>>(),
        [1, 2, 3]
    );
    assert_eq!(
        (&page["has_updates"], &page["update_count"]),
        (&json!(true), &json!(3))
    );
    assert_eq!(page["last_update_at"], page["updates"][2]["published_at"]);
    assert_eq!(read(&app, "/v1/authors/fenna").await["name"], "Fenna");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_shows_only_on_a_published_article() {
    let app = App::start().await;
    let article = app.make("/articles", json!({"headline": "H"})).await;
    let path = format!("/articles/{}/updates", article.id());
    let shows = json!({"body": markdown("U")});

    assert_eq!(
        app.manage("POST", &path)
            .json(&shows)
            .send()
            .await
            .expect(409)
            .problem(),
        "state-conflict"
    );
    let draft = append(
        &app,
        &article,
        json!({"body": markdown("U"), "draft": true}),
    )
    .await;
    let show = format!("{path}/{}/show", draft.id());
    assert_eq!(
        app.manage("POST", &show).send().await.expect(409).problem(),
        "state-conflict"
    );
    let published = app.act(&article, "publish", json!({})).await.expect(200);
    app.manage("POST", &show).send().await.expect(200);
    app.act(&published, "withdraw", json!({})).await.expect(200);
    assert_eq!(
        app.manage("POST", &path)
            .json(&shows)
            .send()
            .await
            .expect(409)
            .problem(),
        "state-conflict"
    );
    assert_eq!(
        managed(&app, &path).await.json["data"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drafted_update_has_no_number_and_no_reader_until_it_is_shown() {
    let app = App::start().await;
    app.make("/authors", json!({"name": "Fenna"})).await;
    let article = app.publish(json!({"headline": "H"})).await;
    let before = app.get("/v1/articles/h").await;

    let draft = append(
        &app,
        &article,
        json!({"body": markdown("U"), "authors": ["fenna"], "draft": true}),
    )
    .await;

    assert_eq!(
        (
            &draft.json["number"],
            &draft.json["state"],
            &draft.json["published_at"]
        ),
        (&json!(null), &json!("draft"), &json!(null))
    );
    let after = app.get("/v1/articles/h").await;
    assert_eq!(
        (after.text.as_str(), after.header("kroniek-seq")),
        (before.text.as_str(), before.header("kroniek-seq"))
    );
    assert_eq!(
        read(&app, "/v1/articles/h/updates").await["data"],
        json!([])
    );
    assert_eq!(app.get("/v1/authors/fenna").await.status, 404);
    assert_eq!(
        read(&app, "/v1/articles?has_updates=true&count=true").await["page"]["total"],
        0
    );
    append(&app, &article, json!({"body": markdown("Eerder")})).await;

    let path = format!("/articles/{}/updates/{}", article.id(), draft.id());
    let stale = app
        .manage("POST", &format!("{path}/show"))
        .if_match("\"7.7\"")
        .send()
        .await
        .expect(412);
    assert_eq!(stale.json["current_version"], draft.etag());
    let shown = app
        .manage("POST", &format!("{path}/show"))
        .if_match(&draft.etag())
        .send()
        .await
        .expect(200);

    assert_eq!(
        (&shown.json["number"], &shown.json["revised_at"]),
        (&json!(2), &json!(null))
    );
    assert_eq!(
        read(&app, "/v1/articles/h").await["updates"][1]["body"]["html"],
        "<p>U</p>"
    );
    assert_eq!(
        app.manage("POST", &format!("{path}/show"))
            .send()
            .await
            .expect(409)
            .problem(),
        "state-conflict"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_is_dated_back_to_the_one_before_it_at_most_and_never_ahead() {
    let app = App::start().await;
    let article = publish_at(&app, "2024-01-01T12:00:00Z", json!({"headline": "H"})).await;
    let path = format!("/articles/{}/updates", article.id());
    let at = |at: &str| json!({"body": markdown("U"), "published_at": at});

    for wrong in ["2024-01-01T11:59:59.999Z", "2099-01-01T00:00:00Z"] {
        assert_eq!(
            app.manage("POST", &path)
                .json(&at(wrong))
                .send()
                .await
                .expect(422)
                .faults(),
            ["invalid_value at /published_at"]
        );
    }
    append(&app, &article, at("2024-01-01T12:00:00Z")).await;
    append(&app, &article, at("2024-02-01T00:00:00Z")).await;
    let earlier = app
        .manage("POST", &path)
        .json(&at("2024-01-31T23:59:59.999Z"))
        .send()
        .await
        .expect(422);
    assert_eq!(earlier.faults(), ["invalid_value at /published_at"]);
    let second = managed(&app, &format!("{path}/2")).await;
    let retract = app
        .manage("POST", &format!("{path}/2/retract"))
        .if_match(&second.etag());
    retract
        .json(&json!({"reason": "R"}))
        .send()
        .await
        .expect(200);
    app.manage("POST", &path)
        .json(&at("2024-01-31T00:00:00Z"))
        .send()
        .await
        .expect(422);
    let draft = append(
        &app,
        &article,
        json!({"body": markdown("U"), "published_at": "2024-02-01T00:00:00Z", "draft": true}),
    )
    .await;
    let shown = app
        .manage("POST", &format!("{path}/{}/show", draft.id()))
        .send()
        .await
        .expect(200);

    assert_eq!(
        (&shown.json["number"], &shown.json["published_at"]),
        (&json!(3), &json!("2024-02-01T00:00:00.000Z"))
    );
    assert_eq!(
        read(&app, "/v1/articles/h").await["last_update_at"],
        "2024-02-01T00:00:00.000Z"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_that_waited_for_another_writer_still_stands_after_it() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "H"})).await;
    let mut sql = app.sql().await;
    let watch = app.sql().await;
    let other = sql.transaction().await.unwrap();
    other
        .batch_execute("UPDATE newsroom.articles SET published_at = published_at")
        .await
        .unwrap();
    let body = json!({"body": markdown("U")});
    let waiting = async {
        let sent = app
            .manage("POST", &format!("/articles/{}/updates", article.id()))
            .json(&body)
            .send();
        let first_in_line = async {
            blocked(&watch, 1).await;
            other.batch_execute("UPDATE newsroom.articles SET published_at = date_trunc('milliseconds', clock_timestamp())").await.unwrap();
            other.commit().await.unwrap();
        };
        tokio::join!(sent, first_in_line).0
    };

    let appended = waiting.await.expect(201);

    let page = read(&app, "/v1/articles/h").await;
    assert_eq!(
        page["updates"][0]["published_at"],
        appended.json["published_at"]
    );
    assert!(page["published_at"].as_str() <= appended.json["published_at"].as_str());
    assert!(page["modified_at"].as_str() >= page["published_at"].as_str());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_at_once_get_numbers_one_after_the_other() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "H"})).await;
    let writers = (0..8).map(|number| {
        append(
            &app,
            &article,
            json!({"body": markdown(&format!("U{number}"))}),
        )
    });

    all_at_once(writers).await;

    let updates = read(&app, "/v1/articles/h/updates").await;
    let numbers: Vec<i64> = updates["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|update| update["number"].as_i64().unwrap())
        .collect();
    assert_eq!(numbers, (1..=8).collect::<Vec<_>>());
    let dates = texts(&updates["data"], "published_at");
    assert!(dates.is_sorted(), "{dates:?}");
    app.stop().await;
}

/// Runs all at once, to the end of the last.
async fn all_at_once<F: Future>(futures: impl Iterator<Item = F>) {
    let mut running: Vec<_> = futures.map(Box::pin).collect();
    std::future::poll_fn(|context| {
        running.retain_mut(|future| future.as_mut().poll(context).is_pending());
        if running.is_empty() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
}
