//! Random renames.

use std::collections::{BTreeMap, BTreeSet};

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::json;

use super::{rename, resolve, set_site};
use crate::app::App;
use crate::shorthand::{managed, read, republish};

/// A write of the history: which of three articles, and what becomes of it.
#[derive(Debug, Clone, Copy)]
enum Step {
    Slug(usize, usize),
    Section(usize, usize),
    RenameSection(usize, usize),
    Pattern(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    use proptest::prelude::*;
    let step = prop_oneof![
        6 => (0..3_usize, 0..5_usize).prop_map(|(article, slug)| Step::Slug(article, slug)),
        2 => (0..3_usize, 0..2_usize).prop_map(|(article, section)| Step::Section(article, section)),
        3 => (0..2_usize, 0..4_usize).prop_map(|(section, slug)| Step::RenameSection(section, slug)),
        1 => (0..3_usize).prop_map(Step::Pattern),
    ];
    proptest::collection::vec(step, 25)
}

/// Whatever is renamed, in whatever order: each address that was ever an article's leads to it, at once, and what it leads to is current.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_random_renames_there_is_no_chain_no_loop_and_no_lost_address() {
    const PATTERNS: [&str; 3] = ["/{section}/{slug}", "/{year}/{slug}/{id}", "/n/{slug}"];
    let app = App::start().await;
    let mut sections = Vec::new();
    for name in ["Water", "Lucht"] {
        sections.push(app.make("/sections", json!({"name": name})).await.id());
    }
    let mut articles = Vec::new();
    for name in ["een", "twee", "drie"] {
        articles.push(
            app.publish(json!({"headline": name, "section": sections[0]}))
                .await,
        );
    }
    let mut runner = TestRunner::deterministic();
    let mut stood: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut refused = 0;
    for _ in 0..4 {
        for step in steps().new_tree(&mut runner).unwrap().current() {
            match step {
                Step::Slug(article, slug) => {
                    let path = format!("/articles/{}", articles[article].id());
                    let seen = managed(&app, &path).await;
                    let changed = app
                        .patch(&path, &seen, json!({"slug": format!("naam-{slug}")}))
                        .await;
                    if changed.status == 409 {
                        refused += 1;
                    } else {
                        app.act(&changed.expect(200), "publish", json!({}))
                            .await
                            .expect(200);
                    }
                }
                Step::Section(article, section) => {
                    republish(
                        &app,
                        &articles[article],
                        json!({"section": sections[section]}),
                    )
                    .await;
                }
                Step::RenameSection(section, slug) => {
                    let status = rename(
                        &app,
                        "sections",
                        &sections[section],
                        &format!("deel-{slug}"),
                    )
                    .await
                    .status;
                    assert!([200, 409].contains(&status));
                }
                Step::Pattern(pattern) => {
                    set_site(&app, json!({"paths": {"article": PATTERNS[pattern]}})).await
                }
            }
            for article in &articles {
                let page = read(&app, &format!("/v1/articles/{}", article.id())).await;
                stood
                    .entry(article.id())
                    .or_default()
                    .insert(page["url"].as_str().unwrap().to_owned());
            }
        }
        for (id, addresses) in &stood {
            let now = read(&app, &format!("/v1/articles/{id}")).await;
            for address in addresses {
                let found = resolve(&app, address).await;
                assert_eq!(
                    (&found["id"], &found["url"]),
                    (&json!(id), &now["url"]),
                    "{address}"
                );
                let state = if now["url"] == *address {
                    "current"
                } else {
                    "moved"
                };
                assert_eq!(found["state"], state, "{address}");
            }
            for alias in now["aliases"].as_array().unwrap() {
                let moved = app
                    .get(&format!("/v1/articles/{}", alias.as_str().unwrap()))
                    .await
                    .expect(308);
                assert_eq!(
                    moved.header("location"),
                    format!("/v1/articles/{}", now["slug"].as_str().unwrap())
                );
            }
        }
    }
    assert!(
        refused > 10 && stood.values().all(|addresses| addresses.len() > 3),
        "{refused}, {stood:?}"
    );
    app.stop().await;
}
