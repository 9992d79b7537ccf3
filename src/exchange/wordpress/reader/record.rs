//! What an export is made of.

use chrono::{DateTime, Utc};

/// One thing read from an export. The [`Channel`] always comes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// The site. Exactly once, before everything else.
    Channel(Channel),
    /// Someone who may write. WXR 1.0 has none.
    Author(AuthorRecord),
    /// A category, a tag or a term of another taxonomy.
    Term(TermRecord),
    /// A post, a page, an attachment or something else.
    Item(Box<Item>),
    /// Something that is there and can't be taken over.
    Skipped(Skipped),
}

/// The site that was exported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Channel {
    /// Its title, plain text.
    pub title: String,
    /// Its tagline, plain text.
    pub description: String,
    /// Its address.
    pub link: String,
    /// The address of the blog; of a network of sites the one that was exported.
    pub base_blog_url: String,
    /// The language as WordPress has it, such as `nl-NL`.
    pub language: String,
    /// The version of the format: `1.0`, `1.1` or `1.2`; empty when the file does not say.
    pub wxr_version: String,
}

/// An author. Addresses and passwords are never read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthorRecord {
    /// The name items refer to ([`Item::creator`]).
    pub login: String,
    /// The name to show, plain text; the login when there is none.
    pub display_name: String,
}

/// What a term is a term of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Taxonomy {
    /// `category`.
    Category,
    /// `post_tag`, in WXR 1.0 `tag`.
    Tag,
    /// Any other, such as `post_format`.
    Other(String),
}

impl Taxonomy {
    /// By WordPress's name.
    pub fn from_name(name: &str) -> Self {
        match name {
            "" | "category" => Self::Category,
            "post_tag" | "tag" => Self::Tag,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// A term of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermRecord {
    /// What it is a term of.
    pub taxonomy: Taxonomy,
    /// Its slug, percent-decoded, so not always ASCII.
    pub slug: String,
    /// Its name, plain text.
    pub name: String,
    /// The slug of its parent, when it has one. May be missing from the file, and may lead in a circle.
    pub parent: Option<String>,
}

/// A term of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermRef {
    /// What it is a term of.
    pub taxonomy: Taxonomy,
    /// Its slug, percent-decoded; empty when the file gives only the name.
    pub slug: String,
    /// Its name, plain text.
    pub name: String,
}

/// What kind of thing an item is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemKind {
    /// An article.
    Post,
    /// A page outside the blog.
    Page,
    /// An image or another file.
    Attachment,
    /// Anything else, such as `nav_menu_item`.
    Other(String),
}

/// The state of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemStatus {
    /// `publish`.
    Published,
    /// `draft` or `auto-draft`.
    Draft,
    /// `future`.
    Scheduled,
    /// `private`.
    Private,
    /// `pending`.
    Pending,
    /// `trash`.
    Trash,
    /// Any other; attachments have `inherit`.
    Other(String),
}

/// A post, a page, an attachment or something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its number in WordPress, unique in its site.
    pub wp_id: i64,
    /// What it is.
    pub kind: ItemKind,
    /// Its state.
    pub status: ItemStatus,
    /// The title, plain text without markup; may be empty.
    pub title: String,
    /// Its address; for what was never published one like `https://example.org/?p=12`.
    pub link: String,
    /// What feed readers know it by.
    pub guid: String,
    /// Whether the guid is meant to be an address.
    pub guid_is_permalink: bool,
    /// The login of its author.
    pub creator: String,
    /// Its slug, percent-decoded; empty for most drafts, and not always unique.
    pub slug: String,
    /// When it was, or is to be, published; see [`super::Reader`] for where it comes from.
    pub published_at: Option<DateTime<Utc>>,
    /// When it was last changed.
    pub modified_at: Option<DateTime<Utc>>,
    /// The body as WordPress keeps it; give it to `body::clean`.
    pub content: String,
    /// The excerpt, HTML; of an attachment its caption.
    pub excerpt: String,
    /// Its terms of all taxonomies, in the file's order, each once.
    pub categories: Vec<TermRef>,
    /// The attachment that is its featured image; may come later in the file, or be missing.
    pub thumbnail_id: Option<i64>,
    /// Where the file of an attachment is.
    pub attachment_url: Option<String>,
    /// The alternative text of an attached image.
    pub alt_text: Option<String>,
    /// The item above it; may be missing from the file, and may lead in a circle.
    pub parent_id: Option<i64>,
    /// Whether a password is asked to read it. The password itself is not kept.
    pub password_protected: bool,
    /// Whether it is held at the top of the blog.
    pub is_sticky: bool,
}

/// Something that can't be taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Its title or name, else what it is.
    pub what: String,
    /// Its number in WordPress, when it has one.
    pub wp_id: Option<i64>,
    /// Why.
    pub reason: SkipReason,
}

/// Why something can't be taken over. `Display` gives a phrase for the report, such as `body over 1 MB`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SkipReason {
    /// A text is longer than may be kept.
    TooLong {
        /// Which, such as `body`.
        field: &'static str,
        /// The most it may have, in bytes.
        limit: usize,
    },
    /// A list is longer than may be kept.
    TooMany {
        /// Which, such as `terms`.
        field: &'static str,
        /// The most it may have.
        limit: usize,
    },
    /// What it is known by is missing or malformed.
    Unidentified {
        /// The element that should have told it.
        element: &'static str,
    },
}

impl std::fmt::Display for SkipReason {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLong { field, limit } if *limit >= 1 << 20 => {
                write!(out, "{field} over {} MB", limit >> 20)
            }
            Self::TooLong { field, limit } => write!(out, "{field} over {} KB", limit >> 10),
            Self::TooMany { field, limit } => write!(out, "more than {limit} {field}"),
            Self::Unidentified { element } => write!(out, "no usable <{element}>"),
        }
    }
}
