//! Hostile case 23: an article of a megabyte of distinct words.

use serde_json::json;

use super::{ask, found, publish_in};
use crate::app::App;
use crate::history::{empty, expect_equal, rebuilt, snapshot};
use crate::shorthand::{append, managed, markdown, read};

/// So many bytes of words of five letters, none of them twice, counted from this one on.
fn distinct(bytes: usize, from: u32) -> String {
    let mut text = String::new();
    let mut number = from;
    while text.len() < bytes {
        let letters: String = (0..5)
            .map(|place| char::from(b'a' + u8::try_from(number / 26_u32.pow(place) % 26).unwrap()))
            .collect();
        text.push_str(&letters);
        text.push(if number % 12 == 11 { '\n' } else { ' ' });
        number += 1;
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_huge_article_is_saved_published_readable_and_findable() {
    let app = App::start().await;
    let body = distinct(999_000, 0);
    let made = publish_in(&app, "pl", "Reusachtig", &body).await;
    append(&app, &made, json!({"body": markdown("Jeszcze bbbbbbb.")})).await;
    assert_eq!(found(&app, "reusachtig").await, ["reusachtig"]);
    assert_eq!(
        found(&app, "baaaa").await,
        ["reusachtig"],
        "what comes first in it is found"
    );
    let hit = ask(&app, "baaaa", "").await["data"][0]["highlights"]["body"][0].clone();
    assert!(hit.as_str().unwrap().contains("<mark>baaaa</mark>"));
    let words = read(&app, "/v1/articles/reusachtig").await["word_count"]
        .as_i64()
        .unwrap();
    assert!(words > 160_000, "{words}");
    let size: i32 = app
        .sql()
        .await
        .query_one("SELECT length(vector) FROM delivery.article_search", &[])
        .await
        .unwrap()
        .get(0);
    assert!(size > 50_000, "{size} words are indexed");
    let withdrawn = managed(&app, "/articles/reusachtig").await;
    app.act(&withdrawn, "withdraw", json!({})).await.expect(200);
    assert_eq!(found(&app, "reusachtig").await, [""; 0]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_with_updates_of_megabytes_is_readable_whole_and_stays_what_a_rebuild_gives() {
    let app = App::start().await;
    let made = publish_in(&app, "nl", "Reusachtig", &distinct(900_000, 0)).await;
    for number in 1..=2 {
        let text = format!("Vervolg{number} {}", distinct(900_000, number * 160_000));
        append(&app, &made, json!({"body": markdown(&text)})).await;
    }
    let page = read(&app, "/v1/articles/reusachtig?body=text").await;
    let length = |text: &serde_json::Value| text["text"].as_str().unwrap().len();
    assert!(length(&page["body"]) > 890_000);
    for update in page["updates"].as_array().unwrap() {
        assert!(length(&update["body"]) > 890_000, "{}", update["number"]);
    }
    assert_eq!(found(&app, "reusachtig").await, ["reusachtig"]);
    assert_eq!(found(&app, "baaaa").await, ["reusachtig"]);
    let before = snapshot(&app).await;
    assert_eq!(rebuilt(&app).await.changed, 0);
    empty(&app).await;
    rebuilt(&app).await;
    expect_equal(&before, &snapshot(&app).await, "rebuilt from nothing");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_megabyte_without_a_space_is_saved_readable_and_withdrawn_like_any_other() {
    let app = App::start().await;
    for (language, letter) in [
        ("nl", "x"),
        ("ja", "字"),
        ("de", "ß"),
        ("en", "😀"),
        ("ar", "ب"),
    ] {
        let body = letter.repeat(999_000 / letter.len());
        let name = format!("Lang {language}");
        let made = publish_in(&app, language, &name, &body).await;
        let path = format!("/v1/articles/lang-{language}");
        let page = read(&app, &format!("{path}?body=html,blocks,text")).await;
        assert_eq!(
            page["body"]["text"].as_str().unwrap().trim(),
            body,
            "{language}"
        );
        assert_eq!(found(&app, &name).await, [format!("lang-{language}")]);
        let seen = managed(&app, &format!("/articles/{}", made.id())).await;
        app.act(&seen, "withdraw", json!({})).await.expect(200);
        app.get(&path).await.expect(410);
    }
    app.stop().await;
}
