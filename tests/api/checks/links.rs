//! Links to this site: what readers find there, and what they don't.

use serde_json::{Value, json};

use super::{check, found, found_in};
use crate::app::{Answer, App};
use crate::shorthand::{append, managed, markdown, republish};

/// A site at `https://example.org/nieuws`, whatever there is on it, and an article that links to each of these, a paragraph each.
async fn linking(app: &App, addresses: &[&str]) -> Answer {
    let links = addresses.iter().map(|address| format!("[x](<{address}>)"));
    let body = links.collect::<Vec<_>>().join("\n\n");
    let article = json!({"headline": "Met links", "section": "water", "body": markdown(&body)});
    app.make("/articles", article).await
}

/// Which of these addresses are told to be broken.
async fn broken<'a>(app: &App, addresses: &[&'a str]) -> Vec<&'a str> {
    let article = linking(app, addresses).await;
    let findings = check(app, &article).await.json["findings"].clone();
    let place = |finding: &Value| {
        assert_eq!(finding["code"], "broken_link");
        let pointer = finding["pointer"].as_str().unwrap();
        let index: usize = pointer.rsplit('/').next().unwrap().parse().unwrap();
        assert!(
            finding["detail"]
                .as_str()
                .unwrap()
                .contains(addresses[index]),
            "{finding}"
        );
        addresses[index]
    };
    findings.as_array().unwrap().iter().map(place).collect()
}

async fn site() -> App {
    let app = App::start().await;
    let seen = managed(&app, "/site").await;
    let paths = json!({"article": "/{section}/{slug}", "section": "/{slug}", "author": "/auteurs/{slug}", "entity": "/dossiers/{slug}"});
    let site = json!({"public_url": "https://example.org/nieuws", "paths": paths});
    app.patch("/site", &seen, site).await.expect(200);
    app.make("/sections", json!({"name": "Water"})).await;
    app
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_readers_see_is_no_broken_link_however_it_is_written() {
    let app = site().await;
    app.make("/authors", json!({"name": "Fenna"})).await;
    let names = json!({"headline": "Haven", "section": "water", "authors": ["fenna"], "entities": [{"kind": "topic", "name": "Slib"}]});
    let public = app.publish(names).await;
    republish(&app, &public, json!({"slug": "de-haven"})).await;
    let addresses = [
        "https://example.org/nieuws/water/de-haven",
        "https://example.org/nieuws/water/haven",
        "http://example.org/nieuws/water/de-haven/?utm=x#reacties",
        "/nieuws/water/de-haven",
        "/nieuws/de-haven",
        "de-haven",
        "./de-haven",
        "../water/de-haven",
        "../water",
        "/nieuws/auteurs/fenna",
        "/nieuws/dossiers/slib",
        "https://example.org/nieuws",
        "/nieuws/",
        "/nieuws/?thema=donker",
    ];
    assert_eq!(broken(&app, &addresses).await, [""; 0]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn drafts_and_what_was_withdrawn_removed_or_never_there_are_broken() {
    let app = site().await;
    app.make("/articles", json!({"headline": "Concept"})).await;
    app.make("/authors", json!({"name": "Onbekend"})).await;
    for (headline, act, body) in [
        ("Ingetrokken", "withdraw", json!({})),
        ("Gewist", "purge", json!({"reason": "Bevel."})),
    ] {
        let article = app.publish(json!({"headline": headline})).await;
        app.act(&article, act, body).await;
    }
    let section = app.make("/sections", json!({"name": "Opgeheven"})).await;
    let removal = app.manage("DELETE", "/sections/opgeheven");
    removal.if_match(&section.etag()).send().await.expect(204);
    let renamed = app.publish(json!({"headline": "Publiek"})).await;
    let patch = json!({"slug": "nog-niet"});
    app.patch("/articles/publiek", &renamed, patch)
        .await
        .expect(200);
    let addresses = [
        "/nieuws/water/concept",
        "concept",
        "/nieuws/auteurs/onbekend",
        "/nieuws/ingetrokken",
        "https://example.org/nieuws/gewist",
        "/nieuws/opgeheven",
        "/nieuws/nog-niet",
        "/nieuws/water/nergens",
        "/nieuws/nergens.html",
    ];
    assert_eq!(broken(&app, &addresses).await, addresses);
    let article = linking(&app, &addresses).await;
    let checked = check(&app, &article).await.json;
    let says = |index: usize, words: &str| {
        let detail = checked["findings"][index]["detail"].as_str().unwrap();
        assert!(detail.contains(words), "{detail}");
    };
    says(0, "readers find nothing");
    says(3, "withdrawn or removed");
    says(5, "withdrawn or removed");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_sites_files_and_other_schemes_are_not_looked_at() {
    let app = site().await;
    let addresses = [
        "https://elders.example/nieuws/water/nergens",
        "https://www.example.org/nieuws/nergens",
        "https://example.org:8443/nieuws/nergens",
        "//elders.example/nergens",
        "/ander-deel-van-de-server",
        "mailto:redactie@example.org",
        "tel:+31201234567",
        "/nieuws/rapport.pdf",
        "foto.jpg?breedte=100",
    ];
    assert_eq!(broken(&app, &addresses).await, [""; 0]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_article_itself_will_show_is_there_already() {
    let app = site().await;
    app.make("/authors", json!({"name": "Fenna"})).await;
    let body =
        "[zelf](/nieuws/water/met-links) [zij](/nieuws/auteurs/fenna) [het](/nieuws/dossiers/slib)";
    let entities = json!([{"kind": "topic", "name": "Slib"}]);
    let article = json!({"headline": "Met links", "section": "water", "authors": ["fenna"], "entities": entities, "body": markdown(body)});
    assert_eq!(
        found_in(&app, article).await,
        ["entity_without_description at /entities/0"]
    );
    let other =
        json!({"headline": "Zonder namen", "body": markdown("[zij](/nieuws/auteurs/fenna)")});
    assert_eq!(
        found_in(&app, other).await,
        ["broken_link at /body/blocks/0"]
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_anchor_must_stand_in_the_text_itself_or_be_an_update_of_it() {
    let app = site().await;
    let body = "[a](#de-geul) [b](#weg) [c](#) [d](#top) [e](#:~:text=geul)\n\n## De geul\n\nNoot.[^1]\n\n[^1]: Een noot.";
    let article = json!({"headline": "Ankers", "section": "water", "body": markdown(body)});
    let published = app.publish(article).await;
    assert_eq!(
        found(&published.json["warnings"]),
        ["broken_link at /body/blocks/0"]
    );
    let update = json!({"body": markdown("## Later\n\nMeer.")});
    let update = append(&app, &published, update).await;
    let draft = json!({"body": markdown("Nog niet."), "draft": true});
    let draft = append(&app, &published, draft).await;
    let anchor = |update: &Answer| format!("u{}", &update.id().replace('-', "")[..8]);
    let (shown, drafted) = (anchor(&update), anchor(&draft));
    let links = [
        format!("[x](#{shown})"),
        format!("[x](#{shown}-later)"),
        format!("[x](/nieuws/water/ankers#{shown})"),
        format!("[x](#{drafted})"),
        "[x](/nieuws/water/ankers#weg)".to_owned(),
        "[x](ankers#weg)".to_owned(),
        "[x](/nieuws/water#weg)".to_owned(),
    ];
    let again = json!({"body": markdown(&links.join("\n\n"))});
    let again = republish(&app, &published, again).await;
    assert_eq!(
        found(&again.json["warnings"]),
        [
            "broken_link at /body/blocks/3",
            "broken_link at /body/blocks/4",
            "broken_link at /body/blocks/5"
        ]
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_stands_twice_in_a_paragraph_is_told_once_and_very_many_are_borne() {
    let app = site().await;
    let twice = json!({"headline": "Twee", "body": markdown("[a](/nieuws/weg) [b](/nieuws/weg)\n\n[c](/nieuws/weg)")});
    assert_eq!(
        found_in(&app, twice).await,
        [
            "broken_link at /body/blocks/0",
            "broken_link at /body/blocks/1"
        ]
    );
    let many: Vec<String> = (0..20_000)
        .map(|n| format!("[x](/nieuws/weg-{n})"))
        .collect();
    let many = json!({"headline": "Veel", "body": markdown(&many.join(" "))});
    let made = app.make("/articles", many).await;
    let checked = check(&app, &made).await.json;
    // A thousand different addresses are looked up.
    assert_eq!(checked["count"], 1000);
    let long = format!("[x](/nieuws/{})", "x".repeat(100_000));
    let long = json!({"headline": "Lang", "body": markdown(&long)});
    assert_eq!(found_in(&app, long).await, [""; 0]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn odd_addresses_are_no_failure() {
    let app = site().await;
    let odd = [
        "/nieuws/%00",
        "/nieuws/%ff%zz",
        "/nieuws/a%2Fb",
        "/nieuws/00000000-0000-4000-8000-00000000000g",
        "/nieuws/00000000-0000-4000-8000-000000000000",
        "?p=12",
        "/nieuws/\u{202e}haven",
        "/nieuws/'; DROP TABLE newsroom.site; --",
    ];
    let article = linking(&app, &odd).await;
    check(&app, &article).await;
    app.stop().await;
}
