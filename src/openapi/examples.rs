//! Examples: made from the schemas' own examples, so that they are always valid.

use serde_json::{Map, Value, json};

/// Adds an example to each JSON body of an operation that has none.
pub fn add(operation: &mut Value, schemas: &Value) {
    let mut bodies = Vec::new();
    if let Some(content) = operation
        .pointer_mut("/requestBody/content")
        .and_then(Value::as_object_mut)
    {
        bodies.extend(content.iter_mut());
    }
    for body in bodies {
        fill(body.1, schemas);
    }
    let Some(responses) = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    for response in responses.values_mut() {
        for (_, body) in response
            .get_mut("content")
            .and_then(Value::as_object_mut)
            .into_iter()
            .flatten()
        {
            fill(body, schemas);
        }
    }
}

/// An example of the schema of this name.
pub fn of(name: &str, schemas: &Value) -> Value {
    schemas
        .get(name)
        .map_or(Value::Null, |schema| example(schema, schemas, 0))
}

fn fill(body: &mut Value, schemas: &Value) {
    if body.get("example").is_none()
        && let Some(schema) = body.get("schema")
    {
        let example = example(&schema.clone(), schemas, 0);
        body.as_object_mut()
            .into_iter()
            .for_each(|body| drop(body.insert("example".to_owned(), example.clone())));
    }
}

/// An example of a schema.
fn example(schema: &Value, schemas: &Value, depth: u8) -> Value {
    if depth > 16 {
        return Value::Null;
    }
    if let Some(name) = schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|path| path.rsplit('/').next())
    {
        // A patch's schema is made from that of the whole, of which any part is one.
        let known = schemas
            .get(name)
            .or_else(|| schemas.get(name.strip_suffix("Patch")?));
        return known.map_or(Value::Null, |schema| example(schema, schemas, depth + 1));
    }
    if let Some(given) = schema
        .get("example")
        .or_else(|| schema.pointer("/examples/0"))
        .or_else(|| schema.get("default"))
    {
        return given.clone();
    }
    if let Some(first) = schema.pointer("/enum/0").or_else(|| schema.get("const")) {
        return first.clone();
    }
    for key in ["oneOf", "anyOf"] {
        if let Some(options) = schema.get(key).and_then(Value::as_array) {
            let nullable = options.iter().any(is_null);
            let first = options.iter().find(|option| !is_null(option));
            return if nullable {
                Value::Null
            } else {
                first.map_or(Value::Null, |first| example(first, schemas, depth + 1))
            };
        }
    }
    if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
        let mut whole = Map::new();
        for part in parts {
            if let Value::Object(part) = example(part, schemas, depth + 1) {
                whole.extend(part);
            }
        }
        return Value::Object(whole);
    }
    plain(schema, schemas, depth)
}

fn plain(schema: &Value, schemas: &Value, depth: u8) -> Value {
    let types = match schema.get("type") {
        Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(one)) => vec![one.as_str()],
        _ => Vec::new(),
    };
    if types.contains(&"null") {
        return Value::Null;
    }
    match types.first().copied() {
        Some("object") => {
            let properties = schema
                .get("properties")
                .and_then(Value::as_object)
                .into_iter()
                .flatten();
            Value::Object(
                properties
                    .map(|(name, property)| (name.clone(), example(property, schemas, depth + 1)))
                    .collect(),
            )
        }
        Some("array") => match schema.get("items") {
            Some(items) if depth < 4 => json!([example(items, schemas, depth + 1)]),
            _ => json!([]),
        },
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
        Some("boolean") => json!(false),
        Some("string") => match schema.get("format").and_then(Value::as_str) {
            Some("uuid") => json!("7f3f2a52-6c1e-4e0a-9d58-0a4b2b9f5a11"),
            Some("date-time") => json!("2026-05-04T12:30:00.000Z"),
            Some("uri") => json!("https://example.org/a-page"),
            _ => json!("text"),
        },
        _ => Value::Null,
    }
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|kind| kind == "null")
}
