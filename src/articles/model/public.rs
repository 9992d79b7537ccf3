//! An article as readers may see it: what the statement of `queries/delivery.rs` gives, as far as it was asked for.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::articles::model::ArticleType;
use crate::authors::view::AuthorReference;
use crate::donation_links::model::PublicDonationLink;
use crate::entities::model::{EntityKind, Relation};
use crate::related::model::PublicRelated;
use crate::updates::model::PublicUpdate;

/// A published article. What is optional is there when it was asked for.
#[derive(Debug, Deserialize)]
pub struct PublicArticle {
    /// Its id.
    pub id: Uuid,
    /// Its slug.
    pub slug: String,
    /// Whether it is an article or a page.
    #[serde(rename = "type")]
    pub article_type: ArticleType,
    /// Its language.
    pub language: String,
    /// Its section.
    pub section: Option<PublicSectionLink>,
    /// Its headline.
    pub headline: String,
    /// Its picture.
    pub image: Box<RawValue>,
    /// What search engines are told.
    pub seo: Box<RawValue>,
    /// The address of the original.
    pub canonical_url: Option<String>,
    /// Words of its text.
    pub word_count: i32,
    /// Minutes to read it.
    pub reading_minutes: i32,
    /// When it was first published.
    pub published_at: DateTime<Utc>,
    /// The newest update shown and not retracted.
    pub last_update_at: Option<DateTime<Utc>>,
    /// That, else the first publication.
    pub fresh_at: DateTime<Utc>,
    /// Any change that readers can see.
    pub modified_at: DateTime<Utc>,
    /// How many updates it has, retracted ones too.
    pub update_count: i32,
    /// How many corrections it has that are shown and not retracted.
    pub correction_count: i32,
    /// The introduction as HTML.
    pub standfirst_html: Option<Box<RawValue>>,
    /// The introduction as blocks.
    pub standfirst_blocks: Option<Box<RawValue>>,
    /// The introduction alone.
    pub standfirst_text: Option<Box<RawValue>>,
    /// The text as HTML.
    pub body_html: Option<Box<RawValue>>,
    /// The text as blocks.
    pub body_blocks: Option<Box<RawValue>>,
    /// The text alone.
    pub body_text: Option<Box<RawValue>>,
    /// Its headings.
    pub outline: Option<Box<RawValue>>,
    /// Its authors, in order.
    #[serde(default)]
    pub authors: Vec<AuthorReference>,
    /// Who wrote its updates.
    #[serde(default)]
    pub update_authors: Vec<AuthorReference>,
    /// Its updates, in order.
    #[serde(default)]
    pub updates: Vec<PublicUpdate>,
    /// Its entities, in order.
    #[serde(default)]
    pub entities: Vec<PublicEntityLink>,
    /// Its picks that are published, in order.
    #[serde(default)]
    pub related: Vec<PublicRelated>,
    /// What is suggested beside its picks, the best first.
    #[serde(default)]
    pub suggested: Vec<PublicRelated>,
    /// Its effective donation links.
    #[serde(default)]
    pub donation_links: Vec<PublicDonationLink>,
    /// Its translations that are published.
    #[serde(default)]
    pub translations: Vec<PublicTranslation>,
    /// The slugs it had before.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Who publishes it.
    pub publisher: Option<PublicPublisher>,
    /// What only feeds tell, if that was asked for.
    pub syndicated: Option<PublicSyndicated>,
}

/// What feeds tell of an article, and no other answer.
#[derive(Debug, Deserialize)]
pub struct PublicSyndicated {
    /// What it was called where it was imported from.
    pub guid: Option<String>,
    /// Its introduction, else how its text begins.
    pub summary: Option<String>,
    /// The file of its picture that was uploaded.
    pub file: Option<PublicFile>,
    /// The change that last wrote it.
    pub seq: i64,
}

/// A file that was uploaded.
#[derive(Debug, Deserialize)]
pub struct PublicFile {
    /// Its media type.
    pub mime: String,
    /// Its size in bytes.
    pub bytes: i64,
}

/// What the site tells of itself as a publisher.
#[derive(Debug, Deserialize)]
pub struct PublicPublisher {
    /// Its title.
    pub title: String,
    /// What it is in a line.
    pub tagline: Option<String>,
    /// Its mark.
    pub logo: Option<PublicPicture>,
    /// Where else to find it.
    pub social_links: Vec<PublicPlace>,
    /// Whose the rights are.
    pub copyright: Option<String>,
    /// What may be done with the texts.
    pub licence: Option<String>,
    /// How much of a text anyone may read.
    pub public_text: String,
}

/// A picture, as `values::Image` and `values::Logo` are kept.
#[derive(Debug, Deserialize)]
pub struct PublicPicture {
    /// Its address.
    pub url: String,
    /// What it shows, for those who can't see it.
    pub alt: Option<String>,
    /// Its caption.
    pub caption: Option<String>,
    /// Who made it.
    pub credit: Option<String>,
    /// Its width in pixels.
    pub width: Option<u32>,
    /// Its height in pixels.
    pub height: Option<u32>,
}

/// Where a link with a label leads.
#[derive(Debug, Deserialize)]
pub struct PublicPlace {
    /// The address.
    pub url: String,
}

/// Another of an article's group of translations.
#[derive(Debug, Deserialize)]
pub struct PublicTranslation {
    /// Its id.
    pub id: Uuid,
    /// Its slug.
    pub slug: String,
    /// Its language.
    pub language: String,
    /// Its headline.
    pub headline: String,
    /// The slug of its section.
    pub section: Option<String>,
    /// When it was first published.
    pub published_at: DateTime<Utc>,
    /// How the two stand to each other.
    pub kinship: Kinship,
}

/// What another of an article's group of translations is to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kinship {
    /// What the article is a translation of.
    Original,
    /// A translation of the article.
    Translation,
    /// A translation of the same original.
    Sibling,
}

/// The section that an article is in.
#[derive(Debug, Deserialize)]
pub struct PublicSectionLink {
    /// Its id.
    pub id: Uuid,
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// A link to an entity.
#[derive(Debug, Deserialize)]
pub struct PublicEntityLink {
    /// Its id.
    pub id: Uuid,
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What kind of thing it is.
    pub kind: EntityKind,
    /// How the article refers to it.
    pub relation: Relation,
    /// Other names it goes by, if they were asked for.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Who or what it is, if that was asked for.
    pub description: Option<String>,
    /// The same thing elsewhere, if that was asked for.
    #[serde(default)]
    pub same_as: Vec<String>,
}
