//! The schema of blocks, as the OpenAPI document tells it. The blocks themselves are made by `rich_text` and stored as JSON.
#![allow(dead_code)]

use utoipa::ToSchema;

/// One part of a rich text, by `type`. Types may be added within v1: pass over those you do not know.
#[derive(ToSchema)]
#[schema(as = Block)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum BlockSchema {
    /// A paragraph.
    Paragraph {
        /// Inline HTML.
        html: String,
        /// Plain text.
        text: String,
    },
    /// A heading of level 2 to 6.
    Heading {
        /// The level.
        #[schema(minimum = 2, maximum = 6)]
        level: u8,
        /// The fragment that leads to it.
        anchor: String,
        /// Inline HTML.
        html: String,
        /// Plain text.
        text: String,
    },
    /// A list.
    List {
        /// Whether its items are numbered.
        ordered: bool,
        /// Its items.
        items: Vec<ListItemSchema>,
    },
    /// A quotation.
    Quote {
        /// HTML of what is quoted.
        html: String,
        /// Plain text.
        text: String,
        /// Where it comes from.
        cite: Option<String>,
    },
    /// A picture.
    Image {
        /// Its address.
        url: String,
        /// What it shows, for those who can't see it.
        alt: Option<String>,
        /// Its caption.
        caption: Option<String>,
        /// Who made it.
        credit: Option<String>,
    },
    /// Preformatted code.
    Code {
        /// Its language.
        language: Option<String>,
        /// The code.
        text: String,
    },
    /// A table.
    Table {
        /// Rows of the head.
        header: Vec<Vec<CellSchema>>,
        /// Rows of the body.
        rows: Vec<Vec<CellSchema>>,
    },
    /// Something embedded from another site: a link until the reader's app makes more of it.
    Embed {
        /// Which site.
        provider: String,
        /// The address of the page there.
        url: String,
        /// Its title.
        title: Option<String>,
    },
    /// Footnotes.
    Footnotes {
        /// The notes, in order.
        items: Vec<FootnoteSchema>,
    },
    /// A divider.
    Divider,
}

/// An item of a list.
#[derive(ToSchema)]
#[schema(as = ListItem)]
pub struct ListItemSchema {
    /// Inline HTML.
    html: String,
    /// Plain text.
    text: String,
    /// Lists within the item, as blocks of type `list`.
    #[schema(no_recursion)]
    children: Vec<BlockSchema>,
}

/// A cell of a table.
#[derive(ToSchema)]
#[schema(as = Cell)]
pub struct CellSchema {
    /// Inline HTML.
    html: String,
    /// Plain text.
    text: String,
}

/// A footnote.
#[derive(ToSchema)]
#[schema(as = Footnote)]
pub struct FootnoteSchema {
    /// Its mark in the text.
    label: String,
    /// HTML.
    html: String,
    /// Plain text.
    text: String,
}
