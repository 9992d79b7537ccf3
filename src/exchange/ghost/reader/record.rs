//! What an export is made of.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The longest HTML of a post, in bytes: that of a body here.
pub const MAX_HTML: usize = 1 << 20;
/// The longest document (lexical, mobiledoc) of a post, in bytes. It is JSON, of which HTML of 1 MB is made.
pub const MAX_DOCUMENT: usize = 4 << 20;
/// The longest excerpt, description or biography, in bytes.
pub const MAX_PROSE: usize = 64 << 10;
/// The longest title, name, slug, address or date, in bytes.
pub const MAX_LINE: usize = 8 << 10;

/// One thing read from an export.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// A post or page.
    Post(Box<Post>),
    /// What stands in a table of its own of a post.
    Meta(Meta),
    /// A tag.
    Tag(Tag),
    /// Someone who may write.
    User(User),
    /// A tag of a post.
    PostTag(Join),
    /// An author of a post.
    PostAuthor(Join),
    /// A setting of the site.
    Setting(Setting),
    /// Something that is there and can't be taken over.
    Skipped {
        /// What it is.
        what: String,
        /// Why.
        reason: String,
    },
}

/// What the text of a post is written in.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// Nothing.
    None,
    /// The HTML that Ghost made of it.
    Html(String),
    /// The document of Ghost's editor since 5.
    Lexical(String),
    /// The document of Ghost's editor from 1 to 5.
    Mobiledoc(String),
    /// What was written before 1.
    Markdown(String),
}

/// A post or page.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    /// Its id, local to the file.
    pub id: String,
    /// Its other id.
    pub uuid: Option<String>,
    /// Its title; may be empty.
    pub title: String,
    /// Its slug; may be empty.
    pub slug: String,
    /// Its text.
    pub source: Source,
    /// Whether it is a page.
    pub is_page: bool,
    /// `published`, `draft`, `scheduled`, `sent`, or what Ghost may add.
    pub status: String,
    /// Who may read it: `public`, `members`, `paid`, or a filter of members.
    pub visibility: String,
    /// Its language, where a version of Ghost has one.
    pub locale: Option<String>,
    /// Its author, where there is only one.
    pub author_id: Option<String>,
    /// Its picture.
    pub feature_image: Option<String>,
    /// Its introduction.
    pub custom_excerpt: Option<String>,
    /// The address of the original.
    pub canonical_url: Option<String>,
    /// What an older Ghost keeps in the post itself.
    pub meta: Meta,
    /// Whether scripts or styles are put into its page.
    pub has_code: bool,
    /// When it was made.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was last changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// When it was, or is to be, published.
    pub published_at: Option<DateTime<Utc>>,
}

/// What stands beside a post.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// The post.
    pub post_id: String,
    /// The title for search engines.
    pub title: Option<String>,
    /// The description for search engines.
    pub description: Option<String>,
    /// What the picture shows.
    pub image_alt: Option<String>,
    /// The caption of the picture, HTML.
    pub image_caption: Option<String>,
    /// Whether it was sent by mail and never stood on the site.
    pub email_only: bool,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Its id, local to the file.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its slug.
    pub slug: String,
    /// What it is about.
    pub description: Option<String>,
    /// Whether it is for editors alone.
    pub is_internal: bool,
}

/// Someone who may write. Addresses for mail, passwords and keys are never read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The id, local to the file.
    pub id: String,
    /// The name.
    pub name: String,
    /// The slug.
    pub slug: String,
    /// Who it is.
    pub bio: Option<String>,
    /// A portrait.
    pub image: Option<String>,
    /// Where else to find them: the name of the place and what Ghost knows of it, an address or a name there.
    pub places: Vec<(String, String)>,
}

/// That a tag or author belongs to a post.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    /// The post.
    pub post_id: String,
    /// The tag or author.
    pub other_id: String,
    /// Its place among the others.
    pub order: f64,
}

/// A setting of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The id of its row.
    pub id: String,
    /// Its name.
    pub key: String,
    /// What it is set to.
    pub value: String,
}
