//! Bodies that are wrong in one place: every write refuses them, tells the place, and writes nothing.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::app::{Answer, App, Call};
use crate::contract::follow;
use crate::openapi::{operations, takes_json};
use crate::statuses::Publication;

/// A body of this operation with everything in it that it takes, as far as fields go together.
fn whole_body(operation: &str) -> Value {
    let text = json!({"format": "markdown", "source": "Tekst."});
    let image = json!({"url": "https://example.org/a.jpg", "alt": "Een", "caption": "Twee", "credit": "Drie", "width": 1, "height": 1});
    let links = json!([{"label": "Een", "url": "https://example.org/een"}]);
    let entities =
        json!([{"kind": "topic", "name": "Een", "relation": "about"}, {"entity": "een"}]);
    let related = json!([{"url": "https://example.org/een", "title": "Een"}, {"article": "een"}]);
    match operation {
        "create_section" | "change_section" => {
            json!({"name": "Een", "slug": "een", "description": "Twee", "position": 1})
        }
        "create_author" | "change_author" => {
            json!({"name": "Een", "slug": "een", "biography": text, "image": image, "links": links})
        }
        "create_entity" | "change_entity" => {
            json!({"kind": "topic", "name": "Een", "slug": "een", "aliases": ["Twee"], "description": "Drie",
                   "same_as": ["https://example.org/een"], "image": image})
        }
        "create_donation_link" | "change_donation_link" => {
            json!({"provider": "bank_transfer", "placement": "article_end", "call_to_action": {"nl": "Steun"}, "thank_you": {"nl": "Dank"},
                   "bank": {"iban": "NL91ABNA0417164300", "bic": "ABNANL2A", "beneficiary": "Een", "remittance": "Twee"}})
        }
        "change_site" => {
            json!({"title": "Een", "tagline": "Twee", "public_url": "https://example.org", "default_language": "nl", "time_zone": "Europe/Amsterdam",
                   "paths": {"article": "/{section}/{slug}", "section": "/{slug}", "author": "/wie/{slug}", "entity": "/wat/{slug}"},
                   "about": text, "logo": {"url": "https://example.org/a.svg", "alt": "Een"}, "social_links": links, "copyright": "Een", "licence": "Twee"})
        }
        "create_article" | "change_article" => {
            json!({"headline": "Een", "slug": "een", "type": "article", "language": "nl", "standfirst": text, "body": text, "image": image,
                   "entities": entities, "related": related, "donation_links": "none", "canonical_url": "https://example.org/een",
                   "seo": {"title": "Een", "description": "Twee", "noindex": true}})
        }
        "append_update" => {
            json!({"kind": "update", "headline": "Een", "body": text, "published_at": "2026-05-04T12:30:00Z"})
        }
        "revise_update" => json!({"kind": "update", "headline": "Een", "body": text}),
        "publish_article" => json!({"published_at": "2026-05-04T12:30:00Z"}),
        "withdraw_article" => json!({"reason": "Een", "notice_to_partners": "Twee"}),
        "retract_update" | "purge_article" => json!({"reason": "Een vergissing."}),
        "acknowledge_notice" => json!({"note": "Een"}),
        "unschedule_article" => json!({"act": "publish"}),
        "create_preview" => json!({"version": 1, "expires_at": "2026-05-04T12:30:00Z"}),
        "write_bulk" => {
            json!({"all_or_nothing": true, "bodies": false,
                   "operations": [{"method": "DELETE", "path": "/v1/manage/articles/een", "if_match": "\"0.0\""}]})
        }
        "merge_entity" => json!({"into": "een"}),
        "create_key" => {
            json!({"name": "Een", "role": "editor", "expires_at": "2126-05-04T12:30:00Z"})
        }
        "upload_media" => {
            json!({"url": "https://example.org/a.jpg", "alt": "Een", "caption": "Twee", "credit": "Drie", "focal_point": {"x": 0.5, "y": 1}})
        }
        "change_media" => {
            json!({"alt": "Een", "caption": "Twee", "credit": "Drie", "focal_point": {"x": 0.5, "y": 1}})
        }
        "rotate_key" | "rotate_webhook" => json!({"grace_seconds": 600}),
        "create_webhook" | "change_webhook" => {
            json!({"url": crate::app::NOWHERE, "events": ["update.*", "article.published"], "sections": ["nieuw"], "description": "Een", "enabled": true})
        }
        "create_partner" | "change_partner" => crate::partners::whole(),
        "create_partner_key" => json!({"name": "Een", "expires_at": "2126-05-04T12:30:00Z"}),
        "replay_webhook" => json!({"since": "1-1"}),
        "set_article_entities" => entities,
        "set_article_related" => related,
        "set_article_donation_links" => json!("none"),
        "set_site_donation_links" | "set_section_donation_links" => {
            json!(["00000000-0000-4000-8000-000000000000"])
        }
        other => panic!("{other} takes a body: show here what may stand in it"),
    }
}

/// Every value in a body: its JSON Pointer and itself.
fn places(value: &Value) -> Vec<(String, Value)> {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, field)| (name.clone(), field))
            .collect(),
        Value::Array(items) => (0..)
            .map(|index: usize| index.to_string())
            .zip(items)
            .collect(),
        _ => Vec::new(),
    };
    let mut all = vec![(String::new(), value.clone())];
    for (name, inner) in below {
        all.extend(
            places(inner)
                .into_iter()
                .map(|(at, value)| (format!("/{name}{at}"), value)),
        );
    }
    all
}

/// The body with another value in every place where one like it stands.
fn with_all(body: &Value, like: impl Fn(&Value) -> bool, other: &Value) -> (Value, Vec<String>) {
    let (mut changed, mut where_at) = (body.clone(), Vec::new());
    for (at, value) in places(body) {
        if like(&value) {
            *changed.pointer_mut(&at).unwrap() = other.clone();
            where_at.push(at);
        }
    }
    (changed, where_at)
}

/// A body as text, and the places at which it is at fault.
type Wrong = (String, Vec<String>);

/// Sends wrong bodies, each made from a right one, to every operation that takes one: 422 with this fault at each of the places, and nothing written.
async fn every_write(change: impl Fn(&Value) -> Vec<Wrong>, code: &str) {
    let publication = Publication::new().await;
    let app = &publication.app;
    let before = state(app).await;
    let mut wrong = Vec::new();
    for (path, method, operation) in operations() {
        let id = operation["operationId"].as_str().unwrap();
        if !takes_json(operation) {
            continue;
        }
        let changed = change(&whole_body(id)).into_iter();
        for (body, places) in changed.filter(|(_, places)| !places.is_empty()) {
            let answer = to(&publication, path, method)
                .body("application/json", body.clone())
                .send()
                .await;
            let told = answer.faults();
            for place in places {
                if answer.status != 422 || !told.contains(&format!("{code} at {place}")) {
                    wrong.push(format!(
                        "{id} {body}: no {code} at {place}: {} {told:?}",
                        answer.status
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(state(app).await, before);
}

/// A call that would succeed with a right body.
pub fn to<'a>(publication: &'a Publication, path: &str, method: &str) -> Call<'a> {
    let url = publication.path(path, "nieuw");
    let call = publication.app.call(&method.to_uppercase(), &url);
    call.key(&publication.app.admin).if_match("*")
}

/// What management shows of everything.
async fn state(app: &App) -> Vec<String> {
    let mut all = Vec::new();
    for path in [
        "site",
        "sections",
        "authors",
        "entities",
        "donation-links",
        "articles",
    ] {
        all.push(app.manage("GET", &format!("/{path}")).send().await.text);
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_field_is_refused_however_deep_it_stands() {
    let change = |body: &Value| {
        let (mut changed, mut told) = (body.clone(), Vec::new());
        for (at, value) in places(body) {
            // Texts by language take any language, so there the name is at fault in another way.
            if value.is_object() && !at.ends_with("call_to_action") && !at.ends_with("thank_you") {
                changed.pointer_mut(&at).unwrap()["kleur"] = json!(1);
                told.push(format!("{at}/kleur"));
            }
        }
        vec![(changed.to_string(), told)]
    };
    every_write(change, "unknown_field").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_server_sets_no_write_sets() {
    let change = |body: &Value| {
        let Some(fields) = body.as_object() else {
            return Vec::new();
        };
        let owned = [
            "id",
            "version",
            "revision",
            "created_at",
            "created_by",
            "saved_at",
            "modified_at",
            "published_at",
            "published_version",
            "last_update_at",
            "withdrawn_at",
            "status",
            "state",
            "seq",
            "number",
            "word_count",
            "reading_minutes",
            "outline",
            "updates",
            "update_count",
        ];
        let mut changed = body.clone();
        let set: Vec<&str> = owned
            .into_iter()
            .filter(|name| !fields.contains_key(*name))
            .collect();
        for name in &set {
            changed[name] = json!("x");
        }
        vec![(
            changed.to_string(),
            set.iter().map(|name| format!("/{name}")).collect(),
        )]
    };
    every_write(change, "server_owned_field").await;
}

/// The names of an object's fields, as the document has them.
fn fields(schema: &'static Value) -> BTreeSet<&'static str> {
    let schema = follow(schema);
    let parts = schema["allOf"].as_array().into_iter().flatten();
    let own = schema["properties"].as_object().into_iter();
    let own = own.flat_map(|fields| fields.keys().map(String::as_str));
    parts.flat_map(fields).chain(own).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_answer_tells_and_its_write_does_not_take_is_refused_by_its_name() {
    let publication = Publication::new().await;
    let before = state(&publication.app).await;
    let mut looked_at = 0;
    for (path, method, operation) in operations() {
        if !takes_json(operation) {
            continue;
        }
        let taken = &operation["requestBody"];
        let id = operation["operationId"].as_str().unwrap();
        let taken = fields(&follow(taken)["content"]["application/json"]["schema"]);
        let answers = ["200", "201"].map(|status| &operation["responses"][status]);
        let told = answers
            .iter()
            .flat_map(|answer| fields(&follow(answer)["content"]["application/json"]["schema"]));
        let owned: Vec<&str> = told.filter(|name| !taken.contains(name)).collect();
        let mut body = whole_body(id);
        if owned.is_empty() || !body.is_object() {
            continue;
        }
        for name in &owned {
            body[name] = json!(1);
        }
        let answer = to(&publication, path, method).json(&body).send().await;
        let told = answer.expect(422).faults();
        for name in owned {
            let place = format!(" at /{name}");
            assert!(
                told.iter().any(|fault| fault.ends_with(&place)),
                "{id} takes {name}: {told:?}"
            );
            looked_at += 1;
        }
    }
    assert!(looked_at > 60, "{looked_at} fields");
    assert_eq!(state(&publication.app).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_object_in_the_place_of_a_text_is_of_the_wrong_type() {
    let change = |body: &Value| {
        let (changed, told) = with_all(body, Value::is_string, &json!({"$ne": ""}));
        vec![(changed.to_string(), told)]
    };
    every_write(change, "wrong_type").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn u_0000_is_refused_in_every_text_and_every_name() {
    let texts = |body: &Value| {
        let (changed, told) = with_all(body, Value::is_string, &json!("a\0b"));
        vec![(changed.to_string(), told)]
    };
    every_write(texts, "nul_character").await;
    let names = |body: &Value| {
        let (mut changed, mut told) = (body.clone(), Vec::new());
        for (at, value) in places(body) {
            if value.is_object() {
                changed.pointer_mut(&at).unwrap()["a\0b"] = json!("x");
                told.push(at);
            }
        }
        vec![(changed.to_string(), told)]
    };
    every_write(names, "nul_character").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_field_that_stands_twice_is_refused_however_deep_and_however_spelled() {
    let change = |body: &Value| {
        let mut wrong = Vec::new();
        for (at, value) in places(body) {
            let Some((name, field)) = value.as_object().and_then(|fields| fields.iter().next())
            else {
                continue;
            };
            let spelled: String = name.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
            for again in [name, &spelled] {
                let twice = format!("{{\"{again}\":{field},{}", &value.to_string()[1..]);
                let mut changed = body.clone();
                *changed.pointer_mut(&at).unwrap() = json!("here");
                wrong.push((
                    changed.to_string().replace("\"here\"", &twice),
                    vec![format!("{at}/{name}")],
                ));
            }
        }
        wrong
    };
    every_write(change, "duplicate_field").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_write_takes_json_only_and_only_as_it_is() {
    let publication = Publication::new().await;
    let mut wrong = Vec::new();
    let mut note = |what: String, answer: Answer| {
        if (answer.status, answer.problem()) != (415, "unsupported-media-type") {
            wrong.push(format!("{what}: {} {}", answer.status, answer.text));
        }
    };
    for (path, method, operation) in operations() {
        if !takes_json(operation) {
            continue;
        }
        let body = whole_body(operation["operationId"].as_str().unwrap()).to_string();
        let other = if method == "patch" {
            "application/json-patch+json"
        } else {
            "application/merge-patch+json"
        };
        for kind in [
            "",
            "text/plain",
            "text/json",
            "application/jsonx",
            "application/xml",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/json; charset=utf-16",
            "application/json;charset=\"latin1\"",
            "application/json, text/plain",
            other,
        ] {
            if path == "/v1/manage/media" && kind.starts_with("multipart/") {
                continue; // an upload may be a form
            }
            let answer = to(&publication, path, method)
                .body(kind, body.clone())
                .send()
                .await;
            note(format!("{method} {path} as {kind}"), answer);
        }
        for encodings in [
            &["gzip"][..],
            &["br"],
            &["GZIP"],
            &["identity, gzip"],
            &["identity", "gzip"],
            &["x"],
        ] {
            let mut call = to(&publication, path, method);
            for encoding in encodings {
                call = call.header("content-encoding", encoding);
            }
            let answer = call.body("application/json", body.clone()).send().await;
            note(format!("{method} {path} encoded as {encodings:?}"), answer);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
