//! Every fault of a body is told at once: of shape, of limits, of parts that don't go together, and of what the database alone knows.

use serde_json::{Value, json};

use crate::app::{Answer, App};

fn sorted(answer: Answer) -> Vec<String> {
    let mut faults = answer.expect(422).faults();
    faults.sort();
    faults
}

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_faults_of_a_body_are_told_at_once_with_their_places() {
    let app = App::start().await;
    let body = json!({
        "headline": "x".repeat(301), "slug": {}, "language": "n", "section": "nergens/niet", "authors": ["Een Twee", 3], "id": "x", "kleur": "rood",
        "body": {"format": "word", "source": "x", "taal": 1}, "image": {"url": "javascript:x"}, "translation_of": "Iets", "seo": {"noindex": "ja"}
    });
    let answer = app.manage("POST", "/articles").json(&body).send().await;
    assert_eq!(
        sorted(answer),
        [
            "invalid_value at /authors/0",
            "invalid_value at /body/format",
            "invalid_value at /image/url",
            "invalid_value at /language",
            "invalid_value at /section",
            "invalid_value at /translation_of",
            "server_owned_field at /id",
            "too_long at /headline",
            "unknown_field at /body/taal",
            "unknown_field at /kleur",
            "wrong_type at /authors/1",
            "wrong_type at /seo/noindex",
            "wrong_type at /slug",
        ]
    );
    assert_eq!(
        app.manage("GET", "/articles").send().await.json["data"],
        json!([])
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn references_that_lead_nowhere_are_told_along_with_all_else() {
    let app = App::start().await;
    app.make("/authors", json!({"name": "Fenna"})).await;
    let wrong = json!({
        "slug": "Geen Slug",
        "standfirst": {"format": "word", "source": "x".repeat(5001)},
        "body": {"format": "markdown", "source": "x".repeat((1 << 20) + 1), "kleur": 1},
        "section": "nergens",
        "authors": [3, "niemand", "fenna", "fenna"],
        "entities": [{"entity": "niets"}, {"kind": "ding", "name": "x"}, {"kind": "person"}, {"entity": "weg", "relation": "x"}],
        "related": [{"article": "weg"}, {"url": "https://example.org"}, {"url": "javascript:x", "title": "x"}],
        "donation_links": ["x", NOBODY],
    });
    let expected = [
        "invalid_value at /authors/3",
        "invalid_value at /donation_links/0",
        "invalid_value at /entities/1/kind",
        "invalid_value at /entities/2",
        "invalid_value at /entities/3/relation",
        "invalid_value at /related/1",
        "invalid_value at /related/2/url",
        "invalid_value at /slug",
        "invalid_value at /standfirst/format",
        "too_long at /body/source",
        "too_long at /standfirst/source",
        "unknown_field at /body/kleur",
        "unknown_reference at /authors/1",
        "unknown_reference at /donation_links/1",
        "unknown_reference at /entities/0/entity",
        "unknown_reference at /related/0/article",
        "unknown_reference at /section",
        "wrong_type at /authors/0",
    ];
    let made = app.make("/articles", json!({"headline": "Een"})).await;
    let patched = app.patch("/articles/een", &made, wrong.clone()).await;
    assert_eq!(sorted(patched), expected);
    let mut headless = wrong;
    headless["headline"] = Value::Null;
    let posted = app.manage("POST", "/articles").json(&headless).send().await;
    let mut with_headline = sorted(posted);
    assert!(
        with_headline
            .iter()
            .any(|fault| fault.ends_with("at /headline"))
    );
    with_headline.retain(|fault| !fault.ends_with("at /headline"));
    assert_eq!(with_headline, expected);
    assert_eq!(
        app.manage("GET", "/entities").send().await.json["data"],
        json!([])
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_of_a_list_is_told() {
    let app = App::start().await;
    let made = app.make("/articles", json!({"headline": "Een"})).await;
    app.make("/sections", json!({"name": "Water"})).await;
    let put = async |path: &str, body: Value| {
        let etag = app.manage("GET", path).send().await.etag();
        let path = format!("{path}/{}", body["list"].as_str().unwrap());
        let call = app.manage("PUT", &path).if_match(&etag);
        sorted(call.json(&body["body"]).send().await)
    };
    let article = format!("/articles/{}", made.id());
    let entities = json!({"list": "entities", "body": [{"entity": "niets"}, 3, {"name": "x"}]});
    assert_eq!(
        put(&article, entities).await,
        [
            "invalid_value at /2",
            "unknown_reference at /0/entity",
            "wrong_type at /1"
        ]
    );
    let mut many = vec![json!({"url": "https://example.org", "title": "x"}); 101];
    many[0] = json!({"article": "weg"});
    many[1] = json!({"kleur": 1});
    let related = put(&article, json!({"list": "related", "body": many})).await;
    for fault in [
        "too_long at ",
        "unknown_field at /1/kleur",
        "unknown_reference at /0/article",
        "invalid_value at /3",
    ] {
        assert!(related.contains(&fault.to_owned()), "{fault}: {related:?}");
    }
    let mut site = app.manage("GET", "/site").send().await.etag();
    for path in [article.as_str(), "/sections/water", "/site"] {
        let body = json!({"list": "donation-links", "body": ["x", NOBODY, null]});
        assert_eq!(
            put(path, body).await,
            [
                "invalid_value at /0",
                "unknown_reference at /1",
                "wrong_type at /2"
            ],
            "{path}"
        );
        let now = app.manage("GET", "/site").send().await.etag();
        assert_eq!(std::mem::replace(&mut site, now.clone()), now);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_of_an_update_a_donation_link_and_the_site_is_told() {
    let app = App::start().await;
    app.publish(json!({"headline": "Een"})).await;
    let update = json!({
        "kind": "nieuws", "body": {"source": "x"}, "authors": ["niemand", 1], "published_at": "2001-01-01T00:00:00Z", "concerns": {"anchor": 1}
    });
    let update = app
        .manage("POST", "/articles/een/updates")
        .json(&update)
        .send()
        .await;
    let told = sorted(update);
    for fault in [
        "invalid_value at /kind",
        "missing_field at /body/format",
        "unknown_reference at /authors/0",
        "wrong_type at /authors/1",
        "invalid_value at /published_at",
    ] {
        assert!(told.contains(&fault.to_owned()), "{fault}: {told:?}");
    }
    let links: [(Value, &[&str]); 3] = [
        (
            json!({"provider": "bank_transfer", "url": "http://example.org", "suggested_amounts": [1], "call_to_action": 1}),
            &[
                "invalid_value at /url",
                "invalid_value at /url",
                "missing_field at /bank",
                "missing_field at /currency",
                "wrong_type at /call_to_action",
            ],
        ),
        (
            json!({"provider": "paypal", "bank": {"iban": "NL00"}, "placement": ""}),
            &[
                "invalid_value at /bank",
                "invalid_value at /bank/iban",
                "invalid_value at /placement",
                "missing_field at /bank/beneficiary",
                "missing_field at /url",
            ],
        ),
        (
            json!({"provider": "goud", "suggested_amounts": [1]}),
            &["invalid_value at /provider", "missing_field at /currency"],
        ),
    ];
    for (body, expected) in links {
        let answer = app.manage("POST", "/donation-links").json(&body).send();
        assert_eq!(sorted(answer.await), expected, "{body}");
    }
    let site = app.manage("GET", "/site").send().await;
    let wrong = json!({
        "title": "", "public_url": "https://example.org/?a=b", "time_zone": "Mars/Olympus", "public_text": "half",
        "about": {"format": "html", "source": "x".repeat(50_001)}, "social_links": vec![json!({"label": "x"}); 51],
    });
    let told = sorted(app.patch("/site", &site, wrong).await);
    for fault in [
        "invalid_value at /title",
        "invalid_value at /public_url",
        "invalid_value at /time_zone",
        "invalid_value at /public_text",
        "too_long at /about/source",
        "too_long at /social_links",
        "missing_field at /social_links/50/url",
    ] {
        assert!(told.contains(&fault.to_owned()), "{fault}: {told:?}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_of_nothing_but_faults_gets_a_short_answer() {
    let app = App::start().await;
    let many =
        json!({"headline": "x", "authors": vec![1; 400_000], "entities": vec!["x"; 100_000]});
    let answer = app.manage("POST", "/articles").json(&many).send().await;
    let answer = answer.expect(422);
    assert_eq!(answer.json["errors"].as_array().unwrap().len(), 200);
    let detail = answer.json["detail"].as_str().unwrap();
    assert!(detail.contains("500002 faults"), "{detail}");
    app.stop().await;
}
