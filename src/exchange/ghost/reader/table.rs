//! The tables that are read, and how their rows become records.

use super::cells::Cells;
use super::record::{
    Join, MAX_DOCUMENT, MAX_HTML, MAX_LINE, MAX_PROSE, Meta, Post, Record, Setting, Source, Tag,
    User,
};
use super::rows::{Column, Row};

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
        let mut cells = Cells::of(row.unwrap_or_default());
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

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
