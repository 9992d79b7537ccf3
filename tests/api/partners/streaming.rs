//! Streams under a contract: what it covers is told as it happens, that something left is told, and of the rest there is no word.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};

use super::copying::{around, contracts, write};
use super::{Chance, Partner, publication};
use crate::app::App;
use crate::clock::{node, put_minutes};
use crate::postgres::settings;
use crate::stream::{Client, Event, append, two_nodes};
use crate::watch::head;

pub async fn open(app: &App, partner: &Partner, query: &str) -> Client {
    let client = Client::under(app, &partner.key, (query, None)).await;
    client.begun().await
}

pub async fn back(app: &App, partner: &Partner, id: &str) -> Client {
    Client::under(app, &partner.key, ("", Some(id))).await
}

pub fn article(event: &Event) -> &Value {
    &event.data["data"]["article"]
}

pub async fn set(app: &App, slug: &str, change: Value) {
    let path = format!("/articles/{slug}");
    let seen = app.manage("GET", &path).send().await;
    let changed = app.patch(&path, &seen, change).await.expect(200);
    app.act(&changed, "publish", json!({})).await.expect(200);
}

/// Something that every partner is told of.
pub async fn mark(app: &App, slug: &str) {
    app.publish(json!({
        "headline": slug, "slug": slug, "section": "water", "language": "nl", "entities": [{"entity": "zand"}],
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partner_is_told_of_what_the_contract_covers_as_far_as_it_does_on_any_node() {
    let (app, other) = two_nodes().await;
    publication(&app).await;
    let contract =
        json!({"sections": ["water"], "text": "excerpt", "media": false, "licence": "Met bron."});
    let partner = Partner::new(&app, contract).await;
    let mut client = open(&other, &partner, "?body=html,blocks,text").await;
    app.publish(json!({"headline": "Elders", "section": "politiek"}))
        .await;
    append(&app, "raad", "Niet voor hen.").await;
    let source = format!(
        "![Kade](https://example.org/kade.jpg) {} Het slot.",
        "Er is meer. ".repeat(60)
    );
    append(&app, "haven", &source).await;
    let event = client.next().await;
    assert_eq!(event.name, "update.appended");
    assert_eq!(article(&event)["slug"], "haven");
    assert_eq!(event.data["contract_licence"], "Met bron.");
    let text = event.data["data"]["update"].to_string();
    assert!(
        text.contains("Er is meer") && !text.contains("slot") && !text.contains(".jpg"),
        "{text}"
    );
    // It leaves for a section that is not theirs: that is all they hear of it.
    set(
        &app,
        "haven",
        json!({"section": "politiek", "headline": "Geheim", "slug": "geheim"}),
    )
    .await;
    let event = client.next().await;
    assert_eq!(event.name, "article.withdrawn");
    for property in ["slug", "url", "headline"] {
        assert_eq!(article(&event)[property], Value::Null, "{property}");
    }
    append(&app, "geheim", "Ook niet.").await;
    set(&app, "geheim", json!({"section": "water"})).await;
    let event = client.next().await;
    assert_eq!(
        (event.name.as_str(), event.headline()),
        ("article.changed", "Geheim")
    );
    let seen = app.manage("GET", "/articles/geheim").send().await;
    app.act(&seen, "withdraw", json!({})).await.expect(200);
    let event = client.next().await;
    assert_eq!(event.name, "article.withdrawn");
    assert_eq!(article(&event)["id"], seen.id());
    assert_eq!(event.id, format!("1-{}-1", head(&app).await));
    for word in ["Elders", "Niet voor hen", "Ook niet", "raad", "politiek"] {
        assert!(!client.raw.contains(word), "{word}: {}", client.raw);
    }
    for app in [app, other] {
        app.stop().await;
    }
}

/// What a partner knows who has nothing but the stream.
struct Known {
    partner: Partner,
    client: Client,
    articles: BTreeMap<String, String>,
    told: BTreeSet<String>,
    covered: BTreeSet<String>,
    resets: usize,
}

impl Known {
    async fn list(&mut self, app: &App) -> BTreeMap<String, String> {
        let list = self
            .partner
            .get(app, "/articles?limit=100")
            .await
            .expect(200);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let items = list.json["data"].as_array().unwrap().iter();
        let found: BTreeMap<_, _> = items
            .map(|it| (text(&it["id"]), text(&it["headline"])))
            .collect();
        self.covered.extend(found.keys().cloned());
        found
    }

    /// Hears all up to an article of this slug.
    async fn hear(&mut self, app: &App, until: &str) {
        loop {
            let event = self.client.next().await;
            if event.name == "reset" {
                self.resets += 1;
                self.articles = self.list(app).await;
                if self.articles.values().any(|headline| headline == until) {
                    return;
                }
                continue;
            }
            let shown = article(&event);
            let id = shown["id"].as_str().unwrap().to_owned();
            self.told.insert(id.clone());
            match shown["headline"].as_str() {
                Some(headline) => self.articles.insert(id, headline.to_owned()),
                None => self.articles.remove(&id),
            };
            if shown["slug"] == until {
                return;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_nothing_but_the_stream_knows_what_is_covered_through_any_history() {
    let (app, other) = two_nodes().await;
    around(&app).await;
    let mut all = Vec::new();
    for contract in contracts() {
        let partner = Partner::new(&app, contract).await;
        let client = open(&app, &partner, "").await;
        all.push(Known {
            partner,
            client,
            articles: BTreeMap::new(),
            told: BTreeSet::new(),
            covered: BTreeSet::new(),
            resets: 0,
        });
    }
    let mut chance = Chance(23);
    for number in 0..80 {
        write(&app, &mut chance, number).await;
        if number == 60 {
            let merged = app.manage("POST", "/entities/slib/merge").if_match("*");
            let merged = merged.json(&json!({"into": "zand"}));
            merged.send().await.expect(200);
        }
        for known in &mut all {
            known.list(&app).await;
        }
        if number % 20 != 19 {
            continue;
        }
        // All of them cover one of these.
        let ends = ["nl", "en"].map(|language| format!("einde-{number}-{language}"));
        for (slug, language) in ends.iter().zip(["nl", "en"]) {
            let entities = json!([{"entity": "zand"}, {"entity": "slib"}]);
            let entities = if number > 60 {
                json!([{"entity": "zand"}])
            } else {
                entities
            };
            app.publish(json!({
                "headline": slug, "slug": slug, "section": "water", "language": language, "entities": entities,
            }))
            .await;
        }
        for (at, known) in all.iter_mut().enumerate() {
            let now = known.list(&app).await;
            let last = if at == 2 { &ends[0] } else { &ends[1] };
            known.hear(&app, last).await;
            assert_eq!(known.articles, now, "{at} after {number}");
            // They change nodes.
            let node = if number == 39 { &app } else { &other };
            known.client = back(node, &known.partner, &known.client.id).await;
        }
    }
    for known in &all {
        let strangers: Vec<_> = known.told.difference(&known.covered).collect();
        assert!(strangers.is_empty(), "{strangers:?}");
        assert!(known.resets <= 1, "a merge changed what one of them covers");
    }
    for app in [app, other] {
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_held_back_is_told_when_it_is_released_and_to_its_audience_alone() {
    let app = node().await;
    let flags = ["--workers=1"];
    let other = App::serving(&app.database_url, &settings(&app.database_url), &flags).await;
    around(&app).await;
    let held = Partner::new(&app, json!({"embargo_seconds": 600})).await;
    let free = Partner::new(&app, json!({})).await;
    let (mut client, mut freely) = (open(&other, &held, "").await, open(&other, &free, "").await);
    let begun = client.id.clone();
    let mut ids = BTreeSet::new();
    // More than are read at a time, and released with one change.
    for number in 0..40 {
        let new = app
            .publish(json!({"headline": format!("Stuk {number}")}))
            .await;
        ids.insert(new.id());
        freely.next().await;
    }
    append(&app, "stuk-3", "Erbij.").await;
    assert_eq!(freely.next().await.name, "update.appended");
    let gone = app.publish(json!({"headline": "Kort"})).await;
    // Once it is gone nobody is told that it came.
    assert_eq!(freely.next().await.name, "article.published");
    app.act(&gone, "withdraw", json!({})).await.expect(200);
    assert_eq!(freely.next().await.name, "article.withdrawn");
    // What is read is sent under the contract of then, however long a stream has been open.
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    let reads = || other.state().streams().reads.load(Ordering::Relaxed);
    let before = reads();
    put_minutes(&app, 11).await;
    let mut told = BTreeSet::new();
    let mut middle = String::new();
    for number in 0..40 {
        let event = client.next().await;
        assert_eq!(event.name, "article.published");
        assert!(told.insert(article(&event)["id"].as_str().unwrap().to_owned()));
        if number == 20 {
            middle.clone_from(&event.id);
        }
    }
    assert_eq!(told, ids);
    let read = reads() - before;
    assert!(read <= 12, "the log was read {read} times");
    assert_eq!(client.id, format!("1-{}-1", head(&app).await));
    // Who breaks off in the middle of it misses nothing.
    let mut late = back(&app, &held, &middle).await;
    let mut again = BTreeSet::new();
    for _ in 0..40 {
        again.insert(late.next().await.data["data"]["article"]["id"].to_string());
    }
    assert_eq!(again.len(), 40);
    // Who comes later is told of each once, though it was written several times before.
    let mut late = back(&app, &held, &begun).await;
    for _ in 0..40 {
        assert_eq!(late.next().await.name, "article.published");
    }
    append(&app, "stuk-3", "Nog iets.").await;
    for client in [&mut client, &mut late, &mut freely] {
        let event = client.next().await;
        assert_eq!(event.name, "update.appended");
    }
    assert!(!client.raw.contains(&gone.id()) && !late.raw.contains(&gone.id()));
    for node in [app, other] {
        node.stop().await;
    }
}
