//! Feeds of sections, authors, entities, languages and filters.

use serde_json::json;

use super::{API, app, feed, parsed, titles};
use crate::shorthand::{managed, publish_at};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_section_author_entity_language_and_filter_has_a_feed() {
    let app = app().await;
    for name in ["Water", "Lucht"] {
        app.make("/sections", json!({"name": name})).await;
    }
    for name in ["Fenna", "Joris"] {
        app.make("/authors", json!({"name": name})).await;
    }
    let about = |name: &str| json!([{"kind": "topic", "name": name, "relation": "about"}]);
    for (day, headline, section, author, entity, language) in [
        (1, "A", "water", "fenna", "Slib", "nl"),
        (2, "B", "lucht", "joris", "Slib", "nl"),
        (3, "C", "water", "joris", "Wind", "de"),
    ] {
        let made = json!({"headline": headline, "section": section, "authors": [author], "entities": about(entity), "language": language});
        publish_at(&app, &format!("2026-01-0{day}T00:00:00.000Z"), made).await;
    }
    let site = app.get("/v1/site").await.json["title"]
        .as_str()
        .unwrap()
        .to_owned();
    for (path, named, wanted) in [
        ("/feeds/atom.xml", None, &["C", "B", "A"][..]),
        ("/feeds/sections/water/atom.xml", Some("Water"), &["C", "A"]),
        ("/feeds/authors/joris/atom.xml", Some("Joris"), &["C", "B"]),
        ("/feeds/entities/slib/atom.xml", Some("Slib"), &["B", "A"]),
        ("/feeds/atom.xml?language=nl", None, &["B", "A"]),
        ("/feeds/atom.xml?section=water&author=fenna", None, &["A"]),
        (
            "/feeds/sections/water/atom.xml?author=joris&language=de",
            Some("Water"),
            &["C"],
        ),
        (
            "/feeds/entities/slib/atom.xml?section=lucht",
            Some("Slib"),
            &["B"],
        ),
        (
            "/feeds/sections/lucht/atom.xml?language=fr",
            Some("Lucht"),
            &[],
        ),
    ] {
        for file in ["rss.xml", "atom.xml", "feed.json"] {
            let path = path.replace("atom.xml", file);
            let answer = app.get(&path).await.expect(200);
            let feed = parsed(&answer);
            assert_eq!(titles(&feed), wanted, "{path}");
            let title = named.map_or(site.clone(), |name| format!("{name} – {site}"));
            assert_eq!(feed.title.unwrap().content, title, "{path}");
            let own = format!("{API}{path}");
            assert!(
                answer.text.contains(&own.replace('&', "&amp;")) || answer.text.contains(&own),
                "{path}"
            );
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_of_before_leads_on_and_what_does_not_fit_is_told() {
    let app = app().await;
    let section = app.make("/sections", json!({"name": "Water"})).await;
    app.publish(json!({"headline": "Een", "section": "water"}))
        .await;
    let seen = managed(&app, &format!("/sections/{}", section.id())).await;
    app.patch(
        &format!("/sections/{}", section.id()),
        &seen,
        json!({"slug": "zee"}),
    )
    .await
    .expect(200);
    let moved = app.get("/feeds/sections/water/rss.xml?limit=3").await;
    // The client of the tests goes where it is led, but for other hosts.
    assert_eq!(moved.status, 308, "{}", moved.text);
    assert_eq!(
        moved.header("location"),
        format!("{API}/feeds/sections/zee/rss.xml?limit=3")
    );
    assert_eq!(
        titles(&feed(&app, "/feeds/sections/zee/rss.xml").await),
        ["Een"]
    );
    for (path, status) in [
        ("/feeds/sections/zee/rss.xml?section=zee", 400),
        ("/feeds/authors/niets/rss.xml?author=niets", 400),
        ("/feeds/rss.xml?sort=published", 400),
        ("/feeds/rss.xml?body=html", 400),
        ("/feeds/rss.xml?include=related", 400),
        ("/feeds/rss.xml?onzin=1", 400),
        ("/feeds/rss.xml?limit=0", 400),
        ("/feeds/rss.xml?cursor=onzin", 400),
        ("/feeds/rdf.xml", 404),
        ("/feeds/sections/niets/rss.xml", 404),
        ("/feeds/authors/niets/rss.xml", 404),
        ("/feeds/entities/niets/feed.json", 404),
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{path}"
        );
    }
    app.stop().await;
}
