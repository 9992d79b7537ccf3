//! The document: whole, true to the code, and kept to.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::app::App;
use crate::contract::{document, follow};

/// Every operation: path, method, operation.
pub fn operations() -> Vec<(&'static str, &'static str, &'static Value)> {
    let paths = document()["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object()
                .unwrap()
                .iter()
                .map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
        })
        .collect()
}

/// What forms are sent as.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// Whether an operation takes JSON. What takes a form alone has tests of its own for what may stand in it.
pub fn takes_json(operation: &Value) -> bool {
    let taken = &operation["requestBody"]["content"];
    taken.get("application/json").is_some()
}

/// A path of the operation that leads nowhere: its parameters filled with an id, or a number of a version, that nothing has.
pub fn filled(path: &str) -> String {
    let segments = path.split('/').map(|segment| match segment {
        "{number}" => "77",
        "{format}" => "feed.json",
        "{sitemap}" => "articles.xml",
        segment if segment.starts_with('{') => "00000000-0000-4000-8000-000000000000",
        segment => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}

#[test]
fn the_committed_document_is_up_to_date() {
    let now = kroniek::openapi::text(&kroniek::api::document().unwrap()).unwrap();
    let committed = std::fs::read_to_string(kroniek::openapi::COMMITTED).unwrap_or_default();
    assert!(
        now == committed,
        "run: cargo run -- openapi --output {}",
        kroniek::openapi::COMMITTED
    );
}

#[test]
fn every_operation_says_what_it_is() {
    assert!(document()["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations() {
        let place = format!("{method} {path}");
        for text in ["summary", "description", "operationId"] {
            assert!(
                operation[text]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                "{place}: no {text}"
            );
        }
        assert!(
            ids.insert(operation["operationId"].as_str().unwrap()),
            "{place}: its id stands twice"
        );
        assert!(operation["tags"][0].is_string(), "{place}: no tag");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(
                parameter["description"].is_string(),
                "{place}: {} is not described",
                parameter["name"]
            );
            assert!(
                parameter["schema"].is_object(),
                "{place}: {} has no type",
                parameter["name"]
            );
        }
        let scope = operation["security"][0]["api_key"][0].as_str();
        assert_eq!(
            scope.is_some(),
            path.starts_with("/v1/manage/") || path.starts_with("/v1/syndication/"),
            "{place}: its scope"
        );
        for name in path.split(['{', '}']).skip(1).step_by(2) {
            let told = operation["parameters"]
                .as_array()
                .unwrap()
                .iter()
                .any(|parameter| parameter["name"] == name && parameter["in"] == "path");
            assert!(told, "{place}: {{{name}}} is not told");
        }
    }
}

#[test]
fn every_json_body_has_an_example_that_is_valid() {
    let mut seen = 0;
    for (path, method, operation) in operations() {
        let request = operation["requestBody"]["content"]
            .as_object()
            .into_iter()
            .flatten();
        let responses = operation["responses"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|response| {
                follow(response)["content"]
                    .as_object()
                    .into_iter()
                    .flatten()
            });
        for (_, body) in request.chain(responses) {
            let whole = json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": "#/schema", "schema": body["schema"],
                               "components": document()["components"]});
            let validator = jsonschema::validator_for(&whole).unwrap();
            let example = body
                .get("example")
                .unwrap_or_else(|| panic!("{method} {path}: no example"));
            if let Err(error) = validator.validate(example) {
                panic!(
                    "{method} {path}: its example is not valid at {}: {error}\n{example}",
                    error.instance_path()
                );
            }
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_has_one_type() {
    let text = document().to_string();
    for part in text.split("\"$ref\":\"#").skip(1) {
        let pointer = part.split('"').next().unwrap();
        assert!(
            document().pointer(pointer).is_some(),
            "{pointer} leads nowhere"
        );
    }
    let mut types: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut folders = vec![std::path::PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let source = std::fs::read_to_string(&path).unwrap();
                schema_names(&source).into_iter().for_each(|name| {
                    types
                        .entry(name)
                        .or_default()
                        .push(path.display().to_string())
                });
            }
        }
    }
    assert!(types.len() > 60, "{}", types.len());
    for (name, places) in types {
        assert!(
            places.len() == 1,
            "the schema {name} is of several types, of which utoipa keeps one: {places:?}"
        );
    }
}

/// The names under which a source file's types stand in the document.
fn schema_names(source: &str) -> Vec<String> {
    let mut names = Vec::new();
    for part in source.split("ToSchema").skip(1) {
        let head: String = part.chars().take(600).collect();
        let Some(at) = ["pub struct ", "pub enum "]
            .iter()
            .filter_map(|word| head.find(word).map(|at| at + word.len()))
            .min()
        else {
            continue;
        };
        let before = head.get(..at).unwrap();
        if !before.starts_with(")]") && !before.starts_with(",") {
            continue;
        }
        let own: String = head
            .get(at..)
            .unwrap()
            .chars()
            .take_while(|letter| letter.is_alphanumeric())
            .collect();
        let renamed = before.split("as = ").nth(1).map(|rest| {
            rest.chars()
                .take_while(|letter| letter.is_alphanumeric())
                .collect()
        });
        names.push(renamed.unwrap_or(own));
    }
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_common_status_that_an_operation_declares_is_one_that_it_answers() {
    let app = App::start().await;
    let weak = app.key(kroniek::auth::Role::Partner).await;
    app.bind("admin").await;
    let [link, key, media, webhook, partner] = something_of_each(&app).await;
    let mut missing = Vec::new();
    for (path, method, operation) in operations() {
        if ["/v1/resolve", "/v1/oembed"].contains(&path) {
            continue; // a parameter is needed, and has tests of its own
        }
        let (verb, url, keyed) = (
            method.to_uppercase(),
            filled(path),
            operation.get("security").is_some(),
        );
        let call = |url: &str| {
            if keyed {
                app.call(&verb, url).key(&app.admin)
            } else {
                app.call(&verb, url)
            }
        };
        let body = operation.get("requestBody").is_some();
        let declared = |status: u16| operation["responses"].get(status.to_string()).is_some();
        let mut produce = |status: u16, answer: crate::app::Answer| {
            if answer.status != status {
                missing.push(format!(
                    "{verb} {path}: {status}, but it was {} {}",
                    answer.status, answer.text
                ));
            }
        };
        let wrong = json!({"no_such_field": 1});
        produce(
            400,
            with(
                call(&format!("{url}?no_such_parameter=1")),
                body,
                &json!({}),
            )
            .send()
            .await,
        );
        produce(
            401,
            with(app.call(&verb, &url).key("kroniek_wrong"), body, &wrong)
                .send()
                .await,
        );
        produce(
            406,
            with(call(&url).header("accept", "text/csv"), body, &json!({}))
                .send()
                .await,
        );
        if declared(403) {
            produce(
                403,
                with(app.call(&verb, &url).key(&weak), body, &wrong)
                    .send()
                    .await,
            );
        }
        if body {
            produce(415, call(&url).body("text/plain", "x").send().await);
            let megabytes = if path.ends_with("/bulk") { 21 } else { 3 };
            let large = "x".repeat(megabytes << 20);
            let kind = match takes_json(operation) {
                true => "application/json",
                false => FORM,
            };
            produce(413, call(&url).body(kind, large).send().await);
        }
        if body && !takes_json(operation) {
            produce(422, call(&url).body(FORM, "no_such_field=1").send().await);
        } else if body {
            produce(400, call(&url).body("application/json", "{").send().await);
            let there = path
                .replace("{link}", &link)
                .replace("{key}", &key)
                .replace("{media}", &media)
                .replace("{webhook}", &webhook)
                .replace("{partner}", &partner)
                .replace("{notice}", &partner)
                .replace("{update}", "1")
                .replace("{article}", "een")
                .replace("{section}", "een")
                .replace("{author}", "een")
                .replace("{entity}", "een");
            let call = call(&there).if_match("*");
            produce(422, call.json(&wrong).send().await);
        }
        if declared(404) && !body {
            let nowhere = url
                .replace("syndication/feeds/feed.json", "syndication/feeds/nergens")
                .replace("sitemaps/articles.xml", "sitemaps/nergens.xml");
            produce(404, call(&nowhere).if_match("\"1\"").send().await);
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    app.stop().await;
}

/// Makes one thing of each kind, each called "een"; gives the ids of the donation link, the key, the picture, the webhook and the
/// partner, which have no names in paths.
async fn something_of_each(app: &App) -> [String; 5] {
    app.make("/sections", json!({"name": "Een"})).await;
    app.make("/authors", json!({"name": "Een"})).await;
    app.make("/entities", json!({"kind": "topic", "name": "Een"}))
        .await;
    app.publish(json!({"headline": "Een"})).await;
    let text = json!({"body": {"format": "markdown", "source": "x"}});
    app.make("/articles/een/updates", text).await;
    let link = json!({"provider": "other", "url": "https://example.org"});
    let key = json!({"name": "Een", "role": "author"});
    let webhook = json!({"url": crate::app::NOWHERE});
    [
        app.make("/donation-links", link).await.id(),
        app.make("/keys", key).await.id(),
        crate::media::uploaded(app, &crate::media::pictures::png(20, 20))
            .await
            .id(),
        app.make("/webhooks", webhook).await.id(),
        app.make("/partners", json!({"name": "Een"})).await.id(),
    ]
}

fn with<'a>(call: crate::app::Call<'a>, body: bool, json: &Value) -> crate::app::Call<'a> {
    if body { call.json(json) } else { call }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_examples_are_accepted_as_they_stand() {
    let app = App::start().await;
    let example = |path: &str, method: &str| {
        document()["paths"][path][method]["requestBody"]["content"]["application/json"]["example"]
            .clone()
    };
    for kind in [
        "sections",
        "authors",
        "entities",
        "donation-links",
        "articles",
        "keys",
    ] {
        app.make(
            &format!("/{kind}"),
            example(&format!("/v1/manage/{kind}"), "post"),
        )
        .await;
    }
    let site = app.manage("GET", "/site").send().await;
    app.patch("/site", &site, example("/v1/manage/site", "patch"))
        .await
        .expect(200);
    let article = app.publish(json!({"headline": "Artikel"})).await;
    let path = format!("/articles/{}/updates", article.id());
    app.make(
        &path,
        example("/v1/manage/articles/{article}/updates", "post"),
    )
    .await;
    app.stop().await;
}
