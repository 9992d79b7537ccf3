//! Making and changing articles.

use serde_json::json;

use crate::app::App;
use crate::shorthand::{managed, markdown, names, publish_at, put, read, remove, republish, slugs, texts};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_needs_only_a_headline() {
    let app = App::start().await;

    let made = app.make("/articles", json!({"headline": "  De haven slibt dicht  "})).await;

    assert_eq!(made.header("location"), format!("/v1/manage/articles/{}", made.id()));
    assert_eq!(made.etag(), "\"1.1\"");
    let article = &made.json;
    assert_eq!((&article["headline"], &article["slug"]), (&json!("De haven slibt dicht"), &json!("de-haven-slibt-dicht")));
    assert_eq!((&article["status"], &article["type"], &article["version"]), (&json!("draft"), &json!("article"), &json!(1)));
    assert_eq!((&article["language"], &article["donation_links"]), (&json!("en"), &json!("inherit")));
    for empty in ["section", "standfirst", "body", "image", "translation_of", "canonical_url", "seo", "published_at"] {
        assert_eq!(article[empty], json!(null), "{empty}");
    }
    for empty in ["authors", "entities", "related"] {
        assert_eq!(article[empty], json!([]), "{empty}");
    }
    assert_eq!(app.get("/v1/articles/de-haven-slibt-dicht").await.status, 404);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_that_an_editor_writes_reaches_the_reader() {
    let app = App::start().await;
    let section = app.make("/sections", json!({"name": "Politiek"})).await;
    let author = app.make("/authors", json!({"name": "Fenna Loman"})).await;
    let entity = app.make("/entities", json!({"kind": "place", "name": "Wendemond"})).await;
    let picked = publish_at(&app, "2026-01-02T03:04:05Z", json!({"headline": "Zout", "section": "politiek"})).await;
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

    assert_eq!(article.json["standfirst"], json!({"format": "markdown", "source": "Kort.", "html": "<p>Kort.</p>"}));
    assert_eq!(article.json["donation_links"], json!([link.id()]));
    let every_field = [
        "aliases", "authors", "body", "canonical_url", "donation_links", "entities", "has_updates", "headline", "id", "image", "language",
        "last_update_at", "modified_at", "outline", "published_at", "reading_minutes", "related", "section", "seo", "slug", "standfirst",
        "translations", "type", "update_count", "updates", "url", "word_count",
    ];
    assert_eq!(names(&page), every_field);
    assert_eq!(page["id"], article.json["id"]);
    assert_eq!(page["url"], "http://localhost:3000/politiek/haven");
    assert_eq!((&page["standfirst"], &page["image"], &page["seo"]), (&json!({"html": "<p>Kort.</p>"}), &image, &seo));
    assert_eq!(page["outline"], json!([{"level": 2, "text": "Wat nu", "anchor": "wat-nu"}]));
    assert_eq!((&page["word_count"], &page["reading_minutes"]), (&json!(5), &json!(1)));
    assert_eq!(page["section"], json!({"id": section.id(), "slug": "politiek", "name": "Politiek"}));
    assert_eq!(page["authors"], json!([{"id": author.id(), "slug": "fenna-loman", "name": "Fenna Loman"}]));
    let place = json!([{"id": entity.id(), "slug": "wendemond", "name": "Wendemond", "kind": "place", "relation": "about"}]);
    assert_eq!(page["entities"]["places"], place);
    assert_eq!(page["entities"]["people"][0]["relation"], "mentions");
    assert_eq!(names(&page["entities"]), ["events", "organisations", "people", "places", "topics", "works"]);
    let url = "http://localhost:3000/politiek/zout";
    let pick = json!({"id": picked.id(), "slug": "zout", "url": url, "headline": "Zout", "published_at": "2026-01-02T03:04:05.000Z", "origin": "editor"});
    assert_eq!(page["related"][0], pick);
    let outside = json!({"id": null, "slug": null, "url": "https://example.org/x", "headline": "Elders", "published_at": null, "origin": "outside"});
    assert_eq!(page["related"][1], outside);
    assert_eq!((&page["donation_links"][0]["call_to_action"], &page["donation_links"][0]["origin"]), (&json!("Steun"), &json!("article")));
    assert_eq!((&page["has_updates"], &page["update_count"], &page["last_update_at"]), (&json!(false), &json!(0), &json!(null)));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_keep_the_old_text_until_it_is_published_again() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "Eerst", "slug": "stuk", "body": markdown("Oud."), "related": []})).await;
    let before = app.get("/v1/articles/stuk").await;

    let path = format!("/articles/{}", article.id());
    let edited = app.patch(&path, &article, json!({"headline": "Later", "body": markdown("Nieuw.")})).await.expect(200);
    let edited = put(&app, &format!("{path}/entities"), &edited, json!([{"kind": "person", "name": "Piet Puk"}])).await.expect(200);

    assert_eq!((&edited.json["version"], &edited.json["published_version"]), (&json!(3), &json!(1)));
    let after = app.get("/v1/articles/stuk").await;
    assert_eq!((after.text, after.headers.iter().find(|(name, _)| name == "kroniek-seq")), (before.text.clone(), before.headers.iter().find(|(name, _)| name == "kroniek-seq")));
    assert_eq!(app.get("/v1/entities/piet-puk").await.status, 404);

    app.act(&edited, "publish", json!({})).await.expect(200);

    let page = read(&app, "/v1/articles/stuk").await;
    assert_eq!((&page["headline"], &page["body"]["html"]), (&json!("Later"), &json!("<p>Nieuw.</p>")));
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

    for patch in [json!({}), json!({"headline": "A", "body": {"source": "B"}}), json!({"seo": {"title": "T"}}), body] {
        let same = app.patch(&path, &made, patch.clone()).await.expect(200);
        assert_eq!(same.etag(), made.etag(), "{patch}");
    }
    let same = put(&app, &format!("{path}/related"), &made, json!([{"url": "https://example.org", "title": "E"}])).await.expect(200);
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
    assert_eq!(merged.json["seo"], json!({"title": "T", "description": null, "noindex": null}));
    assert_eq!(texts(&merged.json["authors"], "slug"), ["b"]);
    assert_eq!(merged.json["standfirst"]["html"], "<p>Other</p>");
    assert_eq!(merged.json["language"], "nl");

    let nulls = json!({"image": null, "seo": null, "authors": null, "standfirst": null, "type": null, "donation_links": null, "language": null});
    let emptied = app.patch(&path, &merged, nulls).await.expect(200);

    for field in ["image", "seo", "standfirst"] {
        assert_eq!(emptied.json[field], json!(null), "{field}");
    }
    let defaults = (&emptied.json["authors"], &emptied.json["type"], &emptied.json["donation_links"], &emptied.json["language"]);
    assert_eq!(defaults, (&json!([]), &json!("article"), &json!("inherit"), &json!("en")));
    let refused = app.patch(&path, &emptied, json!({"headline": null})).await.expect(422);
    assert_eq!(refused.faults(), ["missing_field at /headline"]);
    let refused = app.patch(&path, &emptied, json!({"nothing": null})).await.expect(422);
    assert_eq!(refused.faults(), ["unknown_field at /nothing"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_unknown_reference_is_told_with_its_place() {
    let app = App::start().await;
    app.make("/authors", json!({"name": "Fenna"})).await;
    let id = "7b0ab1f4-6b0f-4a8a-9d5f-4f1f6f6f6f6f";

    let refused = app
        .manage("POST", "/articles")
        .json(&json!({
            "headline": "H", "section": "geen", "authors": ["fenna", "niemand", "fenna"], "donation_links": [id],
            "entities": [{"entity": "geen"}, {"kind": "person"}, {"entity": id}], "related": [{"article": "geen"}, {"url": "https://example.org"}]
        }))
        .send()
        .await
        .expect(422);

    let mut faults = refused.faults();
    faults.sort();
    assert_eq!(faults, [
        "invalid_value at /authors/2", "invalid_value at /entities/1", "invalid_value at /related/1", "unknown_reference at /authors/1",
        "unknown_reference at /donation_links/0", "unknown_reference at /entities/0/entity", "unknown_reference at /entities/2/entity",
        "unknown_reference at /related/0/article", "unknown_reference at /section",
    ]);
    assert_eq!(read(&app, "/v1/articles?count=true").await["page"]["total"], 0);
    assert_eq!(managed(&app, "/articles").await.json["data"], json!([]));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_have_the_limits_that_the_contract_names() {
    let app = App::start().await;
    let (headline, standfirst, body) = ("é".repeat(300), "é".repeat(5_000), "woord ".repeat(174_762));
    let whole = json!({"headline": headline, "slug": "lang", "standfirst": markdown(&standfirst), "body": markdown(&body)});

    app.publish(whole).await;

    let page = read(&app, "/v1/articles/lang?body=text").await;
    assert_eq!(page["word_count"], 174_762);
    assert_eq!(page["headline"].as_str().map(|text| text.chars().count()), Some(300));
    let over = json!({"headline": "é".repeat(301), "seo": {"title": "t".repeat(301)}});
    let refused = app.manage("POST", "/articles").json(&over).send().await.expect(422);
    assert_eq!(refused.faults(), ["too_long at /headline", "too_long at /seo/title"]);
    let nobody = vec!["x"; 51];
    let over = json!({"headline": "H", "standfirst": markdown(&"e".repeat(5_001)), "body": markdown(&"e".repeat(1024 * 1024 + 1)), "authors": nobody});
    let refused = app.manage("POST", "/articles").json(&over).send().await.expect(422);
    assert_eq!(refused.faults(), ["too_long at /standfirst/source", "too_long at /body/source", "too_long at /authors"]);
    let over = json!({"headline": "H", "entities": vec![json!({"entity": "x"}); 201], "related": vec![json!({"article": "x"}); 101]});
    let refused = app.manage("POST", "/articles").json(&over).send().await.expect(422);
    assert_eq!(refused.faults(), ["too_long at /entities", "too_long at /related"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_draft_that_nothing_picks_can_be_removed() {
    let app = App::start().await;
    let picked = app.make("/articles", json!({"headline": "Gekozen"})).await;
    let picking = app.make("/articles", json!({"headline": "Kiest", "related": [{"article": picked.id()}]})).await;
    let public = app.publish(json!({"headline": "Openbaar"})).await;
    let path = |answer: &crate::app::Answer| format!("/articles/{}", answer.id());

    assert_eq!(remove(&app, &path(&picked), &picked).await.expect(409).problem(), "in-use");
    assert_eq!(remove(&app, &path(&public), &public).await.expect(409).problem(), "in-use");
    let withdrawn = app.act(&public, "withdraw", json!({})).await.expect(200);
    assert_eq!(remove(&app, &path(&public), &withdrawn).await.expect(409).problem(), "in-use");
    app.make(&format!("/articles/{}/updates", picking.id()), json!({"body": markdown("U"), "draft": true})).await;
    remove(&app, &path(&picking), &picking).await.expect(204);
    remove(&app, &path(&picked), &picked).await.expect(204);

    assert_eq!(app.manage("GET", &path(&picked)).send().await.status, 404);
    assert_eq!(app.make("/articles", json!({"headline": "Gekozen", "slug": "gekozen"})).await.json["slug"], "gekozen");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_without_a_language_is_in_that_of_the_site() {
    let app = App::start().await;
    let site = managed(&app, "/site").await;
    app.patch("/site", &site, json!({"default_language": "nl"})).await.expect(200);

    let article = app.publish(json!({"headline": "Zonder"})).await;
    let other = app.publish(json!({"headline": "Met", "language": "EN-gb"})).await;

    assert_eq!((&article.json["language"], &other.json["language"]), (&json!("nl"), &json!("en-GB")));
    let site = managed(&app, "/site").await;
    app.patch("/site", &site, json!({"default_language": "de"})).await.expect(200);
    let page = app.get("/v1/articles/zonder").await.expect(200);
    assert_eq!((page.header("content-language"), &page.json["language"]), ("nl", &json!("nl")));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_stands_in_no_list_unless_asked_for() {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Over"})).await;
    let colophon = app.publish(json!({"headline": "Colofon", "type": "page", "section": "over", "entities": [{"kind": "topic", "name": "Pers"}]})).await;
    app.publish(json!({"headline": "Stuk"})).await;

    assert_eq!(slugs(&app, "/v1/articles").await, ["stuk"]);
    assert_eq!(read(&app, "/v1/articles?count=true").await["page"]["total"], 1);
    for list in [format!("/v1/articles?ids={}", colophon.id()), "/v1/articles?section=over".into(), "/v1/entities/pers/articles".into()] {
        assert!(slugs(&app, &list).await.is_empty(), "{list}");
    }
    assert_eq!(slugs(&app, "/v1/articles?type=page").await, ["colofon"]);
    assert_eq!(read(&app, "/v1/articles/colofon").await["type"], "page");
    republish(&app, &colophon, json!({"type": "article"})).await;
    assert_eq!(slugs(&app, "/v1/articles?section=over").await, ["colofon"]);
    app.stop().await;
}
