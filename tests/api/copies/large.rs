//! Pages of what is long: fewer things, none of them lost, whatever is asked for at once.

use serde_json::json;

use super::{Copy, expect_whole};
use crate::app::App;
use crate::shorthand::markdown;

/// A text of so many bytes that packs badly.
fn long(bytes: usize, seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut text = String::new();
    while text.len() < bytes {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        text.push_str(&format!("{state:x} "));
        if state.is_multiple_of(40) {
            text.push_str("\n\n");
        }
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_holds_no_more_text_than_can_be_read_at_once_and_all_of_it_comes() {
    let app = App::start().await;
    for number in 0..7 {
        let headline = format!("Lang {number}");
        app.publish(json!({"headline": headline, "body": markdown(&long(700_000, number))}))
            .await;
    }
    let mut copy = Copy::of("limit=100");
    let mut pages = Vec::new();
    loop {
        let before = copy.told;
        let more = copy.step(&app).await;
        pages.push(copy.told - before);
        if !more {
            break;
        }
    }
    assert!(
        pages.len() > 1 && pages.iter().all(|&things| things < 8),
        "{pages:?}"
    );
    expect_whole(&app, &copy, "the first copy").await;

    // The same by what has changed since.
    for number in 0..7 {
        let path = format!("/articles/lang-{number}");
        let change = app.manage("PATCH", &path).if_match("*");
        let body = markdown(&long(700_000, 100 + number));
        change.json(&json!({"body": body})).send().await.expect(200);
        let publish = app.manage("POST", &format!("{path}/publish")).if_match("*");
        publish.json(&json!({})).send().await.expect(200);
    }
    let mut steps = 1;
    while copy.step(&app).await {
        steps += 1;
    }
    assert!(steps > 1, "{steps}");
    expect_whole(&app, &copy, "after changes").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn articles_with_many_long_updates_are_read_in_time() {
    let app = App::start().await;
    for number in 0..12 {
        app.publish(json!({"headline": format!("Verslag {number}")}))
            .await;
        for update in 0..30 {
            let body = markdown(&long(6_000, number * 100 + update));
            app.make(
                &format!("/articles/verslag-{number}/updates"),
                json!({"body": body}),
            )
            .await;
        }
    }
    let mut copy = Copy::of("limit=100");
    copy.follow(&app).await;
    expect_whole(&app, &copy, "the first copy").await;
    app.stop().await;
}
