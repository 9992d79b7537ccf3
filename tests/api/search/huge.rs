//! Hostile case 23: an article of a megabyte of distinct words.

use serde_json::json;

use super::{ask, found, publish_in};
use crate::app::App;
use crate::shorthand::{append, markdown, read};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_huge_article_is_saved_published_readable_and_findable() {
    let app = App::start().await;
    let mut body = String::new();
    let mut number = 0_u32;
    while body.len() < 999_000 {
        let letters: String = (0..5)
            .map(|place| char::from(b'a' + u8::try_from(number / 26_u32.pow(place) % 26).unwrap()))
            .collect();
        body.push_str(&letters);
        body.push(if number % 12 == 11 { '\n' } else { ' ' });
        number += 1;
    }
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
    let withdrawn = crate::shorthand::managed(&app, "/articles/reusachtig").await;
    app.act(&withdrawn, "withdraw", json!({})).await.expect(200);
    assert_eq!(found(&app, "reusachtig").await, [""; 0]);
    app.stop().await;
}
