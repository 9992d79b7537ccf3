//! A live report has an update every minute. One more is put behind those that stand there, which are not read again.

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::history::rebuilt;
use crate::shorthand::{append, managed, markdown, read, republish, texts};

async fn reported() -> (App, Answer) {
    let app = App::start().await;
    for name in ["Een", "Twee", "Drie"] {
        app.make("/authors", json!({"name": name})).await;
    }
    let article = app
        .publish(json!({"headline": "Vuur", "authors": ["een"]}))
        .await;
    for (kind, authors) in [
        ("update", json!(["een"])),
        ("correction", json!(["twee", "een"])),
        ("update", json!([])),
    ] {
        let text = markdown("Er is *meer* [zoals] `]` nieuws: \"één\".");
        append(
            &app,
            &article,
            json!({"kind": kind, "body": text, "authors": authors}),
        )
        .await;
    }
    (app, article)
}

/// What stands of its updates.
async fn stands(app: &App) -> (String, i32, i32) {
    let query = "SELECT updates::text, update_count, correction_count FROM delivery.articles";
    let row = app.sql().await.query_one(query, &[]).await.unwrap();
    (row.get(0), row.get(1), row.get(2))
}

async fn signed(app: &App) -> Vec<String> {
    let updates: Value = read(app, "/v1/articles/vuur?body=text").await["updates"].clone();
    let all = updates.as_array().unwrap().iter();
    all.map(|update| texts(&update["authors"], "name").join(" "))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn updates_that_came_one_by_one_stand_as_if_all_were_written_at_once() {
    let (app, article) = reported().await;
    let one_by_one = stands(&app).await;
    assert_eq!((one_by_one.1, one_by_one.2), (3, 1));
    assert_eq!(rebuilt(&app).await.changed, 0);
    republish(&app, &article, json!({"headline": "Vuur!"})).await;
    assert_eq!(stands(&app).await, one_by_one);
    assert_eq!(signed(&app).await, ["Een", "Twee Een", ""]);

    let path = format!("/articles/{}/updates/2", article.id());
    let seen = managed(&app, &path).await;
    app.manage("POST", &format!("{path}/retract"))
        .if_match(&seen.etag())
        .json(&json!({"reason": "Onjuist."}))
        .send()
        .await
        .expect(200);
    append(
        &app,
        &article,
        json!({"body": markdown("Gedoofd."), "authors": ["drie"]}),
    )
    .await;
    let one_by_one = stands(&app).await;
    assert_eq!((one_by_one.1, one_by_one.2), (4, 0));
    republish(&app, &article, json!({"headline": "Vuur?"})).await;
    assert_eq!(stands(&app).await, one_by_one);
    assert_eq!(rebuilt(&app).await.changed, 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stands_there_is_not_read_again_but_where_it_is_of_another_state() {
    let (app, article) = reported().await;
    let say = async |text: &str| append(&app, &article, json!({"body": markdown(text)})).await;
    let spoil =
        "UPDATE delivery.articles SET updates = replace(updates::text, 'meer', 'spook')::json";
    let sql = app.sql().await;
    sql.batch_execute(spoil).await.unwrap();
    say("Vier.").await;
    assert!(stands(&app).await.0.contains("spook"));
    for wrong in [
        "UPDATE delivery.articles SET update_count = update_count - 1",
        "UPDATE delivery.articles SET update_count = update_count + 1",
        "UPDATE delivery.article_search SET room = NULL",
    ] {
        sql.batch_execute(spoil).await.unwrap();
        sql.batch_execute(wrong).await.unwrap();
        say("Meer.").await;
        assert!(!stands(&app).await.0.contains("spook"), "{wrong}");
        assert_eq!(rebuilt(&app).await.changed, 0, "{wrong}");
    }
    app.stop().await;
}
