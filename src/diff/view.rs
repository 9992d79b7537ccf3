//! A difference as answers show it.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};

/// What happened to a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Op {
    /// It stands in both, alike.
    Same,
    /// It stands in both, and something in it changed.
    Changed,
    /// It stands only after.
    Added,
    /// It stood only before.
    Removed,
}

/// What changed between two versions. What is not told is alike in both. Sections, authors, entities and related articles are told with their
/// names of now.
#[derive(Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Diff {
    /// The number of the version that it leads from; null when everything was added, since there was none before.
    #[schema(required, minimum = 1)]
    pub from: Option<i32>,
    /// The number of the version that it leads to; it may be the older of the two.
    #[schema(minimum = 1)]
    pub to: i32,
    /// The fields that changed, by name.
    pub fields: Vec<FieldChange>,
    /// The rich texts that changed, block by block.
    pub texts: Vec<TextChange>,
}

/// A field that changed.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct FieldChange {
    /// Its name; of a field within another both, with a dot between.
    #[schema(example = "headline")]
    pub field: String,
    /// What it was; null when there was nothing.
    #[schema(schema_with = before, required)]
    pub before: Value,
    /// What it is; null when there is nothing.
    #[schema(schema_with = after, required)]
    pub after: Value,
    /// Of a text its words: those that are the same or removed give `before`, those that are the same or added `after`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub words: Option<Vec<WordChange>>,
    /// Of a list its items, in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub items: Option<Vec<ItemChange>>,
}

fn before() -> Object {
    anything("What it was; null when there was nothing.")
}

fn after() -> Object {
    anything("What it is; null when there is nothing.")
}

/// The schema of any value: fields are of every type.
fn anything(description: &str) -> Object {
    let types = vec![
        Type::String,
        Type::Null,
        Type::Boolean,
        Type::Number,
        Type::Array,
        Type::Object,
    ];
    ObjectBuilder::new()
        .schema_type(SchemaType::Array(types))
        .description(Some(description))
        .examples(["De haven slibt dicht"])
        .build()
}

/// What happened to an item of a list.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct ItemChange {
    /// What happened. An item that moved is removed in one place and added in another.
    pub op: Op,
    /// Its index in `before`, from 0; null when it was not there.
    #[schema(required, minimum = 0)]
    pub before: Option<usize>,
    /// Its index in `after`, from 0; null when it is not there.
    #[schema(required, minimum = 0)]
    pub after: Option<usize>,
}

/// A rich text that changed.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct TextChange {
    /// Its name.
    #[schema(example = "body")]
    pub field: String,
    /// Its blocks, in order. When all are the same, only its source was written otherwise, and readers would see no difference.
    pub blocks: Vec<BlockChange>,
}

/// What happened to a block of a rich text, or to several that follow each other.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct BlockChange {
    /// What happened.
    pub op: Op,
    /// Its index among the blocks before, from 0; null when it was not there.
    #[schema(required, minimum = 0)]
    pub before: Option<usize>,
    /// Its index among the blocks after, from 0; null when it is not there.
    #[schema(required, minimum = 0)]
    pub after: Option<usize>,
    /// How many blocks this tells of, from that index on. More than one are told without their type and words: those that are the same, and
    /// where very many changed.
    #[schema(minimum = 1)]
    pub count: usize,
    /// Its type, as in `blocks`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schema(rename = "type", required = false, value_type = String, example = "paragraph")]
    pub block_type: Option<&'static str>,
    /// Its text, word by word.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub words: Option<Vec<WordChange>>,
    /// Of a changed block: that its words are the same, and something else changed, such as emphasis or where a link leads.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub formatting: bool,
}

/// Words that follow each other, and what happened to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WordChange {
    /// What happened: `same`, `added` or `removed`.
    pub op: Op,
    /// The words, with what stands between them.
    #[schema(example = "niet ")]
    pub text: String,
}
