//! What updates concern, and articles with many of them.

use serde_json::{Value, json};

use crate::app::{Answer, App};

fn text(source: &str) -> Value {
    json!({"format": "markdown", "source": source})
}

async fn article(app: &App) -> Answer {
    let body = text("Elk jaar een *halve*\nmeter.\n\n## Wat nu\n\nBaggeren.");
    app.publish(json!({"headline": "De haven", "body": body}))
        .await
}

async fn append(app: &App, body: Value) -> Answer {
    let call = app.manage("POST", "/articles/de-haven/updates");
    call.json(&body).send().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_tells_which_heading_and_words_it_concerns() {
    let app = App::start().await;
    article(&app).await;
    let concerns = json!({"anchor": "wat-nu", "quote": "jaar  een halve meter."});
    let made = append(
        &app,
        json!({"kind": "correction", "body": text("Kwart."), "concerns": concerns}),
    )
    .await
    .expect(201);
    let folded = json!({"anchor": "wat-nu", "quote": "jaar een halve meter."});
    assert_eq!(made.json["concerns"], folded);
    for (path, at) in [
        ("/v1/articles/de-haven", "/updates/0/concerns"),
        ("/v1/articles/de-haven/updates", "/data/0/concerns"),
    ] {
        let answer = app.get(path).await.expect(200).json;
        assert_eq!(answer.pointer(at), Some(&folded), "{path}");
    }
    let page = app.get("/v1/articles/de-haven").await.json;
    assert_eq!(
        (&page["update_count"], &page["correction_count"]),
        (&json!(1), &json!(1))
    );
    let retract = app
        .manage("POST", "/articles/de-haven/updates/1/retract")
        .if_match(&made.etag());
    retract
        .json(&json!({"reason": "Toch niet."}))
        .send()
        .await
        .expect(200);
    let page = app.get("/v1/articles/de-haven").await;
    assert_eq!(page.json["updates"][0]["concerns"], Value::Null);
    assert_eq!(page.json["correction_count"], 0);
    assert!(!page.text.contains("jaar een halve meter.\""));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_in_the_published_text_is_refused() {
    let app = App::start().await;
    let published = article(&app).await;
    let refused = |answer: Answer| answer.expect(422).faults();
    let wrong =
        json!({"body": text("x"), "concerns": {"anchor": "weg", "quote": "een hele meter"}});
    assert_eq!(
        refused(append(&app, wrong.clone()).await),
        [
            "unknown_reference at /concerns/anchor",
            "invalid_value at /concerns/quote"
        ]
    );
    for empty in [json!({}), json!({"anchor": null})] {
        let answer = append(&app, json!({"body": text("x"), "concerns": empty})).await;
        assert_eq!(refused(answer), ["invalid_value at /concerns"]);
    }
    // The working copy is not what readers have.
    let body = text("Een hele meter.\n\n## Weg");
    let saved = app
        .patch("/articles/de-haven", &published, json!({"body": body}))
        .await
        .expect(200);
    let lower = json!({"body": text("x"), "concerns": {"anchor": "weg", "quote": "hele meter"}});
    refused(append(&app, lower.clone()).await);
    app.act(&saved, "publish", json!({})).await.expect(200);
    let shown = append(&app, lower).await.expect(201);
    // A typo may be revised although the heading has gone since.
    let now = app.manage("GET", "/articles/de-haven").send().await;
    let bare = app
        .patch("/articles/de-haven", &now, json!({"body": text("Niets.")}))
        .await
        .expect(200);
    app.act(&bare, "publish", json!({})).await.expect(200);
    let revise = app.patch(
        "/articles/de-haven/updates/1",
        &shown,
        json!({"body": text("y")}),
    );
    let revised = revise.await.expect(200);
    assert_eq!(revised.json["concerns"]["anchor"], "weg");
    let moved = json!({"concerns": {"anchor": "wat-nu", "quote": null}});
    let answer = app
        .patch("/articles/de-haven/updates/1", &revised, moved)
        .await;
    assert_eq!(refused(answer), ["unknown_reference at /concerns/anchor"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drafted_update_is_looked_at_when_it_is_shown() {
    let app = App::start().await;
    let draft = json!({"body": text("x"), "draft": true, "concerns": {"anchor": "wat-nu"}});
    let body = text("## Wat nu");
    let made = app
        .make("/articles", json!({"headline": "De haven", "body": body}))
        .await;
    let update = append(&app, draft).await.expect(201);
    let saved = app
        .patch("/articles/de-haven", &made, json!({"body": text("Kaal.")}))
        .await
        .expect(200);
    let published = app.act(&saved, "publish", json!({})).await.expect(200);
    let show = format!("/articles/de-haven/updates/{}/show", update.id());
    let answer = app.manage("POST", &show).send().await.expect(409);
    assert!(answer.text.contains("/concerns/anchor"), "{}", answer.text);
    let back = app
        .patch("/articles/de-haven", &published, json!({"body": body}))
        .await
        .expect(200);
    app.act(&back, "publish", json!({})).await.expect(200);
    app.manage("POST", &show).send().await.expect(200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_with_many_updates_shows_the_first_hundred_and_where_to_go_on() {
    let app = App::start().await;
    article(&app).await;
    for number in 1..=103 {
        let kind = if number % 50 == 0 {
            "correction"
        } else {
            "update"
        };
        append(
            &app,
            json!({"kind": kind, "body": text(&format!("Nr. {number}"))}),
        )
        .await
        .expect(201);
    }
    let numbers = |list: &Value| -> Vec<i64> {
        let list = list.as_array().unwrap().iter();
        list.map(|update| update["number"].as_i64().unwrap())
            .collect()
    };
    let page = app.get("/v1/articles/de-haven").await.expect(200).json;
    assert_eq!(numbers(&page["updates"]), (1..=100).collect::<Vec<_>>());
    assert_eq!(page["update_count"], 103);
    assert_eq!(page["correction_count"], 2);
    assert_eq!(page["updates_after_number"], 100);
    let rest = app
        .get("/v1/articles/de-haven/updates?after_number=100")
        .await
        .expect(200)
        .json;
    assert_eq!(numbers(&rest["data"]), [101, 102, 103]);
    assert_eq!(rest["page"]["has_more"], false);
    let (mut seen, mut path) = (
        Vec::new(),
        "/v1/articles/de-haven/updates?limit=40&kind=update".to_owned(),
    );
    loop {
        let part = app.get(&path).await.expect(200);
        seen.extend(numbers(&part.json["data"]));
        match part.json["page"]["next_cursor"].as_str() {
            Some(cursor) => {
                assert!(part.header("link").contains("rel=\"next\""));
                path =
                    format!("/v1/articles/de-haven/updates?limit=40&kind=update&cursor={cursor}");
            }
            None => break,
        }
    }
    let expected: Vec<i64> = (1..=103).filter(|number| number % 50 != 0).collect();
    assert_eq!(seen, expected);
    let list = app.get("/v1/articles?include=updates").await.json;
    assert_eq!(numbers(&list["data"][0]["updates"]).len(), 100);
    app.stop().await;
}
