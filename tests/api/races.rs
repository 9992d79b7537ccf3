//! Two requests that meet: each operation that declares 409 really answers it when another request gets in its way.
//!
//! The first has done its work and waits, for as long as the test wants, at the audit, which every write comes to last. The second runs into
//! what the first has done and not yet committed.

pub mod crossings;
mod possible;
mod webhooks;

use std::collections::BTreeSet;
use std::pin::pin;
use std::time::Duration;

use serde_json::{Value, json};
use tokio_postgres::Client;

use crate::app::{Answer, App, Call};
use crate::openapi::operations;
use crate::postgres::{database, settings};
use crate::watch::waiting;

/// A request of management.
pub struct Request {
    method: &'static str,
    path: String,
    body: Value,
}

impl Request {
    pub fn new(method: &'static str, path: impl Into<String>, body: Value) -> Self {
        Self {
            method,
            path: path.into(),
            body,
        }
    }

    /// The removal of a thing of this kind.
    fn removal(kind: &str, id: &str) -> Self {
        Self::new("DELETE", format!("/{kind}/{id}"), Value::Null)
    }

    /// As sent to this node, based on whatever version there is.
    pub fn to<'a>(&self, node: &'a App, key: &str) -> Call<'a> {
        let call = node
            .call(self.method, &format!("/v1/manage{}", self.path))
            .key(key)
            .if_match("*");
        if self.body.is_null() {
            call
        } else {
            call.json(&self.body)
        }
    }
}

/// A hand on a table: nothing is written to it until the hand lets go.
pub async fn hand_on(app: &App, table: &str) -> Client {
    let hand = app.sql().await;
    hand.batch_execute(&format!(
        "BEGIN; LOCK TABLE newsroom.{table} IN EXCLUSIVE MODE"
    ))
    .await
    .unwrap();
    hand
}

/// Sends the second once the first has done its work, and lets the first end once the second waits for it.
pub async fn meeting(app: &App, first: &Request, second: &Request) -> (Answer, Answer) {
    let hand = hand_on(app, "audit").await;
    let after = async {
        waiting(app, 1).await;
        let mut second = pin!(second.to(app, &app.admin).send());
        tokio::select! {
            early = &mut second => panic!("it did not wait: {} {}", early.status, early.text),
            () = waiting(app, 2) => {}
        }
        hand.batch_execute("COMMIT").await.unwrap();
        second.await
    };
    tokio::join!(first.to(app, &app.admin).send(), after)
}

/// What makes a thing of this kind.
fn body(kind: &str) -> Value {
    match kind {
        "articles" => json!({"headline": "Artikel"}),
        "entities" => json!({"kind": "topic", "name": "Onderwerp"}),
        "donation-links" => json!({"provider": "other", "url": "https://example.org/geef"}),
        "keys" => json!({"name": "Sleutel", "role": "editor"}),
        "webhooks" => json!({"url": crate::app::NOWHERE}),
        _ => json!({"name": "Naam"}),
    }
}

/// A new thing of this kind that nothing refers to.
async fn new(app: &App, kind: &str) -> String {
    app.make(&format!("/{kind}"), body(kind)).await.id()
}

/// The path of a new published article.
async fn published(app: &App) -> String {
    format!("/articles/{}", app.publish(body("articles")).await.id())
}

/// The path of a new update, shown or not.
async fn update(app: &App, draft: bool) -> String {
    let path = format!("{}/updates", published(app).await);
    let mut body = text();
    body["draft"] = json!(draft);
    format!("{path}/{}", app.make(&path, body).await.id())
}

fn text() -> Value {
    json!({"body": {"format": "markdown", "source": "Later."}})
}

fn retraction(update: &str) -> Request {
    let reason = json!({"reason": "Een vergissing."});
    Request::new("POST", format!("{update}/retract"), reason)
}

/// The part of an article that refers to a thing of this kind.
fn naming(kind: &str, id: &str) -> Value {
    match kind {
        "sections" => json!({"section": id}),
        "authors" => json!({"authors": [id]}),
        "entities" => json!({"entities": [{"entity": id}]}),
        "articles" => json!({"related": [{"article": id}]}),
        _ => json!({"donation_links": [id]}),
    }
}

/// What makes an article that refers to a thing of this kind.
fn article_naming(kind: &str, id: &str) -> Request {
    let mut article = naming(kind, id);
    article["headline"] = json!("Artikel");
    Request::new("POST", "/articles", article)
}

/// Two requests of which the second is of this operation and can't be done after the first, and the problem that it runs into.
async fn collision(app: &App, id: &str, path: &str) -> (Request, Request, &'static str) {
    let kind = path.split('/').nth(3).unwrap_or_default();
    match id {
        "create_section" | "create_author" | "create_entity" | "create_article" => {
            let wanted = || {
                let mut body = body(kind);
                body["slug"] = json!("gewild");
                Request::new("POST", format!("/{kind}"), body)
            };
            (wanted(), wanted(), "slug-taken")
        }
        "change_section" | "change_author" | "change_entity" | "change_article" => {
            let wanting = async || {
                let path = format!("/{kind}/{}", new(app, kind).await);
                Request::new("PATCH", path, json!({"slug": "begeerd"}))
            };
            (wanting().await, wanting().await, "slug-taken")
        }
        "remove_section" | "remove_author" | "remove_entity" | "remove_article" => {
            let used = new(app, kind).await;
            let removal = Request::removal(kind, &used);
            (article_naming(kind, &used), removal, "in-use")
        }
        "remove_donation_link" => {
            let link = new(app, kind).await;
            let hanging = Request::new("PUT", "/site/donation-links", json!([link]));
            (hanging, Request::removal(kind, &link), "in-use")
        }
        "set_site_donation_links"
        | "set_section_donation_links"
        | "set_article_donation_links"
        | "set_article_entities"
        | "set_article_related" => {
            let (named, list) = match id {
                "set_article_entities" => ("entities", "entities"),
                "set_article_related" => ("articles", "related"),
                _ => ("donation-links", "donation_links"),
            };
            let gone = new(app, named).await;
            let path = match kind {
                "site" => "/site".to_owned(),
                _ => format!("/{kind}/{}", new(app, kind).await),
            };
            let path = format!("{path}/{}", list.replace('_', "-"));
            let list = naming(named, &gone)[list].clone();
            let removal = Request::removal(named, &gone);
            (removal, Request::new("PUT", path, list), "in-use")
        }
        "withdraw_article" | "append_update" => {
            let article = published(app).await;
            let withdrawal = || Request::new("POST", format!("{article}/withdraw"), json!({}));
            let second = match id {
                "append_update" => Request::new("POST", format!("{article}/updates"), text()),
                _ => withdrawal(),
            };
            (withdrawal(), second, "state-conflict")
        }
        "show_update" | "remove_update" => {
            let draft = update(app, true).await;
            let show = || Request::new("POST", format!("{draft}/show"), Value::Null);
            let second = match id {
                "show_update" => show(),
                _ => Request::new("DELETE", &draft, Value::Null),
            };
            (show(), second, "state-conflict")
        }
        "retract_update" | "revise_update" => {
            let shown = update(app, false).await;
            let second = match id {
                "retract_update" => retraction(&shown),
                _ => Request::new("PATCH", &shown, json!({"headline": "Anders"})),
            };
            (retraction(&shown), second, "state-conflict")
        }
        "test_webhook" | "replay_delivery" | "replay_webhook" => {
            let (off, second) = webhooks::collision(app, id).await;
            (off, second, "state-conflict")
        }
        "rotate_key" => {
            let key = format!("/keys/{}", new(app, kind).await);
            let act = |act| Request::new("POST", format!("{key}/{act}"), json!({}));
            (act("revoke"), act("rotate"), "state-conflict")
        }
        _ => panic!("{id} declares 409: what does it run into?"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_request_has_just_made_impossible_is_a_conflict() {
    let app = App::start().await;
    // These run into nothing but themselves, which the test of retries is about.
    let alone = [
        "publish_article",
        "purge_article",
        "merge_entity",
        "create_donation_link",
        "create_key",
        "revoke_key",
        "create_webhook",
        "create_partner",
        "create_partner_key",
        "rotate_webhook",
        "create_preview",
        "unschedule_article",
        "write_bulk",
        // Its limits and files have tests of their own.
        "websub_hub",
        "upload_media",
        "remove_media",
    ];
    let mut wrong = Vec::new();
    for (path, _, operation) in operations() {
        let id = operation["operationId"].as_str().unwrap();
        // What is restored may fit no more, which has tests of its own.
        let restores = id.starts_with("restore_");
        if operation["responses"].get("409").is_none() || alone.contains(&id) || restores {
            continue;
        }
        let (first, second, problem) = collision(&app, id, path).await;
        let (first, second) = meeting(&app, &first, &second).await;
        if first.status >= 300 || (second.status, second.problem()) != (409, problem) {
            wrong.push(format!("{id}: {} and then {}", first.text, second.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_text_refers_to_and_is_removed_meanwhile_is_a_conflict() {
    let app = App::start().await;
    let mut wrong = Vec::new();
    for kind in [
        "sections",
        "authors",
        "entities",
        "articles",
        "donation-links",
    ] {
        let mut places = vec![
            ("POST", "/articles".to_owned()),
            (
                "PATCH",
                format!("/articles/{}", new(&app, "articles").await),
            ),
        ];
        if kind == "authors" {
            places.push(("POST", format!("{}/updates", published(&app).await)));
            places.push(("PATCH", update(&app, false).await));
        }
        for (method, path) in places {
            let gone = new(&app, kind).await;
            let removal = Request::removal(kind, &gone);
            let mut body = if path.contains("/updates") {
                text()
            } else {
                json!({"headline": "Artikel"})
            };
            body.as_object_mut()
                .unwrap()
                .extend(naming(kind, &gone).as_object().unwrap().clone());
            let writing = Request::new(method, path, body);
            let (first, second) = meeting(&app, &removal, &writing).await;
            if first.status != 204 || (second.status, second.problem()) != (409, "in-use") {
                wrong.push(format!(
                    "{method} {} with {kind}: {} {} and then {}",
                    writing.path, first.status, first.text, second.text
                ));
            }
            // Nothing of it was written, and what is no longer there is told as such from now on.
            writing.to(&app, &app.admin).send().await.expect(422);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_that_meets_its_running_first_is_told_so_on_every_post() {
    let url = database().await;
    let app = App::on(&url).await;
    let mut quick = settings(&url);
    quick.lock_timeout = Duration::from_millis(100);
    let impatient = App::with(&url, &quick).await;
    let (mut wrong, mut seen) = (Vec::new(), BTreeSet::new());
    for (path, _, operation) in operations()
        .into_iter()
        // A check writes nothing, and the hub takes no such keys.
        .filter(|(path, method, _)| {
            *method == "post" && path.starts_with("/v1/manage/") && !path.ends_with("/check")
        })
    {
        let id = operation["operationId"].as_str().unwrap();
        if id == "upload_media" {
            continue; // it takes a file, and has a test of its own
        }
        let request = possible::request(&app, id, path).await;
        let to = |node| request.to(node, &app.admin).header("idempotency-key", id);
        let hand = hand_on(&app, "audit").await;
        let (first, meanwhile) = tokio::join!(to(&app).send(), async {
            waiting(&app, 1).await;
            let meanwhile = to(&impatient).send().await;
            hand.batch_execute("COMMIT").await.unwrap();
            meanwhile
        });
        let later = to(&impatient).send().await;
        if (meanwhile.status, meanwhile.problem()) != (409, "request-in-progress") {
            wrong.push(format!("{id}: {} {}", meanwhile.status, meanwhile.text));
        }
        let mut told = first.json.clone();
        for secret in ["key", "secret"] {
            if told[secret].is_string() {
                told[secret] = Value::Null; // a secret is shown once
            }
        }
        if first.status >= 300 || (later.status, &later.json) != (first.status, &told) {
            wrong.push(format!("{id}: {} and then {}", first.text, later.text));
        }
        seen.insert(id);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen.len() > 9, "{seen:?}");
    impatient.stop().await;
    app.stop().await;
}
