//! Copies under a contract: what it covers is in them, what it no longer covers goes, and of what it never covered there is no word.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Chance, Partner, publication};
use crate::app::{Answer, App};
use crate::clock::{node, put_minutes};

/// A partner's copy of the articles.
struct Copy {
    partner: Partner,
    cursor: String,
    limit: usize,
    /// Slugs by id.
    articles: BTreeMap<String, String>,
    /// Ids of articles that were ever told of, to come or to go.
    told: BTreeSet<String>,
    /// Ids that were ever covered.
    covered: BTreeSet<String>,
    /// How often it was begun anew, since what may be read had changed.
    begun: usize,
}

impl Copy {
    fn new(partner: Partner, limit: usize) -> Self {
        Self {
            partner,
            limit,
            cursor: String::new(),
            articles: BTreeMap::new(),
            told: BTreeSet::new(),
            covered: BTreeSet::new(),
            begun: 0,
        }
    }

    /// Reads all that has changed.
    async fn follow(&mut self, app: &App) {
        loop {
            let path = format!("/changes?limit={}&cursor={}", self.limit, self.cursor);
            let page = self.partner.get(app, &path).await;
            if page.problem() == "terms-changed" {
                self.cursor.clear();
                self.articles.clear();
                self.begun += 1;
                continue;
            }
            let page = page.expect(200).json;
            for change in page["data"].as_array().unwrap() {
                if change["type"] != "article" {
                    continue;
                }
                let id = change["id"].as_str().unwrap().to_owned();
                self.told.insert(id.clone());
                match change["resource"]["slug"].as_str() {
                    Some(slug) => self.articles.insert(id, slug.to_owned()),
                    None => self.articles.remove(&id),
                };
            }
            self.cursor = page["page"]["next_cursor"].as_str().unwrap().to_owned();
            if page["page"]["has_more"] == false {
                return;
            }
        }
    }

    /// What the contract covers now, as lists tell it.
    async fn look(&mut self, app: &App) -> BTreeMap<String, String> {
        let list = self
            .partner
            .get(app, "/articles?limit=100")
            .await
            .expect(200);
        let items = list.json["data"].as_array().unwrap().iter();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let found: BTreeMap<_, _> = items
            .map(|it| (text(&it["id"]), text(&it["slug"])))
            .collect();
        self.covered.extend(found.keys().cloned());
        found
    }
}

/// What they are written about.
pub async fn around(app: &App) {
    for name in ["water", "politiek", "sport"] {
        app.make("/sections", json!({"name": name})).await;
    }
    for name in ["slib", "dijk", "zand"] {
        app.make("/entities", json!({"kind": "topic", "name": name}))
            .await;
    }
}

/// Contracts on some of it.
pub fn contracts() -> [Value; 5] {
    [
        json!({}),
        json!({"sections": ["water"]}),
        json!({"sections": ["water", "sport"], "languages": ["nl"]}),
        json!({"entities": ["slib"]}),
        json!({"entities": ["zand"], "languages": ["en"]}),
    ]
}

/// Writes something to one of a dozen articles.
pub async fn write(app: &App, chance: &mut Chance, number: usize) {
    const SECTIONS: [&str; 3] = ["water", "politiek", "sport"];
    let slug = format!("stuk-{}", chance.below(12));
    let path = format!("/articles/{slug}");
    let article = app.manage("GET", &path).send().await;
    let language = ["nl", "en"][chance.below(2)];
    // One is merged into another on the way.
    let first = if number > 60 { "zand" } else { "slib" };
    let entity = [first, "dijk"][chance.below(2)];
    let words = json!({
        "headline": format!("{slug} {number}"), "section": SECTIONS[chance.below(3)], "language": language,
        "entities": [{"entity": entity}],
    });
    if article.status == 404 {
        let mut new = words;
        new["slug"] = json!(slug);
        app.publish(new).await;
        return;
    }
    let published = article.json["status"] == "published";
    match chance.below(4) {
        0 if published => drop(app.act(&article, "withdraw", json!({})).await.expect(200)),
        1 if published => {
            let update = json!({"body": {"format": "markdown", "source": "x"}});
            app.make(&format!("{path}/updates"), update).await;
        }
        _ => {
            let changed = app.patch(&path, &article, words).await.expect(200);
            app.act(&changed, "publish", json!({})).await.expect(200);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_holds_what_is_covered_through_any_history_and_hears_of_nothing_else() {
    let app = App::start().await;
    around(&app).await;
    let mut copies = Vec::new();
    for (limit, contract) in [100, 2, 1, 3, 100].into_iter().zip(contracts()) {
        copies.push(Copy::new(Partner::new(&app, contract).await, limit));
    }
    let mut chance = Chance(11);
    for number in 0..90 {
        write(&app, &mut chance, number).await;
        if number == 60 {
            let merge = json!({"into": "zand"});
            let merged = app.manage("POST", "/entities/slib/merge").if_match("*");
            merged.json(&merge).send().await.expect(200);
        }
        for copy in &mut copies {
            let now = copy.look(&app).await;
            if chance.below(3) == 0 || number == 89 {
                copy.follow(&app).await;
                assert_eq!(copy.articles, now, "after {number}");
            }
        }
    }
    for copy in &copies {
        let strangers: Vec<_> = copy.told.difference(&copy.covered).collect();
        assert!(strangers.is_empty(), "{strangers:?}");
        // A merge changed what one of them covers.
        assert!(copy.begun <= 1);
    }
    app.stop().await;
}

async fn page(app: &App, partner: &Partner, cursor: &str) -> (Answer, String) {
    let page = partner
        .get(app, &format!("/changes?limit=100&cursor={cursor}"))
        .await
        .expect(200);
    let next = page.json["page"]["next_cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    (page, next)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_held_back_is_in_no_page_until_it_is_released_by_a_change_of_its_own() {
    let app = node().await;
    publication(&app).await;
    put_minutes(&app, 20).await;
    let held = Partner::new(&app, json!({"embargo_seconds": 600})).await;
    let free = Partner::new(&app, json!({})).await;
    let (_, cursor) = page(&app, &held, "").await;
    let early = cursor.clone();
    let (_, freely) = page(&app, &free, "").await;
    let new = app
        .publish(json!({"headline": "Nieuw", "related": [{"article": "haven"}]}))
        .await;
    let gone = app.publish(json!({"headline": "Kort"})).await;
    app.act(&gone, "withdraw", json!({})).await.expect(200);
    let id = new.id();
    // It is picked by one that is there.
    let haven = app.manage("GET", "/articles/haven").send().await;
    let picks = app
        .manage("PUT", "/articles/haven/related")
        .if_match(&haven.etag());
    let haven = picks
        .json(&json!([{"article": "nieuw"}]))
        .send()
        .await
        .expect(200);
    app.act(&haven, "publish", json!({})).await.expect(200);
    let (before, cursor) = page(&app, &held, &cursor).await;
    for hidden in [&id, &gone.id()] {
        assert!(!before.text.contains(hidden.as_str()), "{}", before.text);
    }
    let (_, freely) = page(&app, &free, &freely).await;
    put_minutes(&app, 31).await;
    let waited = held
        .get(&app, &format!("/changes?limit=100&wait=20&cursor={cursor}"))
        .await
        .expect(200);
    let told = waited.json["data"].as_array().unwrap();
    assert_eq!(told.len(), 2, "each once: {}", waited.text);
    let ids: BTreeSet<&str> = told
        .iter()
        .map(|change| change["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        ids,
        BTreeSet::from([id.as_str(), haven.id().as_str()]),
        "{}",
        waited.text
    );
    assert!(!waited.text.contains(&gone.id()));
    let haven = told
        .iter()
        .find(|change| change["id"] == haven.json["id"])
        .unwrap();
    assert_eq!(haven["resource"]["related"][0]["id"], json!(id));
    let (late, _) = page(&app, &held, &early).await;
    let of_it = |change: &&Value| change["id"] == json!(id);
    let late = late.json["data"].as_array().unwrap().clone();
    assert_eq!(late.iter().filter(of_it).count(), 1, "{late:?}");
    // Nobody else hears of it.
    let (others, _) = page(&app, &free, &freely).await;
    assert_eq!(others.json["data"], json!([]));
    let public = app.get("/v1/articles/nieuw").await.expect(200);
    assert_eq!(public.json["id"], json!(id));
    // From now on it is told as it changes, and that it goes.
    let cursor = waited.json["page"]["next_cursor"].as_str().unwrap();
    let seen = app.manage("GET", "/articles/nieuw").send().await;
    app.act(&seen, "withdraw", json!({})).await.expect(200);
    let (after, _) = page(&app, &held, cursor).await;
    let ops: Vec<_> = after.json["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["id"] == json!(id))
        .collect();
    assert_eq!(ops.len(), 1);
    assert_eq!(ops[0]["op"], "delete");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_has_texts_and_pictures_as_the_contract_has_them_and_ends_with_its_terms() {
    let app = App::start().await;
    let source = format!(
        "{}\n\n![Kade](https://example.org/kade.jpg)\n\nHet slot.",
        "Wat er staat. ".repeat(40)
    );
    let body = json!({"format": "markdown", "source": source});
    app.publish(json!({"headline": "Haven", "image": {"url": "https://example.org/kop.jpg", "alt": "Kop"}, "body": body}))
        .await;
    let update = json!({"body": {"format": "markdown", "source": "Erbij: ![Slib](https://example.org/slib.jpg) en verder."}});
    app.make("/articles/haven/updates", update).await;
    let read = async |partner: &Partner| {
        let path = "/changes?limit=100&body=html,blocks,text";
        let answer = partner.get(&app, path).await.expect(200);
        let all = answer.json["data"].as_array().unwrap().clone();
        let article = all
            .into_iter()
            .find(|one| one["type"] == "article")
            .unwrap();
        article["resource"].to_string()
    };
    let whole = Partner::new(&app, json!({"licence": "Met bron."})).await;
    let bare = Partner::new(&app, json!({"media": false})).await;
    let excerpt = Partner::new(&app, json!({"text": "excerpt"})).await;
    let text = read(&whole).await;
    assert!(text.contains("kade.jpg") && text.contains("slib.jpg") && text.contains("kop.jpg"));
    let text = read(&bare).await;
    assert!(
        !text.contains(".jpg") && text.contains("Het slot") && text.contains("en verder"),
        "{text}"
    );
    let text = read(&excerpt).await;
    assert!(
        !text.contains("Het slot") && text.contains("Wat er staat"),
        "{text}"
    );
    let (page, cursor) = page(&app, &whole, "").await;
    assert_eq!(page.json["contract_licence"], "Met bron.");
    let site = app.manage("GET", "/site").send().await;
    app.patch("/site", &site, json!({"public_text": "none"}))
        .await
        .expect(200);
    // How much anyone may read is not their matter.
    let path = format!("/changes?cursor={cursor}");
    whole.get(&app, &path).await.expect(200);
    whole
        .change(&app, json!({"sections": null, "media": false}))
        .await;
    assert_eq!(
        whole.get(&app, &path).await.expect(410).problem(),
        "terms-changed"
    );
    assert_eq!(
        bare.get(&app, &path).await.expect(400).faults(),
        ["invalid_cursor at cursor"]
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_left_is_told_once_however_pages_fall_and_whatever_became_of_it() {
    let app = App::start().await;
    publication(&app).await;
    let partner = Partner::new(&app, json!({"sections": ["water"]})).await;
    let (_, cursor) = page(&app, &partner, "").await;
    let set = async |slug: &str, change: Value| {
        let path = format!("/articles/{slug}");
        let seen = app.manage("GET", &path).send().await;
        let changed = app.patch(&path, &seen, change).await.expect(200);
        app.act(&changed, "publish", json!({})).await.expect(200)
    };
    let haven = set("haven", json!({"section": "politiek"})).await.id();
    set("tide", json!({"headline": "Nieuw tij"})).await;
    set("haven", json!({"headline": "Nieuwe haven"})).await;
    let purge = json!({"reason": "Voorgoed."});
    // Each page is cut before the last change of what left.
    let (mut at, mut told) = (cursor, Vec::new());
    for round in 0..4 {
        let path = format!("/changes?limit=1&cursor={at}");
        let next = partner.get(&app, &path).await.expect(200).json;
        told.extend(next["data"].as_array().unwrap().clone());
        at = next["page"]["next_cursor"].as_str().unwrap().to_owned();
        if round == 1 {
            let seen = app.manage("GET", "/articles/haven").send().await;
            app.act(&seen, "purge", purge.clone()).await.expect(204);
        }
    }
    let ops: Vec<_> = told
        .iter()
        .map(|it| {
            (
                it["op"].as_str().unwrap(),
                it["id"].as_str().unwrap() == haven,
            )
        })
        .collect();
    assert_eq!(ops, [("delete", true), ("upsert", false)], "{told:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merge_that_widens_a_contract_ends_its_cursors_and_a_wait_ends_with_its_contract() {
    let app = App::start().await;
    publication(&app).await;
    let partner = Partner::new(&app, json!({"entities": ["slib"]})).await;
    let (_, cursor) = page(&app, &partner, "").await;
    let merge = app.manage("POST", "/entities/slib/merge").if_match("*");
    merge
        .json(&json!({"into": "dijk"}))
        .send()
        .await
        .expect(200);
    let path = format!("/changes?cursor={cursor}");
    assert_eq!(
        partner.get(&app, &path).await.expect(410).problem(),
        "terms-changed"
    );
    assert_eq!(partner.slugs(&app, "").await, ["tide", "raad", "haven"]);
    let (_, cursor) = page(&app, &partner, "").await;
    let waiting = format!("/changes?wait=30&cursor={cursor}");
    let ended = async {
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        partner.change(&app, json!({"text": "excerpt"})).await;
        app.publish(json!({"headline": "Erna", "entities": [{"entity": "dijk"}]}))
            .await;
    };
    let (answer, ()) = tokio::join!(partner.get(&app, &waiting), ended);
    assert_eq!(answer.expect(410).problem(), "terms-changed");
    app.stop().await;
}
