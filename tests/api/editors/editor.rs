//! One editor at work: reads, adds a line, sends it on the version that was read, and begins again when another was first.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use super::desk::{Deed, Desk, Fate, Request, fingerprint};
use crate::app::Answer;
use crate::history::Dice;
use crate::shorthand::markdown;

/// How many requests something may take.
const ATTEMPTS: usize = 500;

/// How many of the latest lines a description holds.
const DESCRIBED: usize = 120;

/// An editor.
pub struct Editor<'a> {
    desk: &'a Desk,
    number: usize,
    turn: usize,
    dice: Dice,
    /// The id of an article that nobody else writes on.
    own: Option<String>,
}

/// What is under way.
struct Write {
    name: String,
    act: &'static str,
    attempts: usize,
}

impl Write {
    fn id(&mut self) -> String {
        self.attempts += 1;
        assert!(self.attempts < ATTEMPTS, "{} is never answered", self.name);
        format!("{}.{}", self.name, self.attempts)
    }
}

fn version(answer: &Answer, field: &str) -> i32 {
    let number = answer.json[field].as_i64();
    number.and_then(|number| number.try_into().ok()).unwrap()
}

/// The text of an article, an update or an entity.
fn text(seen: &Answer) -> &str {
    seen.json["body"]["source"]
        .as_str()
        .or(seen.json["description"].as_str())
        .unwrap_or_else(|| panic!("no text in {}", seen.text))
}

/// The change that adds a line. A description counts its changes and holds the latest.
fn added(seen: &Answer, line: &str) -> (Value, String) {
    if seen.json["description"].is_null() {
        let source = format!("{}{line}\n", text(seen));
        return (json!({"body": markdown(&source)}), source);
    }
    let mut words: Vec<&str> = text(seen).split(' ').collect();
    let count = words.remove(0).parse::<usize>().unwrap() + 1;
    words.push(line);
    let latest = words.split_off(words.len().saturating_sub(DESCRIBED));
    let text = format!("{count} {}", latest.join(" "));
    (json!({"description": text}), text)
}

impl<'a> Editor<'a> {
    pub fn new(desk: &'a Desk, number: usize) -> Self {
        Self {
            desk,
            number,
            turn: 0,
            dice: Dice(number as u64),
            own: None,
        }
    }

    /// Works until the desk closes.
    pub async fn work(mut self) {
        self.make_own().await;
        while self.desk.goes_on() {
            match self.dice.below(100) {
                0..42 => self.add_line().await,
                42..57 => self.publish().await,
                57..66 => self.withdraw().await,
                66..78 => self.append().await,
                78..91 => self.revise().await,
                _ => self.describe().await,
            }
            self.pause(100, 900).await;
        }
    }

    async fn pause(&mut self, from: u64, to: usize) {
        let more = self.dice.below(to) as u64;
        sleep(Duration::from_millis(from + more)).await;
    }

    fn begin(&mut self, act: &'static str) -> Write {
        self.turn += 1;
        Write {
            name: format!("r{}-{}", self.number, self.turn),
            act,
            attempts: 0,
        }
    }

    fn note(&self, write: Write, fate: Fate, text: Option<u64>) {
        let deed = Deed {
            name: write.name,
            act: write.act,
            fate,
            text,
            attempts: write.attempts,
        };
        self.desk.ledger.lock().unwrap().push(deed);
    }

    /// A shared article, or now and then the editor's own.
    fn article(&mut self) -> String {
        match (&self.own, self.dice.below(10)) {
            (Some(own), 0..3) => own.clone(),
            _ => self.dice.pick(&self.desk.shared).cloned().unwrap(),
        }
    }

    /// Reads until there is an answer.
    async fn read(&mut self, path: &str) -> Answer {
        for _ in 0..ATTEMPTS {
            let request = Request {
                method: "GET",
                path,
                id: String::from("reading"),
                headers: Vec::new(),
                body: None,
            };
            match self.desk.send(request).await {
                Some(answer) if answer.status != 503 => return answer.expect(200),
                _ => self.broken().await,
            }
        }
        panic!("{path} is never answered");
    }

    async fn broken(&mut self) {
        self.desk.broken.fetch_add(1, Ordering::Relaxed);
        self.pause(50, 400).await;
    }

    /// Sends a POST, and again with the same key until it is answered; nothing when the editor goes home before.
    async fn post(
        &mut self,
        write: &mut Write,
        path: &str,
        based_on: Option<&str>,
        body: &Value,
    ) -> Option<Answer> {
        loop {
            let id = write.id();
            let mut headers = vec![("idempotency-key", write.name.clone())];
            headers.extend(based_on.map(|etag| ("if-match", etag.to_owned())));
            let request = Request {
                method: "POST",
                path,
                id,
                headers,
                body: Some(body.clone()),
            };
            match self.desk.send(request).await {
                Some(answer) if answer.problem() == "request-in-progress" => {}
                Some(answer) if answer.status != 503 => return Some(answer),
                _ if self.dice.one_in(50) => return None,
                _ => {}
            }
            self.broken().await;
        }
    }

    /// Adds a line to a text, and gives the answer if there was one.
    async fn change(&mut self, act: &'static str, path: &str) -> Option<Answer> {
        let mut write = self.begin(act);
        loop {
            let seen = self.read(path).await;
            if text(&seen)
                .split_whitespace()
                .any(|line| line == write.name)
            {
                self.note(write, Fate::Found, None);
                return None;
            }
            let (body, text) = added(&seen, &write.name);
            let request = Request {
                method: "PATCH",
                path,
                id: write.id(),
                headers: vec![("if-match", seen.etag())],
                body: Some(body),
            };
            match self.desk.send(request).await {
                Some(answer) if answer.status == 412 => {
                    assert_ne!(answer.json["current_version"], seen.etag());
                    self.desk.mismatches.fetch_add(1, Ordering::Relaxed);
                }
                Some(answer) if answer.status != 503 => {
                    let answer = answer.expect(200);
                    let fate = acknowledged(&answer);
                    self.note(write, fate, Some(fingerprint(&text)));
                    return Some(answer);
                }
                _ => {
                    self.broken().await;
                    if self.dice.one_in(50) {
                        self.note(write, Fate::Unknown, None);
                        return None;
                    }
                }
            }
        }
    }

    async fn make_own(&mut self) {
        let mut write = self.begin("create_article");
        let body =
            json!({"headline": format!("Van {}", self.number), "body": markdown("Begin.\n")});
        let made = self
            .post(&mut write, "/v1/manage/articles", None, &body)
            .await;
        self.own = made.as_ref().map(Answer::id);
        let fate = made.map_or(Fate::Unknown, |made| acknowledged(&made.expect(201)));
        self.note(write, fate, None);
    }

    async fn add_line(&mut self) {
        let path = format!("/v1/manage/articles/{}", self.article());
        self.change("change_article", &path).await;
    }

    async fn describe(&mut self) {
        let entity = self.dice.pick(&self.desk.entities).cloned().unwrap();
        let changed = self
            .change("change_entity", &format!("/v1/manage/entities/{entity}"))
            .await;
        if let Some(changed) = changed {
            self.desk.acknowledge(&entity, version(&changed, "version"));
        }
    }

    async fn revise(&mut self) {
        let update = {
            let updates = self.desk.updates.lock().unwrap();
            self.dice.pick(&updates).cloned()
        };
        if let Some(path) = update
            && let Some(revised) = self.change("revise_update", &path).await
        {
            self.desk
                .acknowledge(&revised.id(), version(&revised, "version"));
        }
    }

    async fn append(&mut self) {
        let article = self.article();
        let mut write = self.begin("append_update");
        let path = format!("/v1/manage/articles/{article}/updates");
        let line = format!("{}\n", write.name);
        let body = json!({"body": markdown(&line), "draft": self.dice.one_in(3)});
        let fate = match self.post(&mut write, &path, None, &body).await {
            None => Fate::Unknown,
            // It is not published.
            Some(answer) if answer.status == 409 => Fate::OutOfPlace,
            Some(answer) => {
                let answer = answer.expect(201);
                let path = format!("{path}/{}", answer.id());
                self.desk.updates.lock().unwrap().push(path);
                acknowledged(&answer)
            }
        };
        self.note(write, fate, Some(fingerprint(&line)));
    }

    async fn publish(&mut self) {
        let article = self.article();
        let path = format!("/v1/manage/articles/{article}");
        let seen = self.read(&path).await;
        self.desk.publishing(&article);
        if let Some(done) = self.act("publish_article", &seen, "publish").await {
            self.desk
                .acknowledge(&article, version(&done, "published_version"));
        }
    }

    async fn withdraw(&mut self) {
        let article = self.article();
        let begun = self.desk.standing(&article).begun;
        let path = format!("/v1/manage/articles/{article}");
        let seen = self.read(&path).await;
        if seen.json["status"] == "published"
            && self
                .act("withdraw_article", &seen, "withdraw")
                .await
                .is_some()
        {
            self.desk.withdrawn(&article, begun);
        }
    }

    /// An act on an article as it was read, and the answer if it was done.
    async fn act(&mut self, act: &'static str, seen: &Answer, name: &str) -> Option<Answer> {
        let mut write = self.begin(act);
        let path = format!("/v1/manage/articles/{}/{name}", seen.id());
        let answer = self
            .post(&mut write, &path, Some(&seen.etag()), &json!({}))
            .await;
        let Some(answer) = answer else {
            self.note(write, Fate::Unknown, None);
            return None;
        };
        if answer.status == 412 {
            self.desk.mismatches.fetch_add(1, Ordering::Relaxed);
            self.note(write, Fate::Refused, None);
            return None;
        }
        let answer = answer.expect(200);
        self.note(write, acknowledged(&answer), None);
        Some(answer)
    }
}

fn acknowledged(answer: &Answer) -> Fate {
    Fate::Acknowledged {
        thing: answer.id(),
        version: answer.etag().trim_matches('"').to_owned(),
    }
}
