//! Making and changing articles.

use serde_json::json;

use crate::app::App;
use crate::shorthand::{markdown, names, publish_at, put, read, texts};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_needs_only_a_headline() {
    let app = App::start().await;

    let made = app
        .make("/articles", json!({"headline": "  De haven slibt dicht  "}))
        .await;

    assert_eq!(
        made.header("location"),
        format!("/v1/manage/articles/{}", made.id())
    );
    assert_eq!(made.etag(), "\"1.1\"");
    let article = &made.json;
    assert_eq!(
        (&article["headline"], &article["slug"]),
        (
            &json!("De haven slibt dicht"),
            &json!("de-haven-slibt-dicht")
        )
    );
    assert_eq!(
        (&article["status"], &article["type"], &article["version"]),
        (&json!("draft"), &json!("article"), &json!(1))
    );
    assert_eq!(
        (&article["language"], &article["donation_links"]),
        (&json!("en"), &json!("inherit"))
    );
    for empty in [
        "section",
        "standfirst",
        "body",
        "image",
        "translation_of",
        "canonical_url",
        "seo",
        "published_at",
    ] {
        assert_eq!(article[empty], json!(null), "{empty}");
    }
    for empty in ["authors", "entities", "related"] {
        assert_eq!(article[empty], json!([]), "{empty}");
    }
    assert_eq!(
        app.get("/v1/articles/de-haven-slibt-dicht").await.status,
        404
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_that_an_editor_writes_reaches_the_reader() {
    let app = App::start().await;
    let section = app.make("/sections", json!({"name": "Politiek"})).await;
    let author = app.make("/authors", json!({"name": "Fenna Loman"})).await;
    let entity = app
        .make("/entities", json!({"kind": "place", "name": "Wendemond"}))
        .await;
    let picked = publish_at(
        &app,
        "2026-01-02T03:04:05Z",
        json!({"headline": "Zout", "section": "politiek"}),
    )
    .await;
    let link = json!({"provider": "paypal", "url": "https://www.paypal.com/x", "call_to_action": {"nl": "Steun"}, "currency": "EUR", "suggested_amounts": [250]});
    let link = app.make("/donation-links", link).await;
    let image = json!({"url": "https://example.org/a.jpg", "alt": "A", "caption": "B", "credit": "C", "width": 1600, "height": 900});
    let seo = json!({"title": "T", "description": "D", "noindex": true});

    let article = app
        .publish(json!({
            "headline": "De haven", "slug": "haven", "type": "article", "language": "nl", "section": section.id(), "authors": ["fenna-loman"],
            "standfirst": markdown("Kort."), "body": markdown("Een.\n\n## Wat nu\n\nTwee woorden."), "image": image,
            "entities": [{"entity": entity.id(), "relation": "about"}, {"kind": "person", "name": "Piet Puk", "relation": "mentions"}],
            "related": [{"article": picked.id()}, {"url": "https://example.org/x", "title": "Elders"}],
            "donation_links": [link.id()], "translation_of": null, "canonical_url": "https://example.org/first", "seo": seo
        }))
        .await;
    let page = read(&app, "/v1/articles/haven").await;

    assert_eq!(
        article.json["standfirst"],
        json!({"format": "markdown", "source": "Kort.", "html": "<p>Kort.</p>"})
    );
    assert_eq!(article.json["donation_links"], json!([link.id()]));
    let every_field = [
        "aliases",
        "authors",
        "body",
        "canonical_url",
        "correction_count",
        "donation_links",
        "entities",
        "has_updates",
        "headline",
        "id",
        "image",
        "language",
        "last_update_at",
        "modified_at",
        "outline",
        "published_at",
        "reading_minutes",
        "related",
        "section",
        "seo",
        "slug",
        "standfirst",
        "translations",
        "type",
        "update_count",
        "updates",
        "updates_after_number",
        "url",
        "word_count",
    ];
    assert_eq!(names(&page), every_field);
    assert_eq!(page["id"], article.json["id"]);
    assert_eq!(page["url"], "http://localhost:3000/politiek/haven");
    assert_eq!(
        (&page["standfirst"], &page["image"], &page["seo"]),
        (&json!({"html": "<p>Kort.</p>"}), &image, &seo)
    );
    assert_eq!(
        page["outline"],
        json!([{"level": 2, "text": "Wat nu", "anchor": "wat-nu"}])
    );
    assert_eq!(
        (&page["word_count"], &page["reading_minutes"]),
        (&json!(5), &json!(1))
    );
    assert_eq!(
        page["section"],
        json!({"id": section.id(), "slug": "politiek", "name": "Politiek"})
    );
    assert_eq!(
        page["authors"],
        json!([{"id": author.id(), "slug": "fenna-loman", "name": "Fenna Loman"}])
    );
    let place = json!([{"id": entity.id(), "slug": "wendemond", "name": "Wendemond", "kind": "place", "relation": "about"}]);
    assert_eq!(page["entities"]["places"], place);
    assert_eq!(page["entities"]["people"][0]["relation"], "mentions");
    assert_eq!(
        names(&page["entities"]),
        [
            "events",
            "organisations",
            "people",
            "places",
            "topics",
            "works"
        ]
    );
    let url = "http://localhost:3000/politiek/zout";
    let pick = json!({"id": picked.id(), "slug": "zout", "url": url, "headline": "Zout", "published_at": "2026-01-02T03:04:05.000Z", "origin": "editor"});
    assert_eq!(page["related"][0], pick);
    let outside = json!({"id": null, "slug": null, "url": "https://example.org/x", "headline": "Elders", "published_at": null, "origin": "outside"});
    assert_eq!(page["related"][1], outside);
    assert_eq!(
        (
            &page["donation_links"][0]["call_to_action"],
            &page["donation_links"][0]["origin"]
        ),
        (&json!("Steun"), &json!("article"))
    );
    assert_eq!(
        (
            &page["has_updates"],
            &page["update_count"],
            &page["last_update_at"]
        ),
        (&json!(false), &json!(0), &json!(null))
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_keep_the_old_text_until_it_is_published_again() {
    let app = App::start().await;
    let article = app
        .publish(
            json!({"headline": "Eerst", "slug": "stuk", "body": markdown("Oud."), "related": []}),
        )
        .await;
    let before = app.get("/v1/articles/stuk").await;

    let path = format!("/articles/{}", article.id());
    let edited = app
        .patch(
            &path,
            &article,
            json!({"headline": "Later", "body": markdown("Nieuw.")}),
        )
        .await
        .expect(200);
    let edited = put(
        &app,
        &format!("{path}/entities"),
        &edited,
        json!([{"kind": "person", "name": "Piet Puk"}]),
    )
    .await
    .expect(200);

    assert_eq!(
        (&edited.json["version"], &edited.json["published_version"]),
        (&json!(3), &json!(1))
    );
    let after = app.get("/v1/articles/stuk").await;
    assert_eq!(
        (
            after.text,
            after.headers.iter().find(|(name, _)| name == "kroniek-seq")
        ),
        (
            before.text.clone(),
            before
                .headers
                .iter()
                .find(|(name, _)| name == "kroniek-seq")
        )
    );
    assert_eq!(app.get("/v1/entities/piet-puk").await.status, 404);

    app.act(&edited, "publish", json!({})).await.expect(200);

    let page = read(&app, "/v1/articles/stuk").await;
    assert_eq!(
        (&page["headline"], &page["body"]["html"]),
        (&json!("Later"), &json!("<p>Nieuw.</p>"))
    );
    assert_eq!(page["entities"]["people"][0]["name"], "Piet Puk");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_patch_that_changes_nothing_makes_no_version() {
    let app = App::start().await;
    let body = json!({"headline": "A", "body": markdown("B"), "image": {"url": "https://example.org/a.jpg"}, "seo": {"title": "T"},
        "entities": [{"kind": "person", "name": "Piet Puk", "relation": "about"}], "related": [{"url": "https://example.org", "title": "E"}]});
    let made = app.make("/articles", body.clone()).await;
    let path = format!("/articles/{}", made.id());

    for patch in [
        json!({}),
        json!({"headline": "A", "body": {"source": "B"}}),
        json!({"seo": {"title": "T"}}),
        body,
    ] {
        let same = app.patch(&path, &made, patch.clone()).await.expect(200);
        assert_eq!(same.etag(), made.etag(), "{patch}");
    }
    let same = put(
        &app,
        &format!("{path}/related"),
        &made,
        json!([{"url": "https://example.org", "title": "E"}]),
    )
    .await
    .expect(200);
    assert_eq!(same.etag(), made.etag());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_patch_merges_objects_empties_with_null_and_replaces_lists() {
    let app = App::start().await;
    app.make("/authors", json!({"name": "A"})).await;
    app.make("/authors", json!({"name": "B"})).await;
    let made = app
        .make("/articles", json!({
            "headline": "H", "type": "page", "language": "nl", "authors": ["a", "b"], "standfirst": markdown("S"), "donation_links": "none",
            "image": {"url": "https://example.org/a.jpg", "alt": "Alt", "credit": "Credit"}, "seo": {"title": "T", "noindex": true}
        }))
        .await;
    let path = format!("/articles/{}", made.id());

    let merged = app
        .patch(&path, &made, json!({
            "image": {"alt": null, "caption": "New"}, "seo": {"noindex": null}, "authors": ["b"], "standfirst": {"source": "Other"}
        }))
        .await
        .expect(200);

    let image = json!({"url": "https://example.org/a.jpg", "alt": null, "caption": "New", "credit": "Credit", "width": null, "height": null});
    assert_eq!(merged.json["image"], image);
    assert_eq!(
        merged.json["seo"],
        json!({"title": "T", "description": null, "noindex": null})
    );
    assert_eq!(texts(&merged.json["authors"], "slug"), ["b"]);
    assert_eq!(merged.json["standfirst"]["html"], "<p>Other</p>");
    assert_eq!(merged.json["language"], "nl");

    let nulls = json!({"image": null, "seo": null, "authors": null, "standfirst": null, "type": null, "donation_links": null, "language": null});
    let emptied = app.patch(&path, &merged, nulls).await.expect(200);

    for field in ["image", "seo", "standfirst"] {
        assert_eq!(emptied.json[field], json!(null), "{field}");
    }
    let defaults = (
        &emptied.json["authors"],
        &emptied.json["type"],
        &emptied.json["donation_links"],
        &emptied.json["language"],
    );
    assert_eq!(
        defaults,
        (
            &json!([]),
            &json!("article"),
            &json!("inherit"),
            &json!("en")
        )
    );
    let refused = app
        .patch(&path, &emptied, json!({"headline": null}))
        .await
        .expect(422);
    assert_eq!(refused.faults(), ["missing_field at /headline"]);
    let refused = app
        .patch(&path, &emptied, json!({"nothing": null}))
        .await
        .expect(422);
    assert_eq!(refused.faults(), ["unknown_field at /nothing"]);
    app.stop().await;
}
