//! Donation links: how readers support the writers.

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::shorthand::{managed, names, put, read, remove, republish, texts};

fn paypal(call_to_action: Value) -> Value {
    json!({"provider": "paypal", "url": "https://www.paypal.com/donate", "call_to_action": call_to_action})
}

fn bank() -> Value {
    json!({"iban": "NL91 abna 0417 1643 00", "bic": "abnanl2a", "beneficiary": "Stichting", "remittance": "Steun"})
}

async fn hang(app: &App, owner: &str, links: &[&Answer]) -> Answer {
    let seen = managed(app, owner).await;
    let ids: Vec<String> = links.iter().map(|link| link.id()).collect();
    put(app, &format!("{owner}/donation-links"), &seen, json!(ids)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_is_made_read_changed_and_removed() {
    let app = App::start().await;
    let body = json!({
        "provider": "mollie", "url": "https://example.org/geef", "call_to_action": {"nl": "Steun", "en-gb": "Support"}, "thank_you": {"nl": "Dank"},
        "currency": "EUR", "suggested_amounts": [250, 500], "placement": "sidebar", "from": null, "until": null
    });

    let made = app.make("/donation-links", body).await;

    let path = format!("/donation-links/{}", made.id());
    assert_eq!(
        (made.etag(), made.header("location")),
        ("\"1\"".to_owned(), format!("/v1/manage{path}").as_str())
    );
    assert_eq!(
        made.json["call_to_action"],
        json!({"nl": "Steun", "en-GB": "Support"})
    );
    assert_eq!(
        (
            &made.json["suggested_amounts"],
            &made.json["placement"],
            &made.json["bank"]
        ),
        (&json!([250, 500]), &json!("sidebar"), &json!(null))
    );
    let patch = json!({"call_to_action": {"nl": null, "de": "Hilf"}, "thank_you": null, "suggested_amounts": null, "placement": null});
    let changed = app.patch(&path, &made, patch).await.expect(200);
    assert_eq!(
        (&changed.json["call_to_action"], &changed.json["thank_you"]),
        (&json!({"en-GB": "Support", "de": "Hilf"}), &json!({}))
    );
    assert_eq!(
        (
            &changed.json["suggested_amounts"],
            &changed.json["placement"]
        ),
        (&json!([]), &json!("article_end"))
    );
    let transfer = app
        .patch(
            &path,
            &changed,
            json!({"provider": "bank_transfer", "url": null, "bank": bank()}),
        )
        .await
        .expect(200);
    let account = json!({"iban": "NL91ABNA0417164300", "bic": "ABNANL2A", "beneficiary": "Stichting", "remittance": "Steun"});
    assert_eq!(
        (&transfer.json["bank"], &transfer.json["url"]),
        (&account, &json!(null))
    );
    assert_eq!(
        app.patch(&path, &made, json!({})).await.expect(412).json["current_version"],
        transfer.etag()
    );
    app.manage("PATCH", &path)
        .json(&json!({}))
        .send()
        .await
        .expect(428);
    app.manage("DELETE", &path).send().await.expect(428);
    remove(&app, &path, &transfer).await.expect(204);
    assert_eq!(app.manage("GET", &path).send().await.status, 404);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_provider_and_currency_is_kept() {
    let app = App::start().await;
    let by_address = [
        "paypal",
        "stripe",
        "mollie",
        "ko_fi",
        "patreon",
        "buy_me_a_coffee",
        "open_collective",
        "liberapay",
        "github_sponsors",
        "other",
    ];
    for provider in by_address {
        let made = app
            .make(
                "/donation-links",
                json!({"provider": provider, "url": "https://example.org/x"}),
            )
            .await;
        assert_eq!(made.json["provider"], provider);
        let wrong = json!({"provider": provider, "bank": bank()});
        let faults = app
            .manage("POST", "/donation-links")
            .json(&wrong)
            .send()
            .await
            .expect(422)
            .faults();
        assert!(
            faults.contains(&"missing_field at /url".to_owned()),
            "{faults:?}"
        );
    }
    let transfer = app.make("/donation-links", json!({"provider": "bank_transfer", "bank": bank(), "currency": "EUR", "suggested_amounts": [1]})).await;
    let yen = json!({"provider": "other", "url": "https://example.org", "currency": "JPY", "suggested_amounts": [500, 1000]});
    let fils = json!({"provider": "other", "url": "https://example.org", "currency": "KWD", "suggested_amounts": [1250]});
    let links = [
        &transfer,
        &app.make("/donation-links", yen).await,
        &app.make("/donation-links", fils).await,
    ];
    hang(&app, "/site", &links).await.expect(200);

    let shown = read(&app, "/v1/site").await["donation_links"].clone();

    assert_eq!(texts(&shown, "currency"), ["EUR", "JPY", "KWD"]);
    assert_eq!(
        (&shown[0]["bank"]["iban"], &shown[0]["url"]),
        (&json!("NL91ABNA0417164300"), &json!(null))
    );
    assert_eq!(
        (
            &shown[1]["suggested_amounts"],
            &shown[2]["suggested_amounts"]
        ),
        (&json!([500, 1000]), &json!([1250]))
    );
    assert_eq!(
        managed(&app, "/donation-links?limit=100").await.json["data"]
            .as_array()
            .map(Vec::len),
        Some(13)
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_link_can_not_be_is_told_by_place() {
    let app = App::start().await;
    let url = "https://example.org";
    for (body, faults) in [
        (json!({}), &["missing_field at /provider"][..]),
        (
            json!({"provider": "paypal", "url": "http://example.org"}),
            &["invalid_value at /url"],
        ),
        (
            json!({"provider": "paypal", "url": "javascript:alert(1)"}),
            &["invalid_value at /url"],
        ),
        (
            json!({"provider": "bitcoin", "url": url}),
            &["invalid_value at /provider"],
        ),
        (
            json!({"provider": "bank_transfer"}),
            &["missing_field at /bank"],
        ),
        (
            json!({"provider": "bank_transfer", "url": url, "bank": bank()}),
            &["invalid_value at /url"],
        ),
        (
            json!({"provider": "paypal", "url": url, "bank": bank()}),
            &["invalid_value at /bank"],
        ),
        (
            json!({"provider": "bank_transfer", "bank": {"iban": "NL92ABNA0417164300", "bic": "X"}}),
            &[
                "invalid_value at /bank/bic",
                "invalid_value at /bank/iban",
                "missing_field at /bank/beneficiary",
            ],
        ),
        (
            json!({"provider": "bank_transfer", "bank": {"iban": "NL91ABNA0417164301", "beneficiary": "b".repeat(71)}}),
            &[
                "invalid_value at /bank/iban",
                "too_long at /bank/beneficiary",
            ],
        ),
        (
            json!({"provider": "paypal", "url": url, "suggested_amounts": [100]}),
            &["missing_field at /currency"],
        ),
        (
            json!({"provider": "paypal", "url": url, "currency": "EUR", "suggested_amounts": [0]}),
            &["invalid_value at /suggested_amounts"],
        ),
        (
            json!({"provider": "paypal", "url": url, "currency": "EUR", "suggested_amounts": [2.5]}),
            &["wrong_type at /suggested_amounts/0"],
        ),
        (
            json!({"provider": "paypal", "url": url, "currency": "eur", "suggested_amounts": vec![1; 11]}),
            &[
                "invalid_value at /currency",
                "invalid_value at /suggested_amounts",
            ],
        ),
        (
            json!({"provider": "paypal", "url": url, "currency": "ZZZ"}),
            &["invalid_value at /currency"],
        ),
        (
            json!({"provider": "paypal", "url": url, "call_to_action": {"Dutch!": "x", "nl": ""}, "thank_you": "x"}),
            &[
                "invalid_value at /call_to_action/Dutch!",
                "invalid_value at /call_to_action/nl",
                "wrong_type at /thank_you",
            ],
        ),
        (
            json!({"provider": "paypal", "url": url, "from": "2026-01-01T00:00:00Z", "until": 1}),
            &["not_supported at /from", "not_supported at /until"],
        ),
    ] {
        let mut found = app
            .manage("POST", "/donation-links")
            .json(&body)
            .send()
            .await
            .expect(422)
            .faults();
        found.sort();
        assert_eq!(found, faults, "{body}");
    }
    app.stop().await;
}

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
