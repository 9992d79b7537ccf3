//! The pages of a real export, compared with what Ghost made of it.

use std::path::PathBuf;

use serde_json::Value;

use super::{article, run};
use crate::app::App;
use crate::importing::counts;

/// The words of a text: what has a letter or digit in it, without addresses.
fn words(text: &str) -> Vec<String> {
    // And it numbers the items of its lists.
    let is_number = |line: &str| {
        line.trim_start()
            .split_once(". ")
            .is_some_and(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let without: Vec<&str> = text
        .lines()
        .map(|line| {
            if is_number(line) {
                line.split_once(". ").map_or(line, |(_, after)| after)
            } else {
                line
            }
        })
        .collect();
    let without = without.join("\n");
    let mut plain = String::new();
    let mut rest = without.as_str();
    // Ghost's plain text gives the address of each link in brackets.
    while let Some((before, after)) = rest.split_once('[') {
        plain.push_str(before);
        let (inside, behind) = after.split_once(']').unwrap_or((after, ""));
        if !(inside.starts_with("http") || inside.starts_with('/') || inside.starts_with("mailto"))
        {
            plain.push_str(inside);
        }
        rest = behind;
    }
    plain.push_str(rest);
    // An embed without a title is its address.
    plain
        .split_whitespace()
        .filter(|word| !word.starts_with("http"))
        .flat_map(|word| word.split(|letter: char| !letter.is_alphanumeric() && letter != '\''))
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(str::to_lowercase)
        .collect()
}

/// By how many words a page of the real export may differ from Ghost's own plain text: that glues the parts of a link preview together, and
/// numbers lists in lists within a line, and has no titles of embeds.
const TOLERANCE: usize = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_real_export_has_the_words_that_ghost_counted() {
    let shared = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/ghost-export.json");
    if !shared.exists() {
        println!("the real export is not here");
        return;
    }
    let app = App::start().await;
    let report = run(&app, &shared).await;
    assert!(report.contains("19  article new"), "{report}");
    let document: Value = serde_json::from_str(&std::fs::read_to_string(&shared).unwrap()).unwrap();
    for source in document["db"][0]["data"]["posts"].as_array().unwrap() {
        let slug = source["slug"].as_str().unwrap();
        let page = article(&app, slug).await;
        let here = words(page["body"]["text"].as_str().unwrap_or_default());
        let there = words(source["plaintext"].as_str().unwrap_or_default());
        println!("{slug}: {} here, {} there", here.len(), there.len());
        assert!(
            here.len().abs_diff(there.len()) <= TOLERANCE,
            "{slug}: {here:?} here, {there:?} there"
        );
    }
    let after = counts(&app).await;
    run(&app, &shared).await;
    assert_eq!(counts(&app).await, after);
    app.stop().await;
}
