//! The typed form of a text, for readers that render it natively. What each field holds is told once, where clients read it: in the schema of
//! `values/blocks.rs`.
#![allow(missing_docs)]

use serde::{Deserialize, Serialize};

/// One block of a text: a union on `type`. `html` is inline HTML (paragraphs within a block are kept
/// apart by `<br><br>`), `text` the same without markup (by a blank line). What a block does not have
/// is null.
#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    Paragraph {
        html: String,
        text: String,
    },
    /// `level` is 2 to 6; `anchor` is the `id` it has in the page's HTML.
    Heading {
        level: u8,
        anchor: String,
        html: String,
        text: String,
    },
    List {
        ordered: bool,
        items: Vec<ListItem>,
    },
    /// `cite` is who or what is quoted: a name or an address.
    Quote {
        html: String,
        text: String,
        cite: Option<String>,
    },
    Image {
        url: String,
        alt: Option<String>,
        caption: Option<String>,
        credit: Option<String>,
    },
    Code {
        language: Option<String>,
        text: String,
    },
    /// Rows need not be of one length.
    Table {
        header: Vec<Vec<Cell>>,
        rows: Vec<Vec<Cell>>,
    },
    /// `url` is the address of the thing itself, the same however it was embedded.
    Embed {
        provider: String,
        url: String,
        title: Option<String>,
    },
    /// All footnotes of the text, at its end. `label` is the number that refers to one.
    Footnotes {
        items: Vec<Footnote>,
    },
    Divider {},
}

/// An item of a list. `children` holds list blocks only.
#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub struct ListItem {
    pub html: String,
    pub text: String,
    pub children: Vec<Block>,
}

/// A cell of a table.
#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub struct Cell {
    pub html: String,
    pub text: String,
}

/// A footnote.
#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub struct Footnote {
    pub label: String,
    pub html: String,
    pub text: String,
}

/// A heading's place in the outline of a text; `anchor` is its `id`, `level` 2 to 6.
#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub struct OutlineItem {
    pub level: u8,
    pub text: String,
    pub anchor: String,
}
