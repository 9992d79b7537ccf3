//! Donation links: where they hang, and who sees them.

use crate::app::{Answer, App};
use crate::donation_links::{hang, paypal};
use crate::shorthand::{managed, names, put, read, remove, republish, texts};
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_shows_its_own_links_else_those_of_its_section_else_of_the_site() {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Water"})).await;
    app.make("/sections", json!({"name": "Lucht"})).await;
    let [site, site_too, section, own] =
        [(); 4].map(|()| app.make("/donation-links", paypal(json!({}))));
    let (site, site_too, section, own) = (site.await, site_too.await, section.await, own.await);
    hang(&app, "/site", &[&site_too, &site]).await.expect(200);
    let hung = hang(&app, "/sections/water", &[&section]).await.expect(200);
    assert_eq!(hung.json["donation_links"], json!([section.id()]));
    for (headline, place, links) in [
        ("Eigen", json!("water"), json!([own.id()])),
        ("Geen", json!("water"), json!("none")),
        ("Leeg", json!("water"), json!([])),
        ("Sectie", json!("water"), json!("inherit")),
        ("Andere", json!("lucht"), json!(null)),
        ("Zonder", json!(null), json!("inherit")),
    ] {
        app.publish(json!({"headline": headline, "section": place, "donation_links": links}))
            .await;
    }
    let of = async |slug: &str| {
        let page = read(&app, &format!("/v1/articles/{slug}")).await["donation_links"].clone();
        assert_eq!(
            page,
            read(&app, &format!("/v1/articles/{slug}/donation-links")).await["data"]
        );
        let list = read(
            &app,
            &format!("/v1/articles?slugs={slug}&include=donation_links"),
        )
        .await;
        assert_eq!(page, list["data"][0]["donation_links"]);
        (
            texts(&page, "id"),
            texts(&page, "origin").first().cloned().unwrap_or_default(),
        )
    };
    let from = |links: &[&Answer], origin: &str| {
        (
            links.iter().map(|link| link.id()).collect::<Vec<_>>(),
            origin.to_owned(),
        )
    };
    assert_eq!(of("eigen").await, from(&[&own], "article"));
    assert_eq!(of("geen").await, from(&[], ""));
    for slug in ["leeg", "sectie"] {
        assert_eq!(of(slug).await, from(&[&section], "section"), "{slug}");
    }
    for slug in ["andere", "zonder"] {
        assert_eq!(of(slug).await, from(&[&site_too, &site], "site"), "{slug}");
    }

    // What hangs elsewhere shows at once; an article's own choice waits for its publication.
    hang(&app, "/sections/water", &[]).await.expect(200);
    hang(&app, "/site", &[&site]).await.expect(200);
    assert_eq!(of("sectie").await, from(&[&site], "site"));
    assert_eq!(of("geen").await, from(&[], ""));
    let seen = managed(&app, "/articles/eigen").await;
    let inherits = put(
        &app,
        "/articles/eigen/donation-links",
        &seen,
        json!("inherit"),
    )
    .await
    .expect(200);
    assert_eq!(of("eigen").await, from(&[&own], "article"));
    app.act(&inherits, "publish", json!({})).await.expect(200);
    assert_eq!(of("eigen").await, from(&[&site], "site"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_come_in_the_language_of_the_article_else_of_the_site_else_the_first() {
    let app = App::start().await;
    let site = managed(&app, "/site").await;
    app.patch("/site", &site, json!({"default_language": "fr"}))
        .await
        .expect(200);
    let link = app
        .make(
            "/donation-links",
            paypal(json!({"en": "Support", "fr": "Aidez", "nl": "Steun"})),
        )
        .await;
    let other = app
        .make(
            "/donation-links",
            paypal(json!({"de": "Hilf", "nl-BE": "Steun ons"})),
        )
        .await;
    let silent = app.make("/donation-links", paypal(json!({}))).await;
    hang(&app, "/site", &[&link, &other, &silent])
        .await
        .expect(200);
    for (language, first, second) in [
        ("nl", "Steun", "Steun ons"),
        ("nl-BE", "Steun", "Steun ons"),
        ("en-GB", "Support", "Hilf"),
        ("es", "Aidez", "Hilf"),
        ("fr", "Aidez", "Hilf"),
    ] {
        app.publish(json!({"headline": language, "language": language}))
            .await;
        let links = read(
            &app,
            &format!("/v1/articles/{}/donation-links", language.to_lowercase()),
        )
        .await;
        assert_eq!(
            texts(&links["data"], "call_to_action"),
            [first, second, "null"],
            "{language}"
        );
    }
    assert_eq!(
        texts(
            &read(&app, "/v1/site").await["donation_links"],
            "call_to_action"
        ),
        ["Aidez", "Hilf", "null"]
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_is_public_only_where_it_hangs_and_changes_there_at_once() {
    let app = App::start().await;
    let link = app
        .make("/donation-links", paypal(json!({"en": "Geheim"})))
        .await;
    let draft = app
        .make(
            "/articles",
            json!({"headline": "H", "donation_links": [link.id()]}),
        )
        .await;
    let stored = async || {
        app.sql()
            .await
            .query("SELECT FROM delivery.donation_links", &[])
            .await
            .unwrap()
            .len()
    };
    let link = app
        .patch(
            &format!("/donation-links/{}", link.id()),
            &link,
            json!({"thank_you": {"en": "Geheim"}}),
        )
        .await
        .expect(200);
    assert_eq!(stored().await, 0);
    assert!(!app.get("/v1/site").await.text.contains("Geheim"));

    let published = app.act(&draft, "publish", json!({})).await.expect(200);
    let path = format!("/donation-links/{}", link.id());
    let changed = app
        .patch(&path, &link, json!({"call_to_action": {"en": "Steun"}}))
        .await
        .expect(200);

    let shown = read(&app, "/v1/articles/h").await["donation_links"][0].clone();
    assert_eq!(shown["call_to_action"], "Steun");
    let fields = [
        "bank",
        "call_to_action",
        "currency",
        "has_qr_code",
        "id",
        "origin",
        "placement",
        "provider",
        "suggested_amounts",
        "thank_you",
        "url",
    ];
    assert_eq!(names(&shown), fields);
    assert_eq!(
        remove(&app, &path, &changed).await.expect(409).problem(),
        "in-use"
    );
    republish(&app, &published, json!({"donation_links": "none"})).await;
    assert_eq!(
        remove(&app, &path, &changed).await.expect(409).problem(),
        "in-use"
    );
    assert_eq!(
        read(&app, "/v1/articles/h").await["donation_links"],
        json!([])
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hanging_links_needs_the_owners_version_and_links_that_exist_once() {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Water"})).await;
    let link = app.make("/donation-links", paypal(json!({}))).await;
    for owner in ["/site", "/sections/water"] {
        let (path, seen) = (
            format!("{owner}/donation-links"),
            managed(&app, owner).await,
        );
        app.manage("PUT", &path)
            .json(&json!([]))
            .send()
            .await
            .expect(428);
        let unknown = json!([link.id(), link.id(), "7b0ab1f4-6b0f-4a8a-9d5f-4f1f6f6f6f6f"]);
        let refused = put(&app, &path, &seen, unknown).await.expect(422);
        assert_eq!(
            refused.faults(),
            ["invalid_value at /1", "unknown_reference at /2"]
        );
        assert_eq!(put(&app, &path, &seen, json!("none")).await.status, 422);
        let hung = put(&app, &path, &seen, json!([link.id()]))
            .await
            .expect(200);
        assert_eq!(
            put(&app, &path, &seen, json!([])).await.expect(412).json["current_version"],
            hung.etag()
        );
        assert_eq!(managed(&app, owner).await.etag(), hung.etag());
    }
    let editor = app.key(kroniek::auth::Role::Editor).await;
    let refused = app
        .call("PUT", "/v1/manage/site/donation-links")
        .key(&editor)
        .if_match("*")
        .json(&json!([]))
        .send()
        .await
        .expect(403);
    assert_eq!(refused.problem(), "missing-scope");
    let path = format!("/donation-links/{}", link.id());
    assert_eq!(
        remove(&app, &path, &link).await.expect(409).problem(),
        "in-use"
    );
    hang(&app, "/site", &[]).await.expect(200);
    hang(&app, "/sections/water", &[]).await.expect(200);
    remove(&app, &path, &link).await.expect(204);
    assert_eq!(
        app.sql()
            .await
            .query("SELECT FROM delivery.donation_links", &[])
            .await
            .unwrap()
            .len(),
        0
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_site_gives_its_own_links_and_those_of_each_section() {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Lucht"})).await;
    app.make("/sections", json!({"name": "Water", "position": 1}))
        .await;
    let [site, section, other] = [(); 3].map(|()| app.make("/donation-links", paypal(json!({}))));
    let (site, section, other) = (site.await, section.await, other.await);
    hang(&app, "/site", &[&site, &other]).await.expect(200);
    hang(&app, "/sections/water", &[&section, &site])
        .await
        .expect(200);

    let shell = read(&app, "/v1/site").await;

    let of = |owner: &serde_json::Value| texts(&owner["donation_links"], "id");
    assert_eq!(of(&shell), [site.id(), other.id()]);
    assert_eq!(of(&shell["sections"][0]), Vec::<String>::new());
    assert_eq!(of(&shell["sections"][1]), [section.id(), site.id()]);
    assert_eq!(
        texts(&shell["sections"][1]["donation_links"], "origin"),
        ["section", "section"]
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_taken_off_everything_leaves_delivery_and_comes_back_when_it_hangs_again() {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Water"})).await;
    let link = app.make("/donation-links", paypal(json!({}))).await;
    let article = json!({"headline": "A", "donation_links": [link.id()]});
    let article = app.publish(article).await;
    let found = async || crate::watch::holding(&app, &link.id()).await;
    let there = ["changes", "donation_attachments", "donation_links"];
    let gone = ["changes", "tombstones"];
    assert_eq!(sorted(found().await), there);
    hang(&app, "/sections/water", &[&link]).await.expect(200);
    republish(&app, &article, json!({"donation_links": "none"})).await;
    let with = |place: &'static str| {
        let all = [&there[..], &[place]].concat();
        sorted(all.into_iter().map(str::to_owned).collect())
    };
    assert_eq!(sorted(found().await), with("sections"));
    hang(&app, "/sections/water", &[]).await.expect(200);
    assert_eq!(sorted(found().await), gone);
    hang(&app, "/site", &[&link]).await.expect(200);
    assert_eq!(sorted(found().await), with("site"));
    hang(&app, "/site", &[]).await.expect(200);
    republish(&app, &article, json!({"donation_links": [link.id()]})).await;
    let seen = managed(&app, "/articles/a").await;
    app.act(&seen, "withdraw", json!({})).await.expect(200);
    assert_eq!(sorted(found().await), gone);
    app.stop().await;
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn editors_find_links_by_their_words_the_newest_first() {
    let app = App::start().await;
    let mut made = Vec::new();
    for words in ["Steun", "Help", "Steun nu"] {
        made.push(
            app.make("/donation-links", paypal(json!({"nl": words})))
                .await
                .id(),
        );
    }
    assert_eq!(
        texts(
            &managed(&app, "/donation-links?q=steun").await.json["data"],
            "id"
        ),
        [made[2].clone(), made[0].clone()]
    );
    let first = managed(&app, "/donation-links?limit=2").await.json;
    assert_eq!(
        texts(&first["data"], "id"),
        [made[2].clone(), made[1].clone()]
    );
    let cursor = first["page"]["next_cursor"].as_str().unwrap();
    assert_eq!(
        texts(
            &managed(&app, &format!("/donation-links?cursor={cursor}"))
                .await
                .json["data"],
            "id"
        ),
        [made[0].clone()]
    );
    app.stop().await;
}
