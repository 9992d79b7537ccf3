//! Rich text as it comes in, as it is kept, and as it goes out.

use deserr::Deserr;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::List;
use crate::error::Faults;
use crate::rich_text::{Block, Format, OutlineItem, RENDERER_VERSION, render};

/// The language of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[serde(rename_all = "lowercase")]
#[deserr(error = Faults, rename_all = lowercase)]
pub enum SourceFormat {
    /// CommonMark with tables, footnotes, strikethrough and autolinks.
    Markdown,
    /// HTML; what is not safe is taken out.
    Html,
}

impl From<SourceFormat> for Format {
    fn from(format: SourceFormat) -> Self {
        match format {
            SourceFormat::Markdown => Format::Markdown,
            SourceFormat::Html => Format::Html,
        }
    }
}

/// A rich text as an editor writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RichTextInput {
    /// The language of the source.
    pub format: SourceFormat,
    /// The source, kept as written. At most 1 MB in a body, 5,000 characters in a standfirst, 50,000 elsewhere.
    #[schema(
        example = "De haven slibt *dicht*.\n\n## Wat nu\n\nBaggeren.",
        max_length = 1048576
    )]
    pub source: String,
}

impl RichTextInput {
    /// Renders it, once and for all its readers. Anchors begin with `prefix`.
    pub fn render(self, prefix: &str) -> RichText {
        let rendered = render(self.format.into(), &self.source, prefix);
        RichText {
            format: self.format,
            source: self.source,
            html: rendered.html,
            blocks: rendered.blocks,
            text: rendered.text,
            outline: rendered.outline,
            word_count: rendered.word_count,
            reading_minutes: rendered.reading_minutes,
            renderer_version: RENDERER_VERSION,
        }
    }
}

/// An update's own anchor on its article's page.
pub fn update_anchor(update: Uuid) -> String {
    let short: String = update.simple().to_string().chars().take(8).collect();
    format!("u{short}")
}

/// The prefix of the anchors in an update's text, so that they never meet those of the article's body on one page.
pub fn update_anchor_prefix(update: Uuid) -> String {
    format!("{}-", update_anchor(update))
}

/// A rich text as kept: the source, and everything made from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RichText {
    /// The language of the source.
    pub format: SourceFormat,
    /// The source as written.
    pub source: String,
    /// Safe HTML.
    pub html: String,
    /// Typed blocks.
    pub blocks: Vec<Block>,
    /// Plain text.
    pub text: String,
    /// Headings.
    pub outline: Vec<OutlineItem>,
    /// Words.
    pub word_count: i32,
    /// Minutes to read it.
    pub reading_minutes: i32,
    /// Which renderer made it.
    pub renderer_version: i32,
}

impl RichText {
    /// What an editor once sent.
    pub fn input(&self) -> RichTextInput {
        RichTextInput {
            format: self.format,
            source: self.source.clone(),
        }
    }
}

/// A rich text as editors see it: its source and what readers get.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManagedRichText {
    /// The language of the source.
    format: SourceFormat,
    /// The source as written.
    source: String,
    /// Safe HTML, as readers get it.
    html: String,
}

impl From<RichText> for ManagedRichText {
    fn from(text: RichText) -> Self {
        Self {
            format: text.format,
            source: text.source,
            html: text.html,
        }
    }
}

/// A form in which rich text is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserr, ToSchema)]
#[serde(rename_all = "lowercase")]
#[deserr(error = Faults, rename_all = lowercase)]
pub enum Representation {
    /// Safe HTML with anchors on headings.
    Html,
    /// A list of typed blocks.
    Blocks,
    /// Plain text.
    Text,
}

/// Which forms are asked for: HTML unless told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Representations {
    /// HTML.
    pub html: bool,
    /// Blocks.
    pub blocks: bool,
    /// Plain text.
    pub text: bool,
}

impl From<Option<&List<Representation>>> for Representations {
    fn from(asked: Option<&List<Representation>>) -> Self {
        let asked = asked.map_or(&[Representation::Html][..], |list| &list.0);
        Self {
            html: asked.contains(&Representation::Html),
            blocks: asked.contains(&Representation::Blocks),
            text: asked.contains(&Representation::Text),
        }
    }
}

/// A rich text for readers, in the forms asked for by `body` (HTML unless told).
#[derive(Debug, Serialize, ToSchema)]
pub struct RichTextView {
    /// Safe HTML with anchors on headings.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "<p>De haven slibt <em>dicht</em>.</p>")]
    html: Option<Box<RawValue>>,
    /// Typed blocks. Block types may be added; pass over those you do not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<super::blocks::BlockSchema>, required = false)]
    blocks: Option<Box<RawValue>>,
    /// Plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "De haven slibt dicht.")]
    text: Option<Box<RawValue>>,
}

fn present(asked: bool, value: Option<Box<RawValue>>) -> Option<Box<RawValue>> {
    value.filter(|value| asked && value.get() != "null")
}

impl RichTextView {
    /// The forms asked for, of what the database holds of each; nothing when there is no text.
    pub fn of(
        asked: Representations,
        html: Option<Box<RawValue>>,
        blocks: Option<Box<RawValue>>,
        text: Option<Box<RawValue>>,
    ) -> Option<Self> {
        let view = Self {
            html: present(asked.html, html),
            blocks: present(asked.blocks, blocks),
            text: present(asked.text, text),
        };
        (view.html.is_some() || view.blocks.is_some() || view.text.is_some()).then_some(view)
    }
}
