//! What an export is made of, and how its rows become that.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::rows::{Column, Field, Row};
use crate::exchange::import::database_date;

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

/// The tables that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    Posts,
    Meta,
    Tags,
    Users,
    PostsTags,
    PostsAuthors,
    Settings,
}

/// Where a user can be found, beside the website. The columns of Ghost's table of users.
const PLACES: [&str; 10] = [
    "website",
    "twitter",
    "facebook",
    "threads",
    "bluesky",
    "mastodon",
    "tiktok",
    "youtube",
    "instagram",
    "linkedin",
];

impl Table {
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "posts" => Self::Posts,
            "posts_meta" => Self::Meta,
            "tags" => Self::Tags,
            "users" => Self::Users,
            "posts_tags" => Self::PostsTags,
            "posts_authors" => Self::PostsAuthors,
            "settings" => Self::Settings,
            _ => return None,
        })
    }

    /// What a row of it is called in the report.
    fn noun(self) -> &'static str {
        match self {
            Self::Posts => "post",
            Self::Meta => "row of posts_meta",
            Self::Tags => "tag",
            Self::Users => "user",
            Self::PostsTags => "row of posts_tags",
            Self::PostsAuthors => "row of posts_authors",
            Self::Settings => "setting",
        }
    }

    pub fn columns(self) -> &'static [Column] {
        const L: usize = MAX_LINE;
        match self {
            Self::Posts => &[
                ("id", L),
                ("uuid", L),
                ("title", L),
                ("slug", L),
                ("html", MAX_HTML),
                ("lexical", MAX_DOCUMENT),
                ("mobiledoc", MAX_DOCUMENT),
                ("markdown", MAX_HTML),
                ("type", L),
                ("page", L),
                ("status", L),
                ("visibility", L),
                ("locale", L),
                ("language", L),
                ("author_id", L),
                ("feature_image", L),
                ("image", L),
                ("custom_excerpt", MAX_PROSE),
                ("canonical_url", L),
                ("meta_title", L),
                ("meta_description", L),
                ("codeinjection_head", 0),
                ("codeinjection_foot", 0),
                ("created_at", L),
                ("updated_at", L),
                ("published_at", L),
            ],
            Self::Meta => &[
                ("post_id", L),
                ("meta_title", L),
                ("meta_description", L),
                ("feature_image_alt", L),
                ("feature_image_caption", MAX_PROSE),
                ("email_only", L),
            ],
            Self::Tags => &[
                ("id", L),
                ("name", L),
                ("slug", L),
                ("description", MAX_PROSE),
                ("visibility", L),
            ],
            Self::Users => &[
                ("id", L),
                ("name", L),
                ("slug", L),
                ("bio", MAX_PROSE),
                ("profile_image", L),
                ("image", L),
                ("website", L),
                ("twitter", L),
                ("facebook", L),
                ("threads", L),
                ("bluesky", L),
                ("mastodon", L),
                ("tiktok", L),
                ("youtube", L),
                ("instagram", L),
                ("linkedin", L),
            ],
            Self::PostsTags => &[("post_id", L), ("tag_id", L), ("sort_order", L)],
            Self::PostsAuthors => &[("post_id", L), ("author_id", L), ("sort_order", L)],
            Self::Settings => &[("id", L), ("key", L), ("value", L)],
        }
    }

    /// The record of a row, or why there is none.
    pub fn record(self, row: Option<Row>, number: usize) -> Record {
        let mut cells = Cells(row.unwrap_or_default());
        let what = match self {
            Self::Posts | Self::Tags | Self::Users => cells.name(),
            _ => None,
        };
        let made = match self {
            Self::Posts => post(&mut cells).map(|post| Record::Post(Box::new(post))),
            Self::Meta => meta(&mut cells).map(Record::Meta),
            Self::Tags => tag(&mut cells).map(Record::Tag),
            Self::Users => user(&mut cells).map(Record::User),
            Self::PostsTags => join(&mut cells, "tag_id").map(Record::PostTag),
            Self::PostsAuthors => join(&mut cells, "author_id").map(Record::PostAuthor),
            Self::Settings => setting(&mut cells).map(Record::Setting),
        };
        made.unwrap_or_else(|reason| Record::Skipped {
            what: what.unwrap_or_else(|| format!("{} {number}", self.noun())),
            reason: format!("{}: {reason}", self.noun()),
        })
    }
}

fn post(cells: &mut Cells) -> Result<Post, String> {
    let html = cells.text("html");
    let has_html = matches!(&html, Ok(Some(html)) if !html.trim().is_empty());
    let mut long = |name, make: fn(String) -> Source| {
        if has_html {
            return Ok(None);
        }
        let text = cells.text(name)?.filter(|text| !text.trim().is_empty());
        Ok::<_, String>(text.map(make))
    };
    let written = match long("lexical", Source::Lexical)? {
        Some(source) => Some(source),
        None => match long("mobiledoc", Source::Mobiledoc)? {
            Some(source) => Some(source),
            None => long("markdown", Source::Markdown)?,
        },
    };
    let source = match html? {
        Some(html) if has_html => Source::Html(html),
        _ => written.unwrap_or(Source::None),
    };
    Ok(Post {
        id: cells.id("id")?,
        uuid: cells.text("uuid")?,
        title: cells.text("title")?.unwrap_or_default(),
        slug: cells.text("slug")?.unwrap_or_default(),
        source,
        is_page: match cells.text("type")?.as_deref() {
            Some("page") => true,
            Some("post") | None => cells.truth("page"),
            Some(other) => return Err(format!("of type {}", short(other))),
        },
        status: cells.text("status")?.unwrap_or_else(|| "draft".to_owned()),
        visibility: cells
            .text("visibility")?
            .unwrap_or_else(|| "public".to_owned()),
        locale: cells.text("locale")?.or(cells.text("language")?),
        author_id: cells.optional_id("author_id")?,
        feature_image: cells.text("feature_image")?.or(cells.text("image")?),
        custom_excerpt: cells.text("custom_excerpt")?,
        canonical_url: cells.text("canonical_url")?,
        meta: Meta {
            title: cells.text("meta_title")?,
            description: cells.text("meta_description")?,
            ..Meta::default()
        },
        has_code: cells.says_something("codeinjection_head")
            || cells.says_something("codeinjection_foot"),
        created_at: cells.date("created_at"),
        updated_at: cells.date("updated_at"),
        published_at: cells.date("published_at"),
    })
}

fn meta(cells: &mut Cells) -> Result<Meta, String> {
    Ok(Meta {
        post_id: cells.id("post_id")?,
        title: cells.text("meta_title")?,
        description: cells.text("meta_description")?,
        image_alt: cells.text("feature_image_alt")?,
        image_caption: cells.text("feature_image_caption")?,
        email_only: cells.truth("email_only"),
    })
}

fn tag(cells: &mut Cells) -> Result<Tag, String> {
    let name = cells.text("name")?.unwrap_or_default();
    let slug = cells.text("slug")?.unwrap_or_default();
    let is_internal = name.starts_with('#')
        || slug.starts_with("hash-")
        || cells.text("visibility")?.as_deref() == Some("internal");
    Ok(Tag {
        id: cells.id("id")?,
        name,
        slug,
        description: cells.text("description")?,
        is_internal,
    })
}

fn user(cells: &mut Cells) -> Result<User, String> {
    let mut places = Vec::new();
    for place in PLACES {
        if let Some(at) = cells.text(place)? {
            places.push((place.to_owned(), at));
        }
    }
    Ok(User {
        id: cells.id("id")?,
        name: cells.text("name")?.unwrap_or_default(),
        slug: cells.text("slug")?.unwrap_or_default(),
        bio: cells.text("bio")?,
        image: cells.text("profile_image")?.or(cells.text("image")?),
        places,
    })
}

fn join(cells: &mut Cells, other: &'static str) -> Result<Join, String> {
    Ok(Join {
        post_id: cells.id("post_id")?,
        other_id: cells.id(other)?,
        order: cells.number("sort_order"),
    })
}

fn setting(cells: &mut Cells) -> Result<Setting, String> {
    Ok(Setting {
        id: cells.optional_id("id")?.unwrap_or_default(),
        key: cells.text("key")?.unwrap_or_default(),
        // A setting that is no short text is none of those that are looked at.
        value: cells.text("value").ok().flatten().unwrap_or_default(),
    })
}

/// The cells of a row, each taken once.
struct Cells(Row);

impl Cells {
    /// The row's title or name, for the report.
    fn name(&self) -> Option<String> {
        ["title", "name", "slug"]
            .iter()
            .find_map(|name| match self.0.get(name) {
                Some(Field::Text(text)) if !text.trim().is_empty() => Some(text.clone()),
                _ => None,
            })
    }

    /// A text; none when it is empty.
    fn text(&mut self, name: &'static str) -> Result<Option<String>, String> {
        match self.0.remove(name) {
            None | Some(Field::Null) => Ok(None),
            Some(Field::Text(text)) => Ok(Some(text).filter(|text| !text.is_empty())),
            Some(Field::TooLong(limit)) if limit >= 1 << 20 => {
                Err(format!("{name} over {} MB", limit >> 20))
            }
            Some(Field::TooLong(limit)) => Err(format!("{name} over {} KB", limit >> 10)),
            Some(_) => Err(format!("{name} is not a text")),
        }
    }

    /// What it is known by: a text, in old versions a number.
    fn id(&mut self, name: &'static str) -> Result<String, String> {
        self.optional_id(name)?
            .ok_or_else(|| format!("no usable {name}"))
    }

    fn optional_id(&mut self, name: &'static str) -> Result<Option<String>, String> {
        if let Some(Field::Number(number)) = self.0.get(name)
            && number.fract() == 0.0
        {
            return Ok(Some(format!("{number:.0}")));
        }
        self.text(name)
    }

    fn number(&mut self, name: &'static str) -> f64 {
        match self.0.remove(name) {
            Some(Field::Number(number)) => number,
            _ => 0.0,
        }
    }

    /// Yes: `true`, or a number other than 0.
    fn truth(&mut self, name: &'static str) -> bool {
        match self.0.remove(name) {
            Some(Field::Truth(truth)) => truth,
            Some(Field::Number(number)) => number != 0.0,
            _ => false,
        }
    }

    /// Whether there is a text in a column whose text is not held.
    fn says_something(&mut self, name: &'static str) -> bool {
        matches!(self.0.remove(name), Some(Field::TooLong(_)))
    }

    /// A date: as the database writes it, as JavaScript does, or in milliseconds since 1970.
    fn date(&mut self, name: &'static str) -> Option<DateTime<Utc>> {
        match self.0.remove(name)? {
            Field::Text(text) => database_date(&text).or_else(|| {
                let date = DateTime::parse_from_rfc3339(text.trim()).ok()?;
                Some(date.to_utc())
            }),
            Field::Number(number) => DateTime::from_timestamp_millis(number as i64),
            _ => None,
        }
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
