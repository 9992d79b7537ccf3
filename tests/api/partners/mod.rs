//! Partners: who reads under a contract, and that it holds.

mod beyond;
mod copying;
mod covering;
mod held_back;
mod holding;
mod items;
mod limits;
mod managing;
mod notices;
mod private;
mod stream_terms;
mod streaming;
mod texts;

use kroniek::auth::Extent;
use kroniek::changes::Seq;
use kroniek::notices::reads::write_down;
use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::shorthand::markdown;

/// A partner with a key.
pub struct Partner {
    /// As management shows them.
    pub shown: Answer,
    /// Their key.
    pub key: String,
}

impl Partner {
    /// Makes one under this contract.
    pub async fn new(app: &App, mut contract: Value) -> Self {
        if contract.get("name").is_none() {
            contract["name"] = json!("De Streekbode");
        }
        let shown = app.make("/partners", contract).await;
        let keys = format!("/partners/{}/keys", shown.id());
        let key = app.make(&keys, json!({"name": "import"})).await;
        let key = key.json["key"].as_str().unwrap().to_owned();
        Self { shown, key }
    }

    /// What they read at this path below `/v1/syndication`.
    pub async fn get(&self, app: &App, path: &str) -> Answer {
        let path = format!("/v1/syndication{path}");
        app.call("GET", &path).key(&self.key).send().await
    }

    /// The slugs of a list, in its order.
    pub async fn slugs(&self, app: &App, query: &str) -> Vec<String> {
        let list = self.get(app, &format!("/articles?{query}")).await;
        slugs(&list.expect(200))
    }

    /// Changes their contract.
    pub async fn change(&self, app: &App, change: Value) -> Answer {
        let path = format!("/partners/{}", self.shown.id());
        let seen = app.manage("GET", &path).send().await;
        app.patch(&path, &seen, change).await.expect(200)
    }
}

/// A contract with all that it can have.
pub fn whole() -> Value {
    json!({
        "name": "Een", "sections": ["nieuw"], "languages": ["nl"], "entities": ["nieuw"], "text": "excerpt", "media": true,
        "embargo_seconds": 600, "licence": "Twee", "quota_per_day": 5, "networks": ["192.0.2.0/24"],
        "begins_at": "2026-05-04T12:30:00Z", "ends_at": "2126-05-04T12:30:00Z",
    })
}

/// Reads all articles with the admin key, and has it written down.
pub async fn read_all(app: &App) {
    app.read("/v1/syndication/articles?limit=100")
        .await
        .expect(200);
    written_down(app).await;
}

/// Has this node write down what was read.
pub async fn written_down(app: &App) {
    write_down(app.state()).await.unwrap();
}

/// Has a node come to know, after this, that a partner read an article before it.
pub async fn had_read(node: &App, partner: &Partner, (article, seq): (&str, i64)) {
    let id = |text: &str| text.parse().unwrap();
    let seq = Seq {
        epoch: 1,
        number: seq,
    };
    let read = [(id(article), Extent::WHOLE)];
    let reads = node.state().reads();
    reads.note(id(&partner.shown.id()), read, seq);
    written_down(node).await;
}

/// A notice to the partner of the admin key, about an article of its own.
pub async fn notice(app: &App) -> String {
    let article = app.publish(json!({"headline": "Ingetrokken"})).await;
    app.act(&article, "withdraw", json!({})).await.expect(200);
    let list = app.read("/v1/syndication/notices").await.expect(200);
    list.json["data"][0]["id"].as_str().unwrap().to_owned()
}

/// The slugs of a list, in its order.
pub fn slugs(list: &Answer) -> Vec<String> {
    let items = list.json["data"].as_array().unwrap().iter();
    items
        .map(|item| item["slug"].as_str().unwrap().to_owned())
        .collect()
}

/// Sections, a topic, and articles in Dutch and English that refer to each other; and one that was withdrawn.
pub async fn publication(app: &App) {
    for name in ["Water", "Politiek"] {
        app.make("/sections", json!({"name": name})).await;
    }
    for name in ["Slib", "Dijk"] {
        app.make("/entities", json!({"kind": "topic", "name": name}))
            .await;
    }
    let body = |word: &str| markdown(&format!("Wat er over {word} staat. ").repeat(30));
    for (slug, section, language, topic) in [
        ("haven", "water", "nl", "slib"),
        ("raad", "politiek", "nl-BE", "slib"),
        ("tide", "water", "en", "dijk"),
        ("weg", "politiek", "nl", "dijk"),
    ] {
        app.publish(json!({
            "headline": slug, "slug": slug, "section": section, "language": language, "body": body(slug),
            "entities": [{"entity": topic}], "related": [{"url": format!("https://example.org/{slug}"), "title": "Elders"}],
        }))
        .await;
    }
    let weg = app.manage("GET", "/articles/weg").send().await;
    app.act(&weg, "withdraw", json!({})).await.expect(200);
    for (slug, related) in [("haven", ["raad", "tide"]), ("raad", ["haven", "tide"])] {
        let seen = app.manage("GET", &format!("/articles/{slug}")).send().await;
        let related = related.map(|slug| json!({"article": slug}));
        let path = format!("/articles/{slug}/related");
        let set = app.manage("PUT", &path).if_match(&seen.etag());
        let set = set.json(&json!(related)).send().await.expect(200);
        app.act(&set, "publish", json!({})).await.expect(200);
    }
}

/// Numbers that look like chance, the same each time.
pub struct Chance(pub u64);

impl Chance {
    /// One below this.
    pub fn below(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % most
    }

    /// Some of these, or no word of them.
    pub fn some<'a>(&mut self, of: &[&'a str]) -> Option<Vec<&'a str>> {
        let some: Vec<&str> = of.iter().copied().filter(|_| self.below(2) == 0).collect();
        Some(some).filter(|some| !some.is_empty() && self.below(4) > 0)
    }
}
