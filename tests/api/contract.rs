//! Every answer of every test is held against the OpenAPI document: the status must be declared for the operation, and the body valid.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::app::Answer;

/// The document.
pub fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| serde_json::to_value(kroniek::api::document().unwrap()).unwrap())
}

/// The template of the path and its operation, if the document has one.
pub fn operation(method: &str, path: &str) -> Option<(String, &'static Value)> {
    let path = path.split('?').next().unwrap_or_default();
    let given: Vec<&str> = path.split('/').collect();
    let fits = |template: &str| {
        let wanted: Vec<&str> = template.split('/').collect();
        wanted.len() == given.len()
            && wanted
                .iter()
                .zip(&given)
                .all(|(wanted, given)| wanted.starts_with('{') || wanted == given)
    };
    let paths = document()["paths"].as_object().unwrap();
    let (template, item) = paths.iter().find(|(template, _)| fits(template))?;
    let method = if method == "HEAD" {
        "get".to_owned()
    } else {
        method.to_lowercase()
    };
    item.get(&method)
        .map(|operation| (template.clone(), operation))
}

/// What a reference leads to, or the value itself.
pub fn follow(value: &'static Value) -> &'static Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(path) => document()
            .pointer(path.trim_start_matches('#'))
            .unwrap_or_else(|| panic!("{path} leads nowhere")),
        None => value,
    }
}

/// Holds an answer against the document. Paths and methods that it does not have must answer with a problem.
#[track_caller]
pub fn check(method: &str, path: &str, answer: &Answer) {
    assert!(
        answer.status < 500 || [501, 503].contains(&answer.status),
        "{method} {path}: {} {}",
        answer.status,
        answer.text
    );
    assert!(
        !answer.header("x-request-id").is_empty(),
        "{method} {path} has no request id"
    );
    if answer.status >= 400 && method != "HEAD" {
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{method} {path}: {}",
            answer.text
        );
        assert_eq!(
            answer.json["request_id"].as_str(),
            Some(answer.header("x-request-id"))
        );
    }
    let Some((template, operation)) = operation(method, path) else {
        return;
    };
    let status = answer.status.to_string();
    let Some(response) = operation["responses"].get(&status) else {
        panic!(
            "{method} {template} answers {status}, which the document does not declare: {}",
            answer.text
        );
    };
    if answer.status < 300 {
        check_headers(method, &template, (response, answer));
    }
    if method == "HEAD" || answer.text.is_empty() {
        return;
    }
    let content_type = answer
        .header("content-type")
        .split(';')
        .next()
        .unwrap_or_default();
    let content = &follow(response)["content"];
    let Some(schema) = content.get(content_type).map(|body| &body["schema"]) else {
        panic!(
            "{method} {template} {status} answers {content_type}, which the document does not declare"
        );
    };
    let text = json!(answer.text);
    let body = if content_type.ends_with("json") {
        &answer.json
    } else {
        &text
    };
    let place = format!("{method} {template} {status} {content_type}");
    if let Err(error) = validator(&place, schema).validate(body) {
        panic!(
            "{method} {path} {status} is not valid at {}: {error}\n{}",
            error.instance_path(),
            answer.text
        );
    }
}

/// Headers that the document tells of an answer that went well.
const TOLD: [&str; 6] = [
    "ETag",
    "Location",
    "Link",
    "Kroniek-Seq",
    "Cache-Status",
    "Surrogate-Key",
];

/// Those that are there must be declared; those that are declared and always have something to tell must be there.
#[track_caller]
fn check_headers(method: &str, template: &str, (response, answer): (&'static Value, &Answer)) {
    let place = format!("{method} {template} {}", answer.status);
    for name in TOLD {
        let there = !answer.header(&name.to_lowercase()).is_empty();
        let declared = follow(response)["headers"].get(name).is_some();
        let may_lack = ["Link", "Kroniek-Seq", "Surrogate-Key"].contains(&name);
        assert!(!there || declared, "{place}: {name} is not declared");
        assert!(there || !declared || may_lack, "{place}: {name} is missing");
    }
}

/// Holds a value against a schema of the document.
#[track_caller]
pub fn expect_valid(schema: &str, value: &Value) {
    let found = document()
        .pointer(&format!("/components/schemas/{schema}"))
        .unwrap_or_else(|| panic!("there is no {schema}"));
    if let Err(error) = validator(schema, found).validate(value) {
        panic!(
            "{schema} is not valid at {}: {error}\n{value}",
            error.instance_path()
        );
    }
}

fn validator(name: &str, schema: &Value) -> &'static Validator {
    static VALIDATORS: OnceLock<Mutex<HashMap<String, &'static Validator>>> = OnceLock::new();
    let mut validators = VALIDATORS.get_or_init(Mutex::default).lock().unwrap();
    validators.entry(name.to_owned()).or_insert_with(|| {
        let whole = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": "#/schema",
            "schema": schema,
            "components": document()["components"],
        });
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&whole)
            .unwrap();
        Box::leak(Box::new(validator))
    })
}
