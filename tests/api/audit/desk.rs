//! A newsroom at work: whatever it writes is looked up in the audit, after it was refused and before it is repeated.

use std::collections::BTreeSet;

use kroniek::auth::Role;
use serde_json::{Value, json};

use super::{count, entries};
use crate::app::{Answer, App};
use crate::contract;

/// A newsroom at work, each of whose writes is looked up in the audit.
pub struct Desk {
    pub app: App,
    /// The admin key's id.
    key: String,
    /// A key without a scope of management.
    partner: String,
    /// Every secret that was told.
    pub secrets: Vec<String>,
    /// The operations that were done.
    pub seen: BTreeSet<String>,
    /// How many writes there were: the name of each for its repetition.
    turn: usize,
}

/// A request for a write.
struct Wanted<'a> {
    method: &'a str,
    path: &'a str,
    before: Option<&'a Answer>,
    body: Value,
    has_body: bool,
}

impl Desk {
    pub async fn new() -> Self {
        let app = App::start().await;
        let sql = "SELECT id::text FROM newsroom.api_keys WHERE role = 'admin'";
        let key = app.sql().await.query_one(sql, &[]).await.unwrap().get(0);
        let partner = app.key(Role::Partner).await;
        Self {
            key,
            secrets: vec![app.admin.clone(), partner.clone()],
            partner,
            app,
            seen: BTreeSet::new(),
            turn: 0,
        }
    }

    async fn send(&self, wanted: &Wanted<'_>, with: (&str, Option<&str>, &Value)) -> Answer {
        let (key, if_match, body) = with;
        let path = format!("/v1/manage{}", wanted.path);
        let mut call = self
            .app
            .call(wanted.method, &path)
            .key(key)
            .header("kroniek-actor", "Fenna Loman");
        if wanted.method == "POST" {
            call = call.header("idempotency-key", &self.turn.to_string());
        }
        if let Some(version) = if_match {
            call = call.if_match(version);
        }
        if wanted.has_body {
            call = call.json(body);
        }
        call.send().await
    }

    /// Tries what must be refused, each time without a row.
    async fn refused(&self, wanted: &Wanted<'_>, operation: &Value) {
        let known = count(&self.app).await;
        let etag = wanted.before.map(Answer::etag);
        let place = format!("{} {}", wanted.method, wanted.path);
        let partner = self.send(wanted, (&self.partner, etag.as_deref(), &wanted.body));
        assert_eq!(partner.await.status, 403, "{place}");
        if operation["responses"].get("412").is_some() {
            let old = Some("\"0.0\"");
            let stale = self
                .send(wanted, (&self.app.admin, old, &wanted.body))
                .await;
            assert_eq!(stale.status, 412, "{place}: {}", stale.text);
        }
        if wanted.has_body {
            let wrong = json!({"no_such_field": 1});
            let invalid = self.send(wanted, (&self.app.admin, etag.as_deref(), &wrong));
            let invalid = invalid.await;
            assert_eq!(invalid.status, 422, "{place}: {}", invalid.text);
        }
        assert_eq!(count(&self.app).await, known, "{place}: a refused one");
    }

    /// Writes as a named person, after attempts that are refused, and repeats it: gives the answer and the rows that it left.
    pub async fn done(
        &mut self,
        call: (&str, &str),
        before: Option<&Answer>,
        body: Value,
    ) -> (Answer, Vec<Value>) {
        let (method, path) = call;
        let (_, operation) = contract::operation(method, &format!("/v1/manage{path}"))
            .unwrap_or_else(|| panic!("{method} {path} is no operation"));
        let wanted = Wanted {
            method,
            path,
            before,
            body,
            has_body: operation.get("requestBody").is_some(),
        };
        self.turn += 1;
        self.refused(&wanted, operation).await;
        let known = count(&self.app).await;
        let etag = before.map(Answer::etag);
        let with = (self.app.admin.as_str(), etag.as_deref(), &wanted.body);
        let answer = self.send(&wanted, with).await;
        assert!(answer.status < 300, "{method} {path}: {}", answer.text);
        let request = answer.header("x-request-id");
        let rows = entries(&self.app, &format!("?request_id={request}")).await;
        let left = i64::try_from(rows.len()).unwrap();
        assert_eq!(count(&self.app).await, known + left, "{method} {path}");
        if method == "POST" {
            let again = self.send(&wanted, with).await;
            assert_eq!(again.status, answer.status, "{path}: {}", again.text);
            assert_eq!(count(&self.app).await, known + left, "{path} repeated");
        }
        for row in &rows {
            let id = row["id"].as_str().unwrap();
            let one = self.app.manage("GET", &format!("/audit/{id}")).send().await;
            assert_eq!(one.expect(200).json, *row);
            let by = json!({"id": self.key, "name": "test"});
            assert_eq!(
                (&row["key"], &row["command"]),
                (&by, &Value::Null),
                "{path}"
            );
            assert_eq!(row["actor"], "Fenna Loman", "{path}");
            assert_eq!(row["action"], operation["operationId"], "{path}");
            assert_eq!(row["request_id"], request, "{path}");
            assert_eq!(row["reason"], reason(&wanted), "{path}");
        }
        self.seen
            .insert(operation["operationId"].as_str().unwrap().to_owned());
        for secret in ["key", "secret"] {
            self.secrets
                .extend(answer.json[secret].as_str().map(str::to_owned));
        }
        (answer, rows)
    }

    /// Writes one thing, and finds the one row that this leaves.
    pub async fn write(
        &mut self,
        call: (&str, &str),
        before: Option<&Answer>,
        body: Value,
    ) -> Answer {
        let (answer, rows) = self.done(call, before, body).await;
        let id = answer.json["id"]
            .as_str()
            .or(before.and_then(|before| before.json["id"].as_str()));
        let from = before.and_then(|before| version(&before.etag()));
        let wanted = changed((kind(call.1), id), from, version(&answer.etag()));
        assert_eq!(
            rows.iter().map(told).collect::<Vec<_>>(),
            [wanted],
            "{call:?}"
        );
        answer
    }
}

/// The version that an ETag names.
pub fn version(etag: &str) -> Option<String> {
    (!etag.is_empty()).then(|| etag.trim_matches('"').to_owned())
}

/// What a row tells of a thing that was changed so.
pub fn changed(subject: (&str, Option<&str>), from: Option<String>, to: Option<String>) -> Value {
    let (kind, id) = subject;
    json!({"subject": {"kind": kind, "id": id}, "from": from, "to": to})
}

/// What a row tells of the thing.
pub fn told(row: &Value) -> Value {
    json!({"subject": row["subject"], "from": row["from"], "to": row["to"]})
}

/// The kind of thing that a path writes.
fn kind(path: &str) -> &'static str {
    match path.split('/').nth(1).unwrap() {
        "site" => "site",
        "sections" => "section",
        "authors" => "author",
        "entities" => "entity",
        "donation-links" => "donation_link",
        "articles" if path.contains("/updates") => "update",
        "articles" if path.contains("/preview") => "preview",
        "articles" => "article",
        "keys" => "key",
        "webhooks" => "webhook",
        "partners" if path.ends_with("/keys") => "key",
        "partners" => "partner",
        "media" => "media",
        other => panic!("{other}: what kind of thing is that?"),
    }
}

/// The reason that a row must tell: of a purge.
fn reason(wanted: &Wanted<'_>) -> Value {
    if wanted.path.ends_with("/purge") {
        return wanted.body["reason"].clone();
    }
    if let Some(at) = wanted.body["at"].as_str() {
        return json!(format!("scheduled for {at}"));
    }
    Value::Null
}
