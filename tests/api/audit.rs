//! The audit: each write of management leaves one row that tells who, for whom, what, and from which version to which.

use std::collections::BTreeSet;

use kroniek::auth::Role;
use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::contract;

/// A newsroom at work, each of whose writes is looked up in the audit.
struct Desk {
    app: App,
    seen: BTreeSet<String>,
}

/// A row of the audit.
#[derive(Debug, PartialEq)]
struct Row {
    key: String,
    actor: Option<String>,
    action: String,
    request: String,
    subject: Option<String>,
    versions: (Option<String>, Option<String>),
}

impl Desk {
    async fn rows(&self) -> Vec<Row> {
        let sql = "SELECT a.key_name || ' ' || coalesce(k.role, '?'), a.actor, a.action, a.request_id, a.subject_id::text, a.version_from, a.version_to
                   FROM newsroom.audit a LEFT JOIN newsroom.api_keys k ON k.id = a.key_id ORDER BY a.at, a.id";
        let rows = self.app.sql().await.query(sql, &[]).await.unwrap();
        let row = |row: &tokio_postgres::Row| Row {
            key: row.get(0),
            actor: row.get(1),
            action: row.get(2),
            request: row.get(3),
            subject: row.get(4),
            versions: (row.get(5), row.get(6)),
        };
        rows.iter().map(row).collect()
    }

    /// Writes as a named person, and finds the one row that this leaves.
    async fn write(&mut self, call: (&str, &str), before: Option<&Answer>, body: Value) -> Answer {
        let (method, path) = call;
        let (_, operation) = contract::operation(method, &format!("/v1/manage{path}"))
            .unwrap_or_else(|| panic!("{method} {path} is no operation"));
        let action = operation["operationId"].as_str().unwrap().to_owned();
        let known = self.rows().await.len();
        let mut call = self
            .app
            .manage(method, path)
            .header("kroniek-actor", "Fenna Loman");
        if let Some(before) = before {
            call = call.if_match(&before.etag());
        }
        if method != "DELETE" && !path.ends_with("/show") && !path.ends_with("/restore") {
            call = call.json(&body);
        }
        let answer = call.send().await;
        assert!(answer.status < 300, "{method} {path}: {}", answer.text);
        let mut rows = self.rows().await;
        assert_eq!(rows.len(), known + 1, "{method} {path}");
        let plain = |etag: String| (!etag.is_empty()).then(|| etag.trim_matches('"').to_owned());
        let id = answer.json["id"]
            .as_str()
            .or(before.and_then(|before| before.json["id"].as_str()))
            .map(str::to_owned);
        let wanted = Row {
            key: "test admin".to_owned(),
            actor: Some("Fenna Loman".to_owned()),
            action: action.clone(),
            request: answer.header("x-request-id").to_owned(),
            subject: id,
            versions: (
                before.and_then(|before| plain(before.etag())),
                plain(answer.etag()),
            ),
        };
        assert_eq!(rows.pop(), Some(wanted), "{method} {path}");
        self.seen.insert(action);
        answer
    }
}

fn text(source: &str) -> Value {
    json!({"format": "markdown", "source": source})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_write_leaves_one_row() {
    let mut desk = Desk {
        app: App::start().await,
        seen: BTreeSet::new(),
    };
    let link = desk
        .write(
            ("POST", "/donation-links"),
            None,
            json!({"provider": "other", "url": "https://example.org"}),
        )
        .await;
    let link = desk
        .write(
            ("PATCH", &format!("/donation-links/{}", link.id())),
            Some(&link),
            json!({"placement": "top"}),
        )
        .await;
    let site = desk.app.manage("GET", "/site").send().await;
    let site = desk
        .write(
            ("PATCH", "/site"),
            Some(&site),
            json!({"title": "De Peilschaal"}),
        )
        .await;
    let site = desk
        .write(
            ("PUT", "/site/donation-links"),
            Some(&site),
            json!([link.id()]),
        )
        .await;
    let site = desk
        .write(("PUT", "/site/donation-links"), Some(&site), json!([]))
        .await;
    desk.write(
        ("POST", "/site/versions/2/restore"),
        Some(&site),
        Value::Null,
    )
    .await;
    for (kind, body) in [
        ("sections", json!({"name": "Water"})),
        ("authors", json!({"name": "Auteur"})),
        ("entities", json!({"kind": "topic", "name": "Getij"})),
        (
            "donation-links",
            json!({"provider": "other", "url": "https://example.org/weg"}),
        ),
        ("articles", json!({"headline": "Concept"})),
    ] {
        let made = desk.write(("POST", &format!("/{kind}")), None, body).await;
        let path = format!("/{kind}/{}", made.id());
        let change = if kind == "articles" {
            json!({"headline": "Beter"})
        } else {
            json!({})
        };
        let mut made = desk.write(("PATCH", &path), Some(&made), change).await;
        if kind == "sections" {
            made = desk
                .write(
                    ("PUT", &format!("{path}/donation-links")),
                    Some(&made),
                    json!([link.id()]),
                )
                .await;
        }
        let restore = format!("{path}/versions/1/restore");
        let made = desk
            .write(("POST", &restore), Some(&made), Value::Null)
            .await;
        desk.write(("DELETE", &path), Some(&made), Value::Null)
            .await;
    }
    desk.write(
        ("DELETE", &format!("/donation-links/{}", link.id())),
        Some(&link),
        Value::Null,
    )
    .await;

    let other = desk
        .app
        .make("/articles", json!({"headline": "Ander"}))
        .await;
    let article = desk
        .write(
            ("POST", "/articles"),
            None,
            json!({"headline": "Artikel", "entities": [{"kind": "person", "name": "Iemand"}]}),
        )
        .await;
    let path = format!("/articles/{}", article.id());
    let article = desk
        .write(
            ("PUT", &format!("{path}/entities")),
            Some(&article),
            json!([{"kind": "topic", "name": "Iets nieuws"}]),
        )
        .await;
    let article = desk
        .write(
            ("PUT", &format!("{path}/related")),
            Some(&article),
            json!([{"article": other.id()}]),
        )
        .await;
    let article = desk
        .write(
            ("PUT", &format!("{path}/donation-links")),
            Some(&article),
            json!("none"),
        )
        .await;
    let article = desk
        .write(
            ("POST", &format!("{path}/publish")),
            Some(&article),
            json!({}),
        )
        .await;
    let update = desk
        .write(
            ("POST", &format!("{path}/updates")),
            None,
            json!({"body": text("Een.")}),
        )
        .await;
    let updates = format!("{path}/updates/{}", update.id());
    let update = desk
        .write(
            ("PATCH", &updates),
            Some(&update),
            json!({"body": text("Twee.")}),
        )
        .await;
    let restore = format!("{updates}/versions/1/restore");
    let update = desk
        .write(("POST", &restore), Some(&update), Value::Null)
        .await;
    desk.write(
        ("POST", &format!("{updates}/retract")),
        Some(&update),
        json!({"reason": "Fout."}),
    )
    .await;
    for act in ["show", ""] {
        let draft = desk
            .write(
                ("POST", &format!("{path}/updates")),
                None,
                json!({"body": text("Drie."), "draft": true}),
            )
            .await;
        let draft_path = format!("{path}/updates/{}", draft.id());
        match act {
            "" => {
                desk.write(("DELETE", &draft_path), Some(&draft), Value::Null)
                    .await
            }
            act => {
                desk.write(
                    ("POST", &format!("{draft_path}/{act}")),
                    Some(&draft),
                    Value::Null,
                )
                .await
            }
        };
    }
    let withdrawn = desk
        .write(
            ("POST", &format!("{path}/withdraw")),
            Some(&article),
            json!({"reason": "Klaar."}),
        )
        .await;
    desk.write(
        ("POST", &format!("{path}/purge")),
        Some(&withdrawn),
        json!({"reason": "Voorgoed."}),
    )
    .await;

    // A merge leaves a row for each thing that it changes, which its own tests look at.
    desk.seen.insert("merge_entity".to_owned());
    let key = json!({"name": "Sleutel", "role": "editor"});
    let mut key = desk.write(("POST", "/keys"), None, key).await;
    for act in ["rotate", "revoke"] {
        let path = format!("/keys/{}/{act}", key.id());
        key = desk.write(("POST", &path), Some(&key), json!({})).await;
    }

    assert_eq!(
        desk.seen,
        every_write(),
        "a write of the document is not in this test"
    );
    desk.app.stop().await;
}

/// The ids of every operation of management that writes.
fn every_write() -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for (path, item) in contract::document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if path.starts_with("/v1/manage") && method != "get" {
                ids.insert(operation["operationId"].as_str().unwrap().to_owned());
            }
        }
    }
    ids
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_fails_and_a_read_leave_none() {
    let desk = Desk {
        app: App::start().await,
        seen: BTreeSet::new(),
    };
    let made = desk
        .app
        .make("/authors", json!({"name": "Auteur", "slug": "auteur"}))
        .await;
    let known = desk.rows().await;
    let author = desk.app.key(Role::Author).await;
    desk.app
        .manage("POST", "/authors")
        .json(&json!({"name": "Auteur", "slug": "auteur"}))
        .send()
        .await
        .expect(409);
    desk.app
        .manage("POST", "/authors")
        .json(&json!({"naam": "x"}))
        .send()
        .await
        .expect(422);
    desk.app
        .manage("PATCH", "/authors/auteur")
        .json(&json!({}))
        .send()
        .await
        .expect(428);
    desk.app
        .manage("PATCH", "/authors/auteur")
        .if_match("\"9\"")
        .json(&json!({}))
        .send()
        .await
        .expect(412);
    desk.app
        .call("PATCH", "/v1/manage/site")
        .key(&author)
        .if_match("\"1\"")
        .json(&json!({}))
        .send()
        .await
        .expect(403);
    desk.app
        .manage("GET", &format!("/authors/{}", made.id()))
        .send()
        .await
        .expect(200);
    assert_eq!(desk.rows().await, known);
    desk.app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_row_holds_a_key() {
    let desk = Desk {
        app: App::start().await,
        seen: BTreeSet::new(),
    };
    desk.app.publish(json!({"headline": "Artikel"})).await;
    let secret = desk.app.admin.trim_start_matches("kroniek_").to_owned();
    let sql = desk.app.sql().await;
    for table in crate::watch::tables(&desk.app, "newsroom").await {
        let count =
            format!("SELECT count(*) FROM newsroom.{table} t WHERE strpos(t::text, $1) > 0");
        assert_eq!(
            sql.query_one(&count, &[&secret])
                .await
                .unwrap()
                .get::<_, i64>(0),
            0,
            "{table}"
        );
    }
    desk.app.stop().await;
}
