//! What every operation of a kind has: its problems, its headers, its redirects. Told once, from what the operation is.

use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

use super::{answers, examples};
use crate::error::Error;
use crate::http::is_api;

/// The statuses that an operation can answer with a problem, from what it is.
struct Traits {
    managed: bool,
    has_body: bool,
    has_path: bool,
    has_slug: bool,
    has_if_match: bool,
    may_lack_if_match: bool,
    is_post: bool,
    is_read: bool,
    is_public: bool,
    is_syndicated: bool,
    is_api: bool,
    can_be_gone: bool,
}

/// Completes the document that the handlers' annotations make.
///
/// # Errors
/// None in practice: the document is plain data.
pub fn complete(document: &OpenApi) -> Result<OpenApi, Error> {
    let mut value = serde_json::to_value(document).map_err(Error::internal)?;
    let schemas = value
        .pointer("/components/schemas")
        .cloned()
        .unwrap_or_default();
    let mut patches = Map::new();
    if let Some(paths) = value.get_mut("paths").and_then(Value::as_object_mut) {
        for (path, item) in paths {
            for (method, operation) in item.as_object_mut().into_iter().flatten() {
                complete_operation((path, method), operation, &schemas, &mut patches);
                examples::add(operation, &schemas);
            }
        }
    }
    if let Some(components) = value.get_mut("components").and_then(Value::as_object_mut) {
        components.insert("responses".to_owned(), problem_responses(&schemas));
    }
    if let Some(all) = value
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        for (name, patch) in patch_schemas(&patches, &schemas) {
            all.insert(name, patch);
        }
    }
    serde_json::from_value(value).map_err(Error::internal)
}

fn complete_operation(
    (path, method): (&str, &str),
    operation: &mut Value,
    schemas: &Value,
    patches: &mut Map<String, Value>,
) {
    let parameters = operation
        .get("parameters")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let named = |name: &str| {
        parameters
            .iter()
            .any(|parameter| parameter.get("name").is_some_and(|known| known == name))
    };
    // Acts that take a version but do not need one.
    let may_lack_if_match = ["/show", "/rotate", "/revoke"]
        .iter()
        .any(|act| path.ends_with(act));
    // An act that only looks is a POST that writes nothing.
    let looks = path.ends_with("/check");
    let traits = Traits {
        managed: path.starts_with("/v1/manage/"),
        has_body: operation.get("requestBody").is_some(),
        has_path: path.contains('{'),
        // Donation links and media have an id only, and formats are no things.
        has_slug: ["{article}", "{section}", "{author}", "{entity}"]
            .iter()
            .any(|name| path.contains(name)),
        has_if_match: named("If-Match") || may_lack_if_match,
        may_lack_if_match,
        is_post: method == "post" && !looks,
        is_read: method == "get" || looks,
        // A preview is one reader's, and no cache's; a stream is no document.
        is_public: !path.starts_with("/v1/manage/")
            && !path.starts_with("/v1/preview/")
            && ![
                "/v1/stream",
                "/v1/syndication/stream",
                "/v1/syndication/contract",
            ]
            .contains(&path),
        is_syndicated: path.starts_with("/v1/syndication/"),
        is_api: is_api(path),
        // An article that was purged is gone for editors too, and so are the kept answers that told of it.
        can_be_gone: path.contains("{article}")
            || (path == "/v1/manage/articles" && method == "post")
            || (!path.starts_with("/v1/manage/")
                && ["{section}", "{author}", "{entity}"]
                    .iter()
                    .any(|name| path.contains(name))),
    };
    if method == "patch" {
        merge_patch(operation, patches);
    }
    if let Some(body) = operation.get_mut("requestBody")
        && method == "post"
        && !has_required(body, schemas)
    {
        set(body, "required", json!(false));
    }
    headers(operation, &traits);
    answers::add(path, method, traits.is_api, operation);
    responses(operation, &traits);
}

/// Whether there is something that a body must have: one that need have nothing may be left out.
fn has_required(body: &Value, schemas: &Value) -> bool {
    let named = body.pointer("/content/application~1json/schema/$ref");
    let named = named
        .and_then(Value::as_str)
        .and_then(|path| path.rsplit('/').next());
    let required = named
        .and_then(|name| schemas.get(name)?.get("required")?.as_array())
        .map(|required| !required.is_empty());
    required.unwrap_or(named.is_none())
}

/// A PATCH takes any part of what a POST takes, null for what is to be emptied (RFC 7396).
fn merge_patch(operation: &mut Value, patches: &mut Map<String, Value>) {
    let Some(content) = operation
        .pointer_mut("/requestBody/content")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    let Some(mut json) = content.remove("application/json") else {
        return;
    };
    if let Some(name) = json
        .pointer("/schema/$ref")
        .and_then(Value::as_str)
        .and_then(|path| path.rsplit('/').next())
        .map(str::to_owned)
    {
        let patched = format!("{name}Patch");
        set(
            &mut json,
            "schema",
            json!({"$ref": format!("#/components/schemas/{patched}")}),
        );
        patches.insert(patched, json!(name));
    }
    content.insert("application/merge-patch+json".to_owned(), json.clone());
    content.insert("application/json".to_owned(), json);
}

fn patch_schemas(patches: &Map<String, Value>, schemas: &Value) -> Vec<(String, Value)> {
    let patch = |(patched, name): (&String, &Value)| {
        let mut schema = schemas.get(name.as_str()?)?.clone();
        let object = schema.as_object_mut()?;
        object.remove("required");
        object.insert(
            "description".to_owned(),
            json!("A JSON Merge Patch (RFC 7396): only what is to change; null empties a field."),
        );
        for property in object.get_mut("properties")?.as_object_mut()?.values_mut() {
            let described = property.get("description").cloned();
            let mut open = json!({"anyOf": [property.take(), {"type": "null"}]});
            if let Some(described) = described {
                set(&mut open, "description", described);
            }
            *property = open;
        }
        Some((patched.clone(), schema))
    };
    patches.iter().filter_map(patch).collect()
}

fn headers(operation: &mut Value, traits: &Traits) {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let named_if_match = parameters
        .into_iter()
        .flatten()
        .any(|one| one.get("name").is_some_and(|name| name == "If-Match"));
    let mut add = Vec::new();
    let header = |name: &str, description: &str| json!({"name": name, "in": "header", "required": false, "description": description, "schema": {"type": "string"}});
    if traits.managed && !traits.is_read {
        add.push(header(
            "Kroniek-Actor",
            "The person that a shared tool key writes for; kept in versions and audit.",
        ));
        if traits.is_post {
            add.push(header("Idempotency-Key", "A name for this request, so that it is done once however often it is sent. Kept for 24 hours."));
        }
    }
    if traits.has_if_match && !named_if_match {
        add.push(header(
            "If-Match",
            "The ETag of the version that the act is based on; with an old one the answer is 412.",
        ));
    }
    if traits.is_public && traits.is_read && traits.is_api {
        add.push(header(
            "If-None-Match",
            "ETags of answers that the client has; one that still holds is answered with 304.",
        ));
        add.push(json!({
            "name": "Kroniek-Min-Seq", "in": "header", "required": false, "example": "1-42",
            "description": "The Kroniek-Seq of an earlier answer, or the id of an event of a stream, that this one must not be older than: the node waits up to a second until it has heard of that change.",
            "schema": {"type": "string", "pattern": "^[0-9]{1,9}-[0-9]{1,18}(-[0-9]{1,9})?$"},
        }));
    }
    if let Some(operation) = operation.as_object_mut() {
        let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
        parameters
            .as_array_mut()
            .into_iter()
            .for_each(|parameters| parameters.append(&mut add));
    }
}

fn responses(operation: &mut Value, traits: &Traits) {
    let Some(responses) = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    for (status, response) in responses.iter_mut() {
        if status.starts_with('4') || status == "501" {
            set(response, "content", problem());
        }
        if let Some(Value::String(description)) = response.get_mut("description")
            && status == "409"
            && traits.is_post
            && traits.managed
        {
            description.push_str(" Or a request with this Idempotency-Key is still running.");
        }
    }
    let mut add = |when: bool, status: &str| {
        if when && !responses.contains_key(status) {
            responses.insert(
                status.to_owned(),
                json!({"$ref": format!("#/components/responses/Problem{status}")}),
            );
        }
    };
    let (managed, api) = (traits.managed, traits.is_api);
    add(api, "400");
    add(api, "401");
    add(managed || traits.is_syndicated, "403");
    add(traits.has_path, "404");
    add(api, "406");
    add(traits.has_body, "408");
    add(managed && traits.is_post, "409");
    add(
        traits.can_be_gone || traits.is_syndicated || (traits.is_public && traits.is_read && api),
        "410",
    );
    add(traits.has_if_match, "412");
    add(traits.has_body, "413");
    add(traits.has_body, "415");
    add(traits.has_body, "422");
    add(traits.has_if_match && !traits.may_lack_if_match, "428");
    add(api, "429");
    add(api, "503");
    let mut plain = |when: bool, status: &str, description: &str, headers: Value| {
        if when {
            responses.insert(
                status.to_owned(),
                json!({"description": description, "headers": headers}),
            );
        }
    };
    let text =
        |description: &str| json!({"description": description, "schema": {"type": "string"}});
    let reads = traits.is_public && traits.is_read && api;
    plain(
        reads,
        "304",
        "The client has this answer already.",
        json!({"ETag": text("The same ETag.")}),
    );
    plain(
        reads && traits.has_slug,
        "308",
        "The slug of before leads to the one of now.",
        json!({"Location": text("Where it is now.")}),
    );
}

/// The problems that operations of a kind share.
fn problem_responses(schemas: &Value) -> Value {
    let problems = [
        ("400", "A parameter, a header or the JSON can't be read."),
        (
            "401",
            "The key is missing where one is needed, or it is not valid.",
        ),
        (
            "403",
            "The key lacks the scope; or, under `/v1/syndication`, belongs to no partner, or its contract is not running or does not allow this address.",
        ),
        ("404", "Nothing of this name is here."),
        (
            "406",
            "The client does not accept what the operation answers with.",
        ),
        (
            "408",
            "The body came too slowly, and was given up; nothing was written.",
        ),
        (
            "409",
            "A request with this Idempotency-Key is still running.",
        ),
        (
            "410",
            "It was public once and is no longer; to editors: it was purged. Or Kroniek-Min-Seq is of an epoch of the log that is over.",
        ),
        (
            "412",
            "The resource has changed; the problem tells its current version, and what changed since the one that the client had.",
        ),
        ("413", "The body is too large."),
        (
            "415",
            "The body is of a type that the operation does not take, or encoded.",
        ),
        (
            "422",
            "Fields are missing, unknown or not valid, each is told; or the Idempotency-Key came with another body before.",
        ),
        ("428", "If-Match is missing."),
        (
            "429",
            "Too many requests from this address or with this key; RateLimit-Policy tells the budget, Retry-After when to try again.",
        ),
        (
            "503",
            "The database is not available at the moment; Retry-After tells when to try again.",
        ),
    ];
    let response = |(status, description): (&str, &str)| {
        let mut content = problem();
        content
            .pointer_mut("/application~1problem+json")
            .into_iter()
            .for_each(|body| set(body, "example", examples::of("Problem", schemas)));
        (
            format!("Problem{status}"),
            json!({"description": description, "content": content}),
        )
    };
    Value::Object(problems.into_iter().map(response).collect())
}

/// Sets a member of an object.
fn set(object: &mut Value, key: &str, value: Value) {
    object
        .as_object_mut()
        .into_iter()
        .for_each(|members| drop(members.insert(key.to_owned(), value.clone())));
}

fn problem() -> Value {
    json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}})
}
