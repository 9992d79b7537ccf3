//! Donation links: how readers support the writers.

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::shorthand::{managed, put, read, remove, texts};

pub fn paypal(call_to_action: Value) -> Value {
    json!({"provider": "paypal", "url": "https://www.paypal.com/donate", "call_to_action": call_to_action})
}

pub fn bank() -> Value {
    json!({"iban": "NL91 abna 0417 1643 00", "bic": "abnanl2a", "beneficiary": "Stichting", "remittance": "Steun"})
}

pub async fn hang(app: &App, owner: &str, links: &[&Answer]) -> Answer {
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
            json!({"provider": "paypal", "url": url, "from": "morgen", "until": 1}),
            &["invalid_value at /from", "wrong_type at /until"],
        ),
        (
            json!({"provider": "paypal", "from": "2027-01-01T01:00:00+01:00", "until": "2027-01-01T00:00:00.000Z", "placement": 1}),
            &[
                "invalid_value at /until",
                "missing_field at /url",
                "wrong_type at /placement",
            ],
        ),
        (
            json!({"provider": "bank_transfer", "bank": {"iban": "NL91ABNA0417164300", "beneficiary": "é".repeat(70), "remittance": "é".repeat(140)}}),
            &["too_long at /bank/remittance"],
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
async fn amounts_stand_in_the_currencys_minor_unit_on_both_surfaces() {
    let app = App::start().await;
    let mut links = Vec::new();
    // No decimals, two, three: 500 yen, 5 euro, half a dinar.
    for currency in ["JPY", "EUR", "KWD"] {
        let body = json!({"provider": "other", "url": "https://example.org", "currency": currency, "suggested_amounts": [500, 1]});
        links.push(app.make("/donation-links", body).await);
    }
    hang(&app, "/site", &links.iter().collect::<Vec<_>>())
        .await
        .expect(200);

    let shown = read(&app, "/v1/site").await["donation_links"].clone();

    for (index, currency) in ["JPY", "EUR", "KWD"].into_iter().enumerate() {
        let kept = managed(&app, &format!("/donation-links/{}", links[index].id())).await;
        for link in [&shown[index], &links[index].json, &kept.json] {
            assert_eq!(
                (&link["currency"], &link["suggested_amounts"]),
                (&json!(currency), &json!([500, 1]))
            );
        }
    }
    for wrong in ["XAU", "XXX"] {
        let body = json!({"provider": "other", "url": "https://example.org", "currency": wrong});
        let refused = app.manage("POST", "/donation-links").json(&body).send();
        assert_eq!(
            refused.await.expect(422).faults(),
            ["invalid_value at /currency"]
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_are_sent_to_no_address_that_they_could_not_trust() {
    let app = App::start().await;
    for url in [
        "http://example.org",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "//example.org",
        "https:",
        "https://",
        "https://paypal.com@example.org/",
        "https://user:word@example.org/",
        "https://example.org/\nx",
        "https://exa mple.org",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://[::1]/",
        "https://localhost/",
        "https://intranet/geef",
        "https://kassa.local/",
    ] {
        let body = json!({"provider": "other", "url": url});
        let refused = app.manage("POST", "/donation-links").json(&body).send();
        let faults = refused.await.expect(422).faults();
        assert_eq!(faults, ["invalid_value at /url"], "{url}");
    }
    for url in [
        "https://example.org:8443/geef?x=1#nu",
        "https://geef.münchen.example",
    ] {
        let body = json!({"provider": "other", "url": url});
        app.make("/donation-links", body).await;
    }
    app.stop().await;
}
