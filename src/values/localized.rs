//! Texts kept by language.

use std::collections::BTreeMap;

use deserr::{Deserr, IntoValue, Map, Value, ValueKind, ValuePointerRef};
use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::AdditionalProperties;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::{LanguageTag, Line, Prose};
use crate::error::{Fault, FaultCode, Faults};

/// A text by language tag, at most 50 languages, 1,000 characters each. An entry of null is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LocalizedText(pub BTreeMap<String, String>);

/// A name by language tag, beside the name that goes everywhere else; at most 50 languages, 200 characters each. An entry of null is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LocalizedName(pub BTreeMap<String, String>);

impl LocalizedText {
    /// The text in the first of these languages that it has; `nl` stands in for `nl-BE`; else its first text.
    pub fn pick(&self, languages: &[&str]) -> Option<&str> {
        pick_language(&self.0, languages)
    }
}

/// The text in the first of `languages` that is there, by the whole tag or its language alone; else the first there is.
pub fn pick_language<'a>(
    texts: &'a BTreeMap<String, String>,
    languages: &[&str],
) -> Option<&'a str> {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
    let found = languages.iter().find_map(|wanted| {
        texts.get(*wanted).or_else(|| {
            let wanted = primary(wanted);
            texts
                .iter()
                .find(|(tag, _)| primary(tag) == wanted)
                .map(|(_, text)| text)
        })
    });
    found.or_else(|| texts.values().next()).map(String::as_str)
}

impl Deserr<Faults> for LocalizedText {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Faults> {
        by_language::<V, Prose<1000>>(value, location, Prose::into_string).map(Self)
    }
}

impl Deserr<Faults> for LocalizedName {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Faults> {
        by_language::<V, Line<200>>(value, location, Line::into_string).map(Self)
    }
}

fn by_language<V: IntoValue, T: Deserr<Faults>>(
    value: Value<V>,
    location: ValuePointerRef<'_>,
    text_of: fn(T) -> String,
) -> Result<BTreeMap<String, String>, Faults> {
    let map = match value {
        Value::Map(map) => map,
        other => {
            let detail = if other.kind() == ValueKind::Null {
                "must be an object, not null"
            } else {
                "must be an object of texts by language"
            };
            return Err(super::placed(
                Fault::value(FaultCode::WrongType, detail),
                location,
            ));
        }
    };
    let (mut texts, mut faults) = (BTreeMap::new(), Faults::default());
    if map.len() > 50 {
        faults.append(super::placed(
            Fault::value(FaultCode::TooLong, "must have at most 50 languages"),
            location,
        ));
    }
    for (tag, text) in map.into_iter().take(51) {
        if text.kind() == ValueKind::Null {
            continue;
        }
        let here = location.push_key(&tag);
        match (
            LanguageTag::parse(&tag),
            T::deserialize_from_value(text.into_value(), here),
        ) {
            (Ok(tag), Ok(text)) => drop(texts.insert(tag.to_string(), text_of(text))),
            (tag, text) => {
                if let Err(fault) = tag {
                    faults.append(super::placed(fault, here));
                }
                if let Err(more) = text {
                    faults.append(more);
                }
            }
        }
    }
    if faults.is_empty() {
        Ok(texts)
    } else {
        Err(faults)
    }
}

fn schema(
    max_length: usize,
    description: &'static str,
    example: serde_json::Value,
) -> RefOr<Schema> {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .max_length(Some(max_length));
    let map = ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(description))
        .additional_properties(Some(AdditionalProperties::RefOr(RefOr::T(text.into()))))
        .examples([example]);
    RefOr::T(map.into())
}

impl PartialSchema for LocalizedText {
    fn schema() -> RefOr<Schema> {
        let example = serde_json::json!({"nl": "Steun dit werk", "en": "Support this work"});
        schema(1000, "A text by language tag (BCP 47).", example)
    }
}

impl PartialSchema for LocalizedName {
    fn schema() -> RefOr<Schema> {
        let example = serde_json::json!({"en": "Politics"});
        schema(200, "A name by language tag (BCP 47).", example)
    }
}

impl ToSchema for LocalizedName {
    fn name() -> std::borrow::Cow<'static, str> {
        "LocalizedName".into()
    }
}

impl ToSchema for LocalizedText {
    fn name() -> std::borrow::Cow<'static, str> {
        "LocalizedText".into()
    }
}
