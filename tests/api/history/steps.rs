//! What happens in a random newsroom, step by step.

use serde_json::{Value, json};

use super::things::Newsroom;
use crate::media::pictures::png;

/// Each kind of step, and how often it comes up.
pub const STEPS: [(&str, usize); 27] = [
    ("make a section", 2),
    ("change a section", 4),
    ("remove a section", 2),
    ("make an author", 4),
    ("change an author", 8),
    ("remove an author", 3),
    ("make an entity", 4),
    ("change an entity", 8),
    ("remove an entity", 3),
    ("merge", 6),
    ("make a link", 3),
    ("change a link", 4),
    ("remove a link", 3),
    ("hang on the site", 3),
    ("hang on a section", 4),
    ("change the site", 2),
    ("make an article", 14),
    ("change an article", 20),
    ("publish", 30),
    ("withdraw", 9),
    ("remove an article", 3),
    ("purge", 3),
    ("append", 14),
    ("change an update", 8),
    ("retract", 4),
    ("upload", 4),
    ("tell of a picture", 5),
];

impl Newsroom<'_> {
    /// A few things of each kind, for the steps to come.
    pub async fn begin(&mut self) {
        for kind in [
            "sections",
            "authors",
            "entities",
            "donation-links",
            "articles",
        ] {
            for _ in 0..5 {
                self.make("begin", kind).await;
            }
        }
        for _ in 0..5 {
            self.upload("begin").await;
        }
        // As if an import had made them: only that keeps old paths.
        let paths = [("author", "authors"), ("entity", "entities"), ("article", "articles")].map(|(kind, table)| {
            format!("INSERT INTO newsroom.old_paths SELECT '/oud/' || id, '{kind}', id FROM newsroom.{table}")
        });
        self.app
            .sql()
            .await
            .batch_execute(&paths.join(";"))
            .await
            .unwrap();
    }

    /// One step, whatever comes up.
    pub async fn step(&mut self) {
        let whole: usize = STEPS.iter().map(|(_, weight)| weight).sum();
        let mut thrown = self.dice.below(whole);
        let step = STEPS.iter().find(|(_, weight)| {
            let here = thrown < *weight;
            thrown = thrown.saturating_sub(*weight);
            here
        });
        let step = step.unwrap().0;
        match step {
            "make a section" => self.make(step, "sections").await,
            "change a section" => self.change(step, "sections").await,
            "remove a section" => self.remove(step, "sections").await,
            "make an author" => self.make(step, "authors").await,
            "change an author" => self.change(step, "authors").await,
            "remove an author" => self.remove(step, "authors").await,
            "make an entity" => self.make(step, "entities").await,
            "change an entity" => self.change(step, "entities").await,
            "remove an entity" => self.remove(step, "entities").await,
            "make a link" => self.make(step, "donation-links").await,
            "change a link" => self.change(step, "donation-links").await,
            "remove a link" => self.remove(step, "donation-links").await,
            "make an article" => self.make(step, "articles").await,
            "change an article" => self.change(step, "articles").await,
            "remove an article" => self.remove(step, "articles").await,
            "hang on the site" => self.hang(step, Some("/site".to_owned())).await,
            "hang on a section" => {
                let section = self.one("sections");
                self.hang(step, section.map(|id| format!("/sections/{id}")))
                    .await;
            }
            "change the site" => {
                let site = json!({"title": self.dice.name(), "about": self.text(), "logo": self.picture()});
                self.send(step, "PATCH", "/site", &site).await;
            }
            "publish" => self.act(step, "publish", json!({})).await,
            "withdraw" => {
                self.act(step, "withdraw", json!({"reason": "Toeval."}))
                    .await
            }
            "purge" => self.act(step, "purge", json!({"reason": "Toeval."})).await,
            "merge" => self.merge(step).await,
            "append" => self.append(step).await,
            "change an update" => self.change_update(step).await,
            "upload" => self.upload(step).await,
            "tell of a picture" => self.tell_of_picture(step).await,
            _ => self.retract(step).await,
        }
    }

    async fn make(&mut self, step: &'static str, kind: &'static str) {
        let mut body = self.body(kind);
        match kind {
            "donation-links" => {
                body["provider"] = json!("other");
                body["url"] = json!(format!("https://example.org/{}", self.dice.slug()));
            }
            "articles" if body.get("headline").is_none() => {
                body["headline"] = json!(self.dice.name())
            }
            _ => {}
        }
        if !["articles", "donation-links"].contains(&kind) && body.get("name").is_none() {
            body["name"] = json!(self.dice.name());
        }
        let made = self.send(step, "POST", &format!("/{kind}"), &body).await;
        self.keep(kind, &made);
    }

    async fn change(&mut self, step: &'static str, kind: &'static str) {
        if let Some(id) = self.one(kind) {
            let body = self.body(kind);
            self.send(step, "PATCH", &format!("/{kind}/{id}"), &body)
                .await;
        }
    }

    async fn remove(&mut self, step: &'static str, kind: &'static str) {
        if let Some(id) = self.one(kind) {
            let gone = self
                .send(step, "DELETE", &format!("/{kind}/{id}"), &Value::Null)
                .await;
            self.forget(kind, &id, &gone);
        }
    }

    async fn hang(&mut self, step: &'static str, on: Option<String>) {
        let links = self.all("donation-links");
        let links = self.dice.few(&links);
        if let Some(on) = on {
            let path = format!("{on}/donation-links");
            self.send(step, "PUT", &path, &json!(links)).await;
        }
    }

    async fn act(&mut self, step: &'static str, act: &str, body: Value) {
        if let Some(id) = self.one("articles") {
            let done = self
                .send(step, "POST", &format!("/articles/{id}/{act}"), &body)
                .await;
            self.forget("articles", &id, &done);
        }
    }

    async fn merge(&mut self, step: &'static str) {
        let (Some(from), Some(into)) = (self.one("entities"), self.one("entities")) else {
            return;
        };
        let path = format!("/entities/{from}/merge");
        let merged = self.send(step, "POST", &path, &json!({"into": into})).await;
        if merged.status == 200 && !self.dice.one_in(4) {
            self.things
                .entry("entities")
                .or_default()
                .retain(|known| *known != from);
        }
    }

    async fn append(&mut self, step: &'static str) {
        let Some(id) = self.one("articles") else {
            return;
        };
        let authors = self.all("authors");
        let kinds = ["update", "correction", "clarification"];
        let body = json!({
            "kind": kinds[self.dice.below(3)], "headline": self.dice.name(), "body": self.text(), "authors": self.dice.few(&authors),
            "draft": self.dice.one_in(4),
        });
        let path = format!("/articles/{id}/updates");
        let made = self.send(step, "POST", &path, &body).await;
        if made.status == 201 {
            self.updates.push(format!("{path}/{}", made.id()));
        }
    }

    async fn change_update(&mut self, step: &'static str) {
        let Some(path) = self.dice.pick(&self.updates).cloned() else {
            return;
        };
        match self.dice.below(6) {
            0 | 1 => drop(
                self.send(step, "POST", &format!("{path}/show"), &Value::Null)
                    .await,
            ),
            2 => drop(self.send(step, "DELETE", &path, &Value::Null).await),
            _ => {
                let authors = self.all("authors");
                let body = json!({"body": self.text(), "authors": self.dice.few(&authors)});
                self.send(step, "PATCH", &path, &body).await;
            }
        }
    }

    async fn upload(&mut self, step: &'static str) {
        // Few sizes, so that now and then one comes again.
        let width = 160 + u32::try_from(self.dice.below(40)).unwrap();
        let made = crate::media::upload(self.app, &[], ("", &png(width, 20))).await;
        assert!([200, 201].contains(&made.status), "{}", made.text);
        *self.done.entry(step).or_default() += 1;
        self.keep("media", &made);
    }

    async fn tell_of_picture(&mut self, step: &'static str) {
        if let Some(id) = self.one("media") {
            let point = [json!(null), json!({"x": 0.25, "y": 1})][self.dice.below(2)].clone();
            let body = json!({"alt": self.dice.name(), "focal_point": point});
            self.send(step, "PATCH", &format!("/media/{id}"), &body)
                .await;
        }
    }

    /// An image: a picture that was uploaded, one of the web, or none.
    fn picture(&mut self) -> Value {
        match (self.dice.below(4), self.one("media")) {
            (0, _) | (_, None) => json!(null),
            (1, _) => json!({"url": "https://example.org/x.jpg", "media": null}),
            (_, Some(id)) => json!({"media": id, "url": null}),
        }
    }

    /// A text, with a picture now and then.
    fn text(&mut self) -> Value {
        let mut text = self.dice.text();
        if let Some(id) = self.one("media").filter(|_| self.dice.one_in(3)) {
            let source = text["source"].as_str().unwrap();
            text["source"] = json!(format!("{source}\n\n![x](media:{id})"));
        }
        text
    }

    async fn retract(&mut self, step: &'static str) {
        let Some(path) = self.dice.pick(&self.updates).cloned() else {
            return;
        };
        let body = json!({"reason": "Toeval."});
        self.send(step, "POST", &format!("{path}/retract"), &body)
            .await;
    }

    /// A few fields of a kind.
    fn body(&mut self, kind: &str) -> Value {
        let mut body = json!({});
        if kind == "donation-links" {
            body["call_to_action"] = json!({"nl": self.dice.name()});
            // Campaigns that are ahead, over or running; none begins or ends meanwhile.
            let [from, until] = [
                ["2099-01-01T00:00:00Z", "2099-02-01T00:00:00Z"],
                ["2020-01-01T00:00:00Z", "2020-02-01T00:00:00Z"],
            ][self.dice.below(2)];
            let campaign = self.dice.one_in(3);
            body["from"] = json!(campaign.then_some(from));
            body["until"] = json!(campaign.then_some(until));
            return body;
        }
        if self.dice.one_in(3) {
            body["slug"] = json!(self.dice.slug());
        }
        if kind != "articles" {
            if self.dice.one_in(2) {
                body["name"] = json!(self.dice.name());
            }
            match kind {
                "sections" => body["position"] = json!(self.dice.below(5)),
                "authors" => {
                    body["biography"] = self.text();
                    body["image"] = self.picture();
                }
                _ => {
                    let alias = self.dice.name();
                    body["kind"] = json!(["topic", "person"][alias.len() % 2]);
                    body["aliases"] = json!([alias]);
                    body["image"] = self.picture();
                }
            }
            return body;
        }
        self.article(body)
    }

    fn article(&mut self, mut body: Value) -> Value {
        let [sections, authors, entities, links, articles] = [
            "sections",
            "authors",
            "entities",
            "donation-links",
            "articles",
        ]
        .map(|kind| self.all(kind));
        for _ in 0..=self.dice.below(4) {
            match self.dice.below(12) {
                0 => body["headline"] = json!(self.dice.name()),
                1 => body["body"] = self.text(),
                2 => body["standfirst"] = self.text(),
                3 => body["section"] = json!(self.dice.pick(&sections)),
                4 => body["authors"] = json!(self.dice.few(&authors)),
                5 => {
                    let named = self.dice.few(&entities).into_iter();
                    let mut named: Vec<Value> = named
                        .map(|id| json!({"entity": id, "relation": "about"}))
                        .collect();
                    if self.dice.one_in(4) {
                        named.push(json!({"kind": "person", "name": self.dice.name()}));
                    }
                    body["entities"] = json!(named);
                }
                6 => {
                    let picks = self.dice.few(&articles).into_iter();
                    body["related"] = picks.map(|id| json!({"article": id})).collect();
                }
                7 => {
                    body["donation_links"] = match self.dice.below(4) {
                        0 => json!("inherit"),
                        1 => json!("none"),
                        _ => json!(self.dice.few(&links)),
                    }
                }
                9 | 10 => body["image"] = self.picture(),
                8 => body["type"] = json!(["article", "page"][self.dice.below(2)]),
                _ => {
                    body["language"] = json!(["nl", "en", "de"][self.dice.below(3)]);
                    body["translation_of"] = json!(self.dice.pick(&articles));
                }
            }
        }
        body
    }
}
