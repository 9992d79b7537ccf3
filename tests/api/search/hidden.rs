//! Hostile case 2: a word that stands only in a draft, a working copy, an earlier version, a withdrawn or purged article, or a retracted or revised
//! update changes nothing that can be asked.

use serde_json::{Value, json};

use super::path;
use crate::app::{Answer, App};
use crate::history;
use crate::leaks::{Told, publication, told};
use crate::shorthand::{managed, markdown, republish};
use crate::watch::holding;

/// Nobody has published it.
const WORD: &str = "zwijgplicht";

/// Every question through which a hidden word might show: itself, its beginning, its parts, nearly it, beside a public word, excluded.
fn questions() -> Vec<String> {
    let mut all = Vec::new();
    for q in [
        WORD,
        "zwijg",
        "zwijgplicht openbaar",
        "openbaar -zwijgplicht",
        "\"zwijgplicht\"",
        "plicht",
        "zwijgplichtt",
        "zwijgplcht",
        "openbaar zwijgplchit",
        "Zwijgende Plichten",
        "openbaar",
    ] {
        for more in [
            "",
            "&facets=true&count=true&body=html,blocks,text",
            "&type=page&count=true",
            "&language=nl&facets=true",
        ] {
            all.push(path(q, more));
        }
    }
    all
}

async fn everything(app: &App) -> Vec<(String, Told)> {
    let mut seen = Vec::new();
    for path in questions() {
        let (status, headers, text) = told(&app.get(&path).await.expect(200));
        // Publishing something else moves the number of the change, which is no secret; what is told must not move.
        let but = ["kroniek-seq", "etag"];
        let headers = headers
            .into_iter()
            .filter(|(name, _)| !but.contains(&name.as_str()))
            .collect();
        let mut json: Value = serde_json::from_str(&text).unwrap();
        for hit in json["data"].as_array_mut().unwrap() {
            for moving in [
                "modified_at",
                "last_update_at",
                "update_count",
                "has_updates",
            ] {
                hit.as_object_mut().unwrap().remove(moving);
            }
        }
        seen.push((path, (status, headers, json.to_string())));
    }
    seen
}

async fn expect_unchanged(app: &App, before: &[(String, Told)], what: &str) {
    for ((path, before), (_, after)) in before.iter().zip(everything(app).await) {
        assert_eq!(*before, after, "{what}: {path}");
    }
    assert_eq!(holding(app, WORD).await, Vec::<String>::new(), "{what}");
}

async fn update(app: &App, article: &Answer, body: Value) -> Answer {
    app.make(&format!("/articles/{}/updates", article.id()), body)
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_editors_hide_changes_no_answer() {
    let (app, public) = publication().await;
    let dutch = republish(
        &app,
        &public,
        json!({"language": "nl", "body": markdown("Dit is openbaar.")}),
    )
    .await;
    let before = everything(&app).await;
    let draft = json!({"headline": WORD, "body": markdown(WORD), "language": "nl", "entities": [{"kind": "person", "name": "Zwijgende Plichten"}]});
    let draft = app.make("/articles", draft).await;
    expect_unchanged(&app, &before, "a draft").await;
    app.act(&draft, "publish", json!({"at": "2100-01-01T00:00:00Z"}))
        .await;
    expect_unchanged(&app, &before, "a draft with a time").await;
    update(
        &app,
        &dutch,
        json!({"headline": WORD, "body": markdown(WORD), "draft": true}),
    )
    .await;
    expect_unchanged(&app, &before, "a draft of an update").await;
    let seen = managed(&app, "/articles/openbaar").await;
    app.patch(
        "/articles/openbaar",
        &seen,
        json!({"headline": WORD, "body": markdown(WORD)}),
    )
    .await
    .expect(200);
    expect_unchanged(&app, &before, "a working copy").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_longer_public_is_as_if_it_never_was() {
    let (app, public) = publication().await;
    let dutch = republish(
        &app,
        &public,
        json!({"language": "nl", "body": markdown("Dit is openbaar.")}),
    )
    .await;
    let before = everything(&app).await;

    republish(
        &app,
        &dutch,
        json!({"body": markdown(&format!("Dit is openbaar. {WORD}"))}),
    )
    .await;
    assert_ne!(
        everything(&app).await,
        before,
        "it shows while it is public"
    );
    republish(&app, &dutch, json!({"body": markdown("Dit is openbaar.")})).await;
    expect_unchanged(&app, &before, "an earlier version").await;

    let shown = update(
        &app,
        &dutch,
        json!({"headline": WORD, "body": markdown(WORD)}),
    )
    .await;
    let path = format!("/articles/{}/updates/{}", dutch.id(), shown.id());
    let revised = app
        .patch(
            &path,
            &shown,
            json!({"headline": null, "body": markdown("Herzien.")}),
        )
        .await
        .expect(200);
    expect_unchanged(&app, &before, "an update of before it was revised").await;
    let again = app
        .patch(&path, &revised, json!({"body": markdown(WORD)}))
        .await
        .expect(200);
    app.manage("POST", &format!("{path}/retract"))
        .if_match(&again.etag())
        .json(&json!({"reason": "Het klopte niet."}))
        .send()
        .await
        .expect(200);
    expect_unchanged(&app, &before, "a retracted update").await;

    let other = json!({"headline": WORD, "slug": "iets", "language": "nl", "body": markdown(WORD)});
    let other = app.publish(other).await;
    assert_ne!(everything(&app).await, before);
    let withdrawn = app.act(&other, "withdraw", json!({})).await.expect(200);
    expect_unchanged(&app, &before, "a withdrawn article").await;
    let back = app.act(&withdrawn, "publish", json!({})).await.expect(200);
    app.act(&back, "purge", json!({"reason": "Het moet weg."}))
        .await
        .expect(204);
    expect_unchanged(&app, &before, "a purged article").await;
    history::rebuilt(&app).await;
    expect_unchanged(&app, &before, "after a rebuild").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_stays_known_as_long_as_any_public_article_has_it() {
    let app = App::start().await;
    let mut all = Vec::new();
    // More than those among which another with the word is looked for first.
    for number in 0..60 {
        let text = if [0, 1, 59].contains(&number) {
            "De vaargeul."
        } else {
            "Niets."
        };
        all.push(super::publish(&app, &format!("Artikel {number}"), text).await);
    }
    let meant = async || super::ask(&app, "vaargeull", "").await["did_you_mean"].clone();
    for at in [0, 59] {
        app.act(&all[at], "withdraw", json!({})).await.expect(200);
        assert_eq!(meant().await, "vaargeul");
    }
    app.act(&all[1], "withdraw", json!({})).await.expect(200);
    assert_eq!(meant().await, Value::Null);
    assert_eq!(holding(&app, "vaargeul").await, Vec::<String>::new());
    app.stop().await;
}
