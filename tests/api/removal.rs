//! What may be removed: what nothing refers to, and of articles and updates only what readers never knew. Everything else is 409.

use serde_json::{Value, json};

use crate::app::App;
use crate::history::{empty, expect_equal, rebuilt, snapshot};
use crate::shorthand::{managed, markdown};

/// A publication in which everything is referred to in one way or another. Each article is called after what it refers to.
async fn publication(app: &App) {
    let named = |name: &str| json!({"name": name});
    for name in [
        "In concept",
        "In oude versie",
        "Los",
        "Gepubliceerd",
        "Verleden",
    ] {
        app.make("/sections", named(name)).await;
        app.make("/authors", named(name)).await;
        app.make("/entities", json!({"kind": "topic", "name": name}))
            .await;
    }
    for name in ["In update", "In conceptupdate"] {
        app.make("/authors", named(name)).await;
    }
    let naming = |headline: &str, slug: &str| json!({"headline": headline, "section": slug, "authors": [slug], "entities": [{"entity": slug}]});
    app.make("/articles", naming("Concept", "in-concept")).await;
    let old = app
        .make("/articles", naming("Oude versie", "in-oude-versie"))
        .await;
    let empty = json!({"section": null, "authors": [], "entities": []});
    app.patch("/articles/oude-versie", &old, empty)
        .await
        .expect(200);
    app.publish(naming("Openbaar", "gepubliceerd")).await;
    // Readers know these, and nothing refers to them any more.
    let past = app.publish(naming("Gewist", "verleden")).await;
    app.act(&past, "purge", json!({"reason": "Toeval."}))
        .await
        .expect(204);
    for (author, draft) in [("in-update", false), ("in-conceptupdate", true)] {
        let update = json!({"body": markdown("Later."), "authors": [author], "draft": draft});
        app.make("/articles/openbaar/updates", update).await;
    }
    app.make("/articles", json!({"headline": "Gekozen"})).await;
    app.make(
        "/articles",
        json!({"headline": "Kiest", "related": [{"article": "gekozen"}]}),
    )
    .await;
    app.make(
        "/articles",
        json!({"headline": "Origineel", "language": "nl"}),
    )
    .await;
    let translation =
        json!({"headline": "Vertaling", "language": "en", "translation_of": "origineel"});
    app.make("/articles", translation).await;
    let gone = app.publish(json!({"headline": "Ingetrokken"})).await;
    app.act(&gone, "withdraw", json!({})).await.expect(200);
    app.make("/articles", json!({"headline": "Los"})).await;
}

/// A link that hangs somewhere, or nowhere.
async fn link(app: &App, place: &str) -> String {
    let body = json!({"provider": "other", "url": format!("https://example.org/{place}")});
    let id = app.make("/donation-links", body).await.id();
    let links = json!([id]);
    let path = match place {
        "site" => "/site/donation-links",
        "section" => "/sections/los/donation-links",
        "article" => "/articles/concept/donation-links",
        _ => return id,
    };
    app.manage("PUT", path)
        .if_match("*")
        .json(&links)
        .send()
        .await
        .expect(200);
    id
}

async fn remove(app: &App, path: &str) -> (u16, String) {
    let answer = app.manage("DELETE", path).if_match("*").send().await;
    (answer.status, answer.problem().to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_what_nothing_refers_to_and_no_reader_will_miss_is_removed() {
    let app = App::start().await;
    publication(&app).await;
    let refused = |problem: &str| (409, problem.to_owned());
    let (gone, used) = ((204, String::new()), refused("in-use"));
    let mut wrong = Vec::new();
    for kind in ["sections", "authors", "entities"] {
        for (name, wanted) in [
            ("in-concept", &used),
            ("in-oude-versie", &used),
            ("gepubliceerd", &used),
            ("verleden", &gone),
            ("los", &gone),
        ] {
            let path = format!("/{kind}/{name}");
            // A section that a link hangs on takes it along.
            let found = remove(&app, &path).await;
            if found != *wanted {
                wrong.push(format!("{path}: {found:?}"));
            }
        }
        let past = app.get(&format!("/v1/{kind}/verleden")).await;
        assert_eq!(past.status, 410, "{kind}: readers knew it");
        let never = if kind == "sections" { 410 } else { 404 };
        assert_eq!(
            app.get(&format!("/v1/{kind}/los")).await.status,
            never,
            "{kind}"
        );
    }
    app.make("/sections", json!({"name": "Los", "slug": "los-2"}))
        .await;
    for (path, wanted) in [
        ("/authors/in-update", &used),
        ("/authors/in-conceptupdate", &used),
        ("/articles/openbaar", &used),
        ("/articles/ingetrokken", &used),
        ("/articles/gekozen", &used),
        ("/articles/origineel", &used),
        ("/articles/kiest", &gone),
        ("/articles/gekozen", &gone),
        ("/articles/vertaling", &gone),
        ("/articles/origineel", &gone),
        ("/articles/los", &gone),
        ("/articles/openbaar/updates/1", &refused("state-conflict")),
    ] {
        let found = remove(&app, path).await;
        if found != *wanted {
            wrong.push(format!("{path}: {found:?}"));
        }
    }
    let updates = managed(&app, "/articles/openbaar/updates").await;
    let draft = updates.json["data"][1]["id"].as_str().unwrap().to_owned();
    assert_eq!(
        remove(&app, &format!("/articles/openbaar/updates/{draft}")).await,
        gone
    );
    app.make("/sections", json!({"name": "Los", "slug": "los-3"}))
        .await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    let before = snapshot(&app).await;
    empty(&app).await;
    rebuilt(&app).await;
    expect_equal(&before, &snapshot(&app).await, "rebuilt from nothing");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_is_removed_once_it_hangs_on_nothing() {
    let app = App::start().await;
    publication(&app).await;
    for place in ["site", "section", "article"] {
        let id = link(&app, place).await;
        assert_eq!(
            remove(&app, &format!("/donation-links/{id}")).await,
            (409, "in-use".to_owned()),
            "{place}"
        );
    }
    let id = link(&app, "nowhere").await;
    assert_eq!(remove(&app, &format!("/donation-links/{id}")).await.0, 204);
    let id = link(&app, "site").await;
    let none: Value = json!([]);
    app.manage("PUT", "/site/donation-links")
        .if_match("*")
        .json(&none)
        .send()
        .await
        .expect(200);
    assert_eq!(
        remove(&app, &format!("/donation-links/{id}")).await.0,
        204,
        "readers knew it, and nothing shows it"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removed_draft_gives_back_its_names() {
    let app = App::start().await;
    let draft = app.make("/articles", json!({"headline": "Concept"})).await;
    let path = "INSERT INTO newsroom.old_paths VALUES ('/oud', 'article', $1::text::uuid)";
    app.sql().await.execute(path, &[&draft.id()]).await.unwrap();
    assert_eq!(remove(&app, "/articles/concept").await.0, 204);
    assert_eq!(
        app.make("/articles", json!({"headline": "Concept"}))
            .await
            .json["slug"],
        "concept"
    );
    let paths: i64 = app
        .sql()
        .await
        .query_one("SELECT count(*) FROM newsroom.old_paths", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(paths, 0);
    app.stop().await;
}
