//! Versions of articles: each is there to read, and the way back to one publishes nothing.

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::entity_merge::{merge, person};
use crate::shorthand::{managed, markdown};

/// The numbers of a page of versions, in its order.
pub fn numbers(page: &Answer) -> Vec<i64> {
    let items = page.json["data"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["number"].as_i64().unwrap())
        .collect()
}

/// The versions of an article.
pub async fn versions(app: &App, article: &Answer) -> Answer {
    let path = format!("/articles/{}/versions", article.id());
    app.manage("GET", &path).send().await.expect(200)
}

async fn version(app: &App, article: &Answer, number: i32) -> Answer {
    let path = format!("/articles/{}/versions/{number}", article.id());
    app.manage("GET", &path).send().await.expect(200)
}

/// Restores one, based on what an earlier answer showed.
pub async fn restore(app: &App, article: &Answer, number: i32) -> Answer {
    app.act(article, &format!("versions/{number}/restore"), json!({}))
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_save_is_a_version_that_tells_who_wrote_it_and_which_one_readers_see() {
    let app = App::start().await;
    let made = app
        .manage("POST", "/articles")
        .header("kroniek-actor", "Fenna Loman")
        .json(&json!({"headline": "Een"}))
        .send()
        .await
        .expect(201);
    let path = format!("/articles/{}", made.id());
    let second = app.patch(&path, &made, json!({"headline": "Twee"})).await;
    let published = app.act(&second, "publish", json!({})).await.expect(200);
    app.patch(&path, &published, json!({"headline": "Drie"}))
        .await
        .expect(200);

    let listed = versions(&app, &made).await;

    assert_eq!(numbers(&listed), [3, 2, 1]);
    let of = |field: &str| -> Vec<Value> {
        let items = listed.json["data"].as_array().unwrap();
        items.iter().map(|item| item[field].clone()).collect()
    };
    assert_eq!(of("headline"), ["Drie", "Twee", "Een"]);
    assert_eq!(of("published"), [false, true, false]);
    assert_eq!(of("key"), ["test", "test", "test"]);
    assert_eq!(
        of("actor"),
        [json!(null), json!(null), json!("Fenna Loman")]
    );
    assert_eq!(of("created_at")[2], made.json["saved_at"]);

    let seen = managed(&app, &path).await;
    app.act(&seen, "withdraw", json!({})).await.expect(200);
    let listed = versions(&app, &made).await;
    assert!(
        !listed.text.contains("\"published\":true"),
        "{}",
        listed.text
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_of_versions_is_paged_and_its_cursor_is_of_that_article_alone() {
    let app = App::start().await;
    let mut article = app.make("/articles", json!({"headline": "0"})).await;
    let path = format!("/articles/{}", article.id());
    for number in 1..5 {
        let headline = json!({"headline": number.to_string()});
        article = app.patch(&path, &article, headline).await.expect(200);
    }
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = format!("{path}/versions?limit=2&cursor={cursor}");
        let page = app.manage("GET", &page).send().await.expect(200);
        found.extend(numbers(&page));
        match page.json["page"]["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
        if found.len() == 2 {
            // A save meanwhile stands before this page, and moves nothing.
            article = app
                .patch(&path, &article, json!({"headline": "nieuw"}))
                .await
                .expect(200);
            let other = app.make("/articles", json!({"headline": "Ander"})).await;
            let elsewhere = format!("/articles/{}/versions?limit=2&cursor={cursor}", other.id());
            app.manage("GET", &elsewhere).send().await.expect(400);
        }
    }
    assert_eq!(found, [5, 4, 3, 2, 1]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_says_whole_what_was_saved() {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Water"})).await;
    app.make("/authors", json!({"name": "Fenna"})).await;
    let link = json!({"provider": "paypal", "url": "https://example.org/geef"});
    let link = app.make("/donation-links", link).await.id();
    let picked = app.make("/articles", json!({"headline": "Gekozen"})).await;
    let saved = app
        .make(
            "/articles",
            json!({
                "headline": "Een", "section": "water", "authors": ["fenna"], "language": "nl", "standfirst": markdown("Kort."),
                "body": markdown("## Kop\n\nTekst."), "entities": [{"kind": "person", "name": "Iemand", "relation": "about"}],
                "related": [{"article": picked.id()}, {"url": "https://example.org/x", "title": "Elders"}], "donation_links": [link],
                "image": {"url": "https://example.org/a.jpg", "alt": "Een"}, "seo": {"title": "Anders"}, "canonical_url": "https://example.org/een",
            }),
        )
        .await;
    let path = format!("/articles/{}", saved.id());
    let emptied = json!({"headline": "Twee", "section": null, "authors": null, "standfirst": null, "body": null, "entities": null, "related": null,
                         "donation_links": null, "image": null, "seo": null, "canonical_url": null});
    app.patch(&path, &saved, emptied).await.expect(200);

    let first = version(&app, &saved, 1).await;

    for (field, value) in saved.json.as_object().unwrap() {
        let beside = [
            "id",
            "status",
            "version",
            "revision",
            "published_version",
            "published_at",
            "withdrawn_at",
            "withdrawal_reason",
            "created_at",
            "saved_at",
            "translations",
        ];
        if !beside.contains(&field.as_str()) {
            assert_eq!(&first.json[field], value, "{field}");
        }
    }
    let diff = app
        .manage("GET", &format!("{path}/versions/1/diff?against=2"))
        .send()
        .await
        .expect(200);
    let fields: Vec<&Value> = diff.json["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| &field["field"])
        .collect();
    let wanted = [
        "authors",
        "canonical_url",
        "donation_links",
        "entities",
        "headline",
        "image",
        "related",
        "section",
        "seo",
    ];
    assert_eq!(fields, wanted);
    assert_eq!(diff.json["fields"][7]["after"]["name"], "Water");
    assert_eq!(diff.json["fields"][2]["after"][0]["provider"], "paypal");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn restoring_publishes_nothing_and_touches_no_update() {
    let app = App::start().await;
    let first = app
        .make(
            "/articles",
            json!({"headline": "Eerst", "slug": "stuk", "body": markdown("Geheim begin.")}),
        )
        .await;
    let path = format!("/articles/{}", first.id());
    let second = app
        .patch(
            &path,
            &first,
            json!({"headline": "Dan", "body": markdown("Voor lezers.")}),
        )
        .await;
    app.act(&second, "publish", json!({})).await.expect(200);
    let updates = format!("{path}/updates");
    app.make(&updates, json!({"body": markdown("Later.")}))
        .await;
    let before = app.get("/v1/articles/stuk").await.expect(200);
    let update = managed(&app, &format!("{updates}/1")).await;

    let seen = managed(&app, &path).await;
    let restored = restore(&app, &seen, 1).await.expect(200);

    assert_eq!(restored.json["headline"], "Eerst");
    assert_eq!(restored.json["body"], first.json["body"]);
    assert_eq!(restored.json["version"], 3);
    assert_eq!(restored.json["published_version"], 2);
    let after = app.get("/v1/articles/stuk").await.expect(200);
    assert_eq!(after.text, before.text);
    for header in ["etag", "kroniek-seq", "last-modified"] {
        assert_eq!(after.header(header), before.header(header), "{header}");
    }
    let found = app.get("/v1/search?q=geheim").await.expect(200);
    assert_eq!(found.json["data"], json!([]));
    assert_eq!(
        managed(&app, &format!("{updates}/1")).await.text,
        update.text
    );
    assert_eq!(numbers(&versions(&app, &first).await), [3, 2, 1]);
    // The version itself is as it was, and readers see the old text once it is published.
    assert_eq!(version(&app, &first, 2).await.json["headline"], "Dan");
    app.act(&restored, "publish", json!({})).await.expect(200);
    let published = app.get("/v1/articles/stuk").await.expect(200);
    assert_eq!(published.json["headline"], "Eerst");
    assert_eq!(published.json["update_count"], 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn restoring_what_the_working_copy_says_already_writes_nothing() {
    let app = App::start().await;
    let body = markdown("Tekst.");
    let made = app
        .make("/articles", json!({"headline": "Een", "body": body}))
        .await;
    let path = format!("/articles/{}", made.id());
    let changed = app.patch(&path, &made, json!({"headline": "Twee"})).await;
    let back = app
        .patch(
            &path,
            &changed,
            json!({"headline": "Een", "slug": made.json["slug"]}),
        )
        .await;
    for number in [1, 3] {
        let restored = restore(&app, &back, number).await.expect(200);
        assert_eq!(restored.etag(), back.etag());
        assert_eq!(restored.text, back.text);
    }
    assert_eq!(numbers(&versions(&app, &made).await), [3, 2, 1]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_whose_slug_is_taken_by_now_is_refused() {
    let app = App::start().await;
    let made = app.make("/articles", json!({"headline": "Een"})).await;
    let path = format!("/articles/{}", made.id());
    let moved = app.patch(&path, &made, json!({"slug": "twee"})).await;
    app.make("/articles", json!({"headline": "Een", "slug": "een"}))
        .await;
    let refused = restore(&app, &moved, 1).await.expect(409);
    assert_eq!(refused.problem(), "slug-taken");
    assert_eq!(numbers(&versions(&app, &made).await), [2, 1]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_that_would_be_a_second_of_its_language_is_refused_in_words() {
    let app = App::start().await;
    app.make(
        "/articles",
        json!({"headline": "Origineel", "language": "nl"}),
    )
    .await;
    let english = json!({"headline": "English", "language": "en", "translation_of": "origineel"});
    let english = app.make("/articles", english).await;
    let path = format!("/articles/{}", english.id());
    let alone = app
        .patch(&path, &english, json!({"translation_of": null}))
        .await
        .expect(200);
    app.make(
        "/articles",
        json!({"headline": "Other", "language": "en", "translation_of": "origineel"}),
    )
    .await;
    let refused = restore(&app, &alone, 1).await.expect(409);
    assert_eq!(refused.problem(), "state-conflict");
    assert!(
        refused.text.contains("Version 1") && refused.text.contains("/language"),
        "{}",
        refused.text
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_that_names_a_merged_entity_comes_back_with_the_one_that_it_became() {
    let app = App::start().await;
    let (one, other) = (
        person(&app, "Jan Smit").await,
        person(&app, "J. Smit").await,
    );
    let made = app
        .make(
            "/articles",
            json!({"headline": "Een", "entities": [{"entity": other.id(), "relation": "about"}]}),
        )
        .await;
    let path = format!("/articles/{}", made.id());
    app.patch(&path, &made, json!({"entities": []}))
        .await
        .expect(200);
    merge(&app, &other.id(), &one.id()).await;

    let first = version(&app, &made, 1).await;
    assert_eq!(first.json["entities"][0]["id"], one.id());
    let seen = managed(&app, &path).await;
    let restored = restore(&app, &seen, 1).await.expect(200);

    assert_eq!(restored.json["entities"][0]["id"], one.id());
    assert_eq!(restored.json["entities"][0]["relation"], "about");
    app.stop().await;
}
