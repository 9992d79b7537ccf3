//! How much of the texts anyone may read: what is not public is in no answer, whatever is asked.

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::leaks::{WORD, addresses, text};
use crate::stream::Client;

/// A text whose second half has the word; what comes before it is longer than an excerpt.
fn hiding(about: &str) -> Value {
    let begins = format!("Zo begint wat er over {about} staat & 3 < 4 > 2. ");
    text(&format!(
        "{}\n\n## Kop {WORD}\n\nEn dan de {WORD}.",
        begins.repeat(12)
    ))
}

/// An article with an update, both with the word far in; and the address of a preview of it.
async fn publication() -> (App, Answer) {
    let app = App::start().await;
    for (kind, body) in [
        ("/sections", json!({"name": "Water"})),
        ("/authors", json!({"name": "Auteur"})),
        ("/entities", json!({"kind": "topic", "name": "Onderwerp"})),
    ] {
        app.make(kind, body).await;
    }
    let article = app
        .publish(json!({
            "headline": "Openbaar", "section": "water", "authors": ["auteur"], "entities": [{"entity": "onderwerp"}],
            "body": hiding("de haven"),
        }))
        .await;
    let update = json!({
        "kind": "correction", "body": hiding("het slib"), "concerns": {"quote": format!("En dan de {WORD}")}
    });
    app.make(&format!("/articles/{}/updates", article.id()), update)
        .await;
    let article = app.manage("GET", "/articles/openbaar").send().await;
    (app, article)
}

async fn allow(app: &App, public_text: &str) {
    let site = app.manage("GET", "/site").send().await;
    let change = json!({"public_text": public_text});
    app.patch("/site", &site, change).await.expect(200);
}

/// The addresses whose answers hold the word.
async fn telling(app: &App) -> Vec<String> {
    let mut asked = addresses("openbaar");
    asked.extend(
        [
            "/v1/changes?limit=100",
            "/v1/changes?limit=100&body=html,blocks,text&fields=body,updates,outline",
            "/v1/entities/onderwerp",
            "/v1/search?q=haven",
        ]
        .map(str::to_owned),
    );
    let mut telling = Vec::new();
    for address in asked {
        let answer = app.get(&address).await;
        assert!(answer.status < 500, "{address}: {}", answer.text);
        if answer.text.contains(WORD) {
            telling.push(address);
        }
    }
    let mut stream = Client::open(app, "?body=html,blocks,text", Some("1-0")).await;
    for _ in 0..2 {
        let event = stream.next().await;
        if event.data.to_string().contains(WORD) {
            telling.push(format!("/v1/stream: {}", event.name));
        }
    }
    telling
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_of_a_text_is_nowhere_unless_texts_are_public() {
    let (app, _) = publication().await;
    let told = telling(&app).await;
    for place in [
        "/v1/articles/openbaar",
        "/v1/articles/openbaar/updates",
        "/v1/articles/openbaar/json-ld",
        "/feeds/atom.xml",
        "/feeds/feed.json?updates=items",
        "/v1/changes?limit=100",
        "/v1/stream: update.appended",
    ] {
        assert!(told.contains(&place.to_owned()), "{place}: {told:?}");
    }
    for rule in ["excerpt", "none"] {
        allow(&app, rule).await;
        assert_eq!(telling(&app).await, [""; 0], "{rule}");
    }
    allow(&app, "full").await;
    assert_eq!(telling(&app).await, told);
    app.stop().await;
}

/// What a question tells: hits, total, suggestion and facets.
async fn found(app: &App, q: &str) -> Value {
    let list = app.get(&format!("/v1/articles?q={q}&count=true")).await;
    let search = app
        .get(&format!("/v1/search?q={q}&count=true&facets=true"))
        .await;
    let feed = app.get(&format!("/feeds/feed.json?q={q}")).await;
    json!([
        list.expect(200).json,
        search.expect(200).json,
        feed.expect(200).json["items"]
    ])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_tells_nothing_of_a_text_that_is_not_public() {
    let (app, _) = publication().await;
    let of_body = [
        WORD,
        "zwijg",
        "zwijgplcht",
        "%22dan+de+zwijgplicht%22",
        "begint",
        "-zwijgplicht+openbaar",
    ];
    let of_nothing = [
        "olifantje",
        "olifa",
        "olifantej",
        "%22dan+de+olifantje%22",
        "olifanten",
        "-olifantje+openbaar",
    ];
    for (q, other) in of_body.iter().zip(of_nothing) {
        assert_ne!(found(&app, q).await, found(&app, other).await, "{q}");
    }
    for rule in ["excerpt", "none"] {
        allow(&app, rule).await;
        for (q, other) in of_body.iter().zip(of_nothing) {
            assert_eq!(
                found(&app, q).await,
                found(&app, other).await,
                "{rule}: {q}"
            );
        }
        let found = app.get("/v1/search?q=openbaar").await.expect(200);
        assert_eq!(found.json["data"][0]["slug"], "openbaar", "{rule}");
        assert_eq!(found.json["data"][0]["highlights"]["body"], json!([]));
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_excerpt_comes_in_every_form_that_a_text_has() {
    let (app, article) = publication().await;
    app.publish(json!({"headline": "Kort", "body": text("Ja!")}))
        .await;
    allow(&app, "excerpt").await;
    let page = "/v1/articles/openbaar?body=html,blocks,text";
    let page = app.get(page).await.expect(200).json;
    let plain = page["body"]["text"].as_str().unwrap();
    assert!(
        plain.starts_with("Zo begint wat er over de haven staat & 3 < 4 > 2. Zo begint"),
        "{plain}"
    );
    assert!(plain.ends_with('…') && plain.chars().count() <= 301);
    let escaped = plain
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    assert_eq!(page["body"]["html"], format!("<p>{escaped}</p>"));
    let block = json!({"type": "paragraph", "html": escaped, "text": plain});
    assert_eq!(page["body"]["blocks"], json!([block]));
    assert_eq!(page["outline"], json!([]));
    let update = &page["updates"][0];
    let told = update["body"]["text"].as_str().unwrap();
    assert!(told.starts_with("Zo begint wat er over het slib"), "{told}");
    assert_eq!(update["concerns"], Value::Null);
    // Of a few letters an excerpt would be all.
    let short = app.get("/v1/articles/kort?body=text").await.expect(200);
    assert_eq!(short.json["body"]["text"], "J…");

    let copy = app.get("/v1/changes?limit=100&body=text").await.expect(200);
    let copied = copy.json["data"].as_array().unwrap();
    let copied = copied.iter().find(|one| one["id"] == article.id().as_str());
    assert_eq!(copied.unwrap()["resource"]["body"]["text"], plain);

    let feed = app.get("/feeds/feed.json").await.expect(200).json;
    let items = feed["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["title"] == "Openbaar");
    let item = item.unwrap()["content_html"].as_str().unwrap();
    assert!(item.contains(&escaped), "{item}");

    allow(&app, "none").await;
    let page = app.get("/v1/articles/openbaar").await.expect(200).json;
    assert_eq!(page["body"], Value::Null);
    assert_eq!(page["outline"], json!([]));
    assert_eq!(page["updates"][0]["body"], Value::Null);
    let feed = app.get("/feeds/feed.json?updates=items").await.expect(200);
    assert!(!feed.text.contains("begint"), "{}", feed.text);
    // Editors read what they write.
    let managed = app.manage("GET", "/articles/openbaar").send().await;
    assert!(managed.text.contains(WORD));
    let link = format!("/articles/{}/preview", article.id());
    let link = app.manage("POST", &link).json(&json!({})).send().await;
    let link = link.expect(201);
    let preview = app.get(link.json["url"].as_str().unwrap()).await;
    assert!(preview.expect(200).text.contains(WORD));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_keeps_a_copy_hears_that_texts_are_public_no_longer() {
    let (app, _) = publication().await;
    let cursor = |answer: &Answer| {
        let cursor = answer.json["page"]["next_cursor"].as_str().unwrap();
        cursor.to_owned()
    };
    let first = app.get("/v1/changes?limit=1").await.expect(200);
    let (whole, first) = (app.get("/v1/changes?limit=100").await, cursor(&first));
    let whole = cursor(&whole.expect(200));
    allow(&app, "excerpt").await;
    for (cursor, limit) in [(&first, 1), (&whole, 100), (&whole, 1)] {
        let path = format!("/v1/changes?limit={limit}&cursor={cursor}");
        let over = app.get(&path).await.expect(410);
        assert_eq!(over.problem(), "terms-changed");
    }
    let again = app.get("/v1/changes?limit=100").await.expect(200);
    assert!(!again.text.contains(WORD));
    let again = format!("/v1/changes?cursor={}", cursor(&again));
    assert_eq!(app.get(&again).await.expect(200).json["data"], json!([]));
    app.stop().await;
}
