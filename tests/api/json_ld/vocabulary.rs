//! What schema.org's vocabulary says of the types that we use, and a walk through a document that holds it against that. The table is written
//! from the vocabulary's own pages (https://schema.org/NewsArticle and so on): each class with its superclass, and of its properties those
//! that we use with the types of value that they expect.

use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;
use serde_json::{Map, Value};

/// A class, its superclass, and its own properties with the types that they expect.
type Class = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static [&'static str])],
);

const CLASSES: &[Class] = &[
    (
        "Thing",
        "",
        &[
            ("name", &["Text"]),
            ("url", &["URL"]),
            ("description", &["Text", "TextObject"]),
            ("alternateName", &["Text"]),
            ("sameAs", &["URL"]),
            ("identifier", &["PropertyValue", "Text", "URL"]),
            ("image", &["ImageObject", "URL"]),
            ("mainEntityOfPage", &["CreativeWork", "URL"]),
            ("potentialAction", &["Action"]),
        ],
    ),
    (
        "CreativeWork",
        "Thing",
        &[
            ("headline", &["Text"]),
            ("text", &["Text"]),
            ("about", &["Thing"]),
            ("mentions", &["Thing"]),
            ("author", &["Organization", "Person"]),
            ("publisher", &["Organization", "Person"]),
            ("datePublished", &["Date", "DateTime"]),
            ("dateModified", &["Date", "DateTime"]),
            ("inLanguage", &["Language", "Text"]),
            ("isAccessibleForFree", &["Boolean"]),
            ("correction", &["CorrectionComment", "Text", "URL"]),
            ("hasPart", &["CreativeWork"]),
            ("isPartOf", &["CreativeWork", "URL"]),
            ("workTranslation", &["CreativeWork"]),
            ("translationOfWork", &["CreativeWork"]),
            ("copyrightNotice", &["Text"]),
            ("creditText", &["Text"]),
            ("license", &["CreativeWork", "URL"]),
        ],
    ),
    (
        "Article",
        "CreativeWork",
        &[
            ("articleBody", &["Text"]),
            ("articleSection", &["Text"]),
            ("wordCount", &["Integer"]),
        ],
    ),
    ("NewsArticle", "Article", &[]),
    ("SocialMediaPosting", "Article", &[]),
    ("BlogPosting", "SocialMediaPosting", &[]),
    (
        "LiveBlogPosting",
        "BlogPosting",
        &[
            ("coverageStartTime", &["DateTime"]),
            ("coverageEndTime", &["DateTime"]),
            ("liveBlogUpdate", &["BlogPosting"]),
        ],
    ),
    ("WebPage", "CreativeWork", &[("relatedLink", &["URL"])]),
    (
        "MediaObject",
        "CreativeWork",
        &[
            ("width", &["Distance", "QuantitativeValue"]),
            ("height", &["Distance", "QuantitativeValue"]),
        ],
    ),
    (
        "ImageObject",
        "MediaObject",
        &[("caption", &["MediaObject", "Text"])],
    ),
    ("Comment", "CreativeWork", &[]),
    ("CorrectionComment", "Comment", &[]),
    (
        "Organization",
        "Thing",
        &[("logo", &["ImageObject", "URL"]), ("slogan", &["Text"])],
    ),
    ("NewsMediaOrganization", "Organization", &[]),
    ("Person", "Thing", &[]),
    ("Place", "Thing", &[]),
    ("Event", "Thing", &[]),
    ("Action", "Thing", &[("target", &["EntryPoint", "URL"])]),
    ("TransferAction", "Action", &[]),
    (
        "DonateAction",
        "TransferAction",
        &[(
            "recipient",
            &["Audience", "ContactPoint", "Organization", "Person"],
        )],
    ),
    ("Intangible", "Thing", &[]),
    ("StructuredValue", "Intangible", &[]),
    (
        "QuantitativeValue",
        "StructuredValue",
        &[
            ("value", &["Boolean", "Number", "StructuredValue", "Text"]),
            ("unitCode", &["Text", "URL"]),
        ],
    ),
];

/// The class and what stands above it.
fn lineage(class: &str) -> Vec<&'static Class> {
    let found = CLASSES.iter().find(|(name, ..)| *name == class);
    let mut line: Vec<_> = found.into_iter().collect();
    if let Some((_, above, _)) = found {
        line.extend(lineage(above));
    }
    line
}

/// What a walk through a document found.
#[derive(Debug, Default)]
pub struct Found {
    /// What is wrong, with its place.
    pub faults: Vec<String>,
    /// The types that stand in it.
    pub types: BTreeSet<String>,
    nodes: BTreeMap<String, String>,
}

/// Holds a document against the vocabulary.
pub fn walk(document: &Value) -> Found {
    let mut found = Found::default();
    name_nodes(document, &mut found.nodes);
    if document["@context"] != "https://schema.org" {
        found.fault("@context", "is not schema.org", &document["@context"]);
    }
    let graph = document["@graph"].as_array().cloned().unwrap_or_default();
    for (at, node) in graph.iter().enumerate() {
        found.value(node, &["Thing"], &format!("@graph/{at}"));
    }
    found
}

/// The types of everything that has an id and more than that.
fn name_nodes(value: &Value, nodes: &mut BTreeMap<String, String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| name_nodes(item, nodes)),
        Value::Object(members) => {
            if let (Some(id), Some(kind)) = (members.get("@id"), members.get("@type")) {
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                nodes.insert(text(id), text(kind));
            }
            members
                .values()
                .for_each(|member| name_nodes(member, nodes));
        }
        _ => {}
    }
}

fn is_address(text: &str) -> bool {
    text.parse::<url::Url>()
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "urn"))
}

impl Found {
    fn fault(&mut self, place: &str, what: &str, value: &Value) {
        self.faults.push(format!("{place} {what}: {value}"));
    }

    fn value(&mut self, value: &Value, expected: &[&str], place: &str) {
        let expects = |one: &str| expected.contains(&one);
        let fits = match value {
            Value::Null => false,
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.value(item, expected, &format!("{place}/{at}"));
                }
                !items.is_empty()
            }
            Value::Object(members) => return self.object(members, expected, place),
            Value::Bool(_) => expects("Boolean"),
            Value::Number(number) => {
                expects("Number") || (expects("Integer") && (number.is_i64() || number.is_u64()))
            }
            Value::String(text) => {
                !text.is_empty()
                    && (expects("Text")
                        || (expects("URL") && is_address(text))
                        || (expects("DateTime") && DateTime::parse_from_rfc3339(text).is_ok()))
            }
        };
        if !fits {
            self.fault(place, &format!("is none of {expected:?}"), value);
        }
    }

    fn object(&mut self, members: &Map<String, Value>, expected: &[&str], place: &str) {
        let whole = Value::Object(members.clone());
        let id = members.get("@id").map(|id| id.as_str().unwrap_or_default());
        if id.is_some_and(|id| !is_address(id)) {
            self.fault(place, "has an id that is no address", &whole);
        }
        let kind = match (members.get("@type"), id) {
            (Some(kind), _) => kind.as_str().unwrap_or_default().to_owned(),
            (None, Some(id)) if members.len() == 1 => {
                self.nodes.get(id).cloned().unwrap_or_default()
            }
            _ => String::new(),
        };
        let line = lineage(&kind);
        if line.is_empty() {
            return self.fault(place, "is of no known type, or leads nowhere", &whole);
        }
        if !line.iter().any(|(name, ..)| expected.contains(name)) {
            self.fault(place, &format!("is none of {expected:?}"), &whole);
        }
        self.types.insert(kind);
        for (property, value) in members.iter().filter(|(name, _)| !name.starts_with('@')) {
            let place = format!("{place}/{property}");
            let known = line
                .iter()
                .flat_map(|(_, _, properties)| properties.iter())
                .find(|(name, _)| name == property);
            match known {
                Some((_, expected)) => self.value(value, expected, &place),
                None => self.fault(&place, "is no property of its type", value),
            }
        }
    }
}

#[test]
fn the_walk_finds_what_is_wrong() {
    let article = |part: Value| {
        let mut node =
            serde_json::json!({"@type": "NewsArticle", "@id": "https://example.org/een"});
        node.as_object_mut()
            .unwrap()
            .extend(part.as_object().unwrap().clone());
        let document = serde_json::json!({"@context": "https://schema.org", "@graph": [node]});
        walk(&document).faults.len()
    };
    let cases = [
        (
            serde_json::json!({"headline": "Een", "mainEntityOfPage": {"@id": "https://example.org/een"}}),
            0,
        ),
        (serde_json::json!({"headline": null}), 1),
        (serde_json::json!({"headline": ""}), 1),
        (serde_json::json!({"author": []}), 1),
        (serde_json::json!({"author": "Een"}), 1),
        (
            serde_json::json!({"author": {"@type": "Place", "name": "Een"}}),
            1,
        ),
        (
            serde_json::json!({"publisher": {"@id": "https://example.org/nergens"}}),
            1,
        ),
        (serde_json::json!({"url": "/een"}), 1),
        (serde_json::json!({"dateModified": "gisteren"}), 1),
        (serde_json::json!({"wordCount": "12"}), 1),
        (
            serde_json::json!({"relatedLink": "https://example.org/"}),
            1,
        ),
        (
            serde_json::json!({"image": {"@type": "ImageObject", "width": 12}}),
            1,
        ),
        (serde_json::json!({"about": {"@type": "Topic"}}), 1),
    ];
    for (part, faults) in cases {
        assert_eq!(article(part.clone()), faults, "{part}");
    }
}
