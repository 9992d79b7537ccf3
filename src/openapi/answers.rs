//! Headers of answers that went well, told once from what an operation is. A test holds every answer of every test against them.

use serde_json::{Map, Value, json};

/// What has a version of its own, by the last segment of its path.
const VERSIONED: [&str; 12] = [
    "{article}",
    "{update}",
    "{section}",
    "{author}",
    "{entity}",
    "{link}",
    "{media}",
    "{partner}",
    "{key}",
    "{webhook}",
    "site",
    "file",
];

/// Delivery's readings that go through no cache.
const UNCACHED: [&str; 6] = [
    "/v1/preview/",
    "/v1/media/",
    "/v1/stream",
    "/v1/syndication/stream",
    "/v1/syndication/contract",
    "/v1/syndication/notices",
];

/// Adds the headers to an operation's answers.
pub(super) fn add(path: &str, method: &str, api: bool, operation: &mut Value) {
    let pages = operation
        .get("parameters")
        .and_then(Value::as_array)
        .is_some_and(|all| all.iter().any(|one| one["name"] == "cursor"));
    let answers = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut);
    for (status, answer) in answers.into_iter().flatten() {
        if !status.starts_with('2') {
            continue;
        }
        let mut headers = Map::new();
        for name in names(path, (method, status), api, pages) {
            let told = json!({"description": told(name), "schema": {"type": "string"}});
            headers.insert(name.to_owned(), told);
        }
        if !headers.is_empty()
            && let Some(answer) = answer.as_object_mut()
        {
            answer.insert("headers".to_owned(), headers.into());
        }
    }
}

fn names(path: &str, (method, status): (&str, &str), api: bool, pages: bool) -> Vec<&'static str> {
    if !api {
        return Vec::new();
    }
    if path.starts_with("/v1/manage/") {
        return managed(path, (method, status));
    }
    match method {
        "get" if !UNCACHED.iter().any(|begin| path.starts_with(begin)) => {
            let links = pages || path.contains("/feeds/") || path.ends_with("/json-ld");
            let mut names = vec!["ETag", "Kroniek-Seq", "Cache-Status"];
            names.extend((!path.starts_with("/v1/syndication/")).then_some("Surrogate-Key"));
            names.extend(links.then_some("Link"));
            names
        }
        "get" if path.starts_with("/v1/media/") => vec!["ETag", "Surrogate-Key"],
        "get" if path.starts_with("/v1/preview/") && path.contains("/media/") => vec!["ETag"],
        "post" if path.ends_with("/acknowledge") => vec!["Kroniek-Seq"],
        _ => Vec::new(),
    }
}

fn managed(path: &str, (method, status): (&str, &str)) -> Vec<&'static str> {
    let last = path.rsplit('/').next().unwrap_or_default();
    match (method, status) {
        ("get", _) => {
            let versioned = VERSIONED.contains(&last);
            versioned.then_some("ETag").into_iter().collect()
        }
        (_, "201") => vec!["Location", "ETag", "Kroniek-Seq"],
        (_, "204") => vec!["Kroniek-Seq"],
        _ if last == "check" => vec!["ETag"],
        _ if last == "bulk" => vec!["Kroniek-Seq"],
        _ => vec!["ETag", "Kroniek-Seq"],
    }
}

fn told(name: &str) -> &'static str {
    match name {
        "ETag" => "The version of what is answered, for If-Match and If-None-Match.",
        "Location" => "Where the new thing is.",
        "Link" => "The next page (rel=\"next\"), the hub of a feed, or the embed of an article.",
        "Kroniek-Seq" => {
            "The change that the answer reflects: sent on as Kroniek-Min-Seq, no later reading is older, on any node."
        }
        "Cache-Status" => "Whether the node had the answer (RFC 9211).",
        _ => "What the answer was made of, for caches that are purged by it.",
    }
}
