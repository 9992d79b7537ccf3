//! An article as the newsroom keeps it.

use chrono::{DateTime, Utc};
use diesel::{Queryable, Selectable};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::db::schema::newsroom;
use crate::entities::model::Relation;
use crate::http::conditional::Version;
use crate::related::model::Pick;
use crate::values::RichText;

/// An article's own row: what stands beside its versions.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = newsroom::articles, check_for_backend(diesel::pg::Pg))]
pub struct Article {
    /// Its id.
    pub id: Uuid,
    /// `draft`, `published` or `withdrawn`.
    pub status: String,
    /// The number of its newest version, the working copy.
    pub version: i32,
    /// How often it was written in all.
    pub revision: i32,
    /// The number of the version that readers see, or last saw.
    pub published_version: Option<i32>,
    /// When it was first published.
    pub published_at: Option<DateTime<Utc>>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Why.
    pub withdrawal_reason: Option<String>,
    /// The permanent id that it has in feeds, kept from an import.
    pub guid: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its newest version was saved.
    pub saved_at: DateTime<Utc>,
    /// When its working copy is to be published.
    pub publish_at: Option<DateTime<Utc>>,
    /// When it is to be withdrawn.
    pub withdraw_at: Option<DateTime<Utc>>,
    /// The reason of that withdrawal.
    pub withdraw_reason: Option<String>,
    /// What partners are to be told with it.
    pub withdraw_notice: Option<String>,
    /// Why what was last scheduled was not done.
    pub schedule_failure: Option<String>,
}

impl Article {
    /// Its version, as its ETag names it.
    pub fn version(&self) -> Version {
        Version::of_text(self.version, self.revision)
    }
}

/// Which donation links a version shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DonationMode {
    /// Those of its section, else the site's.
    Inherit,
    /// None.
    None,
    /// Its own, in order.
    Own(Vec<Uuid>),
}

impl DonationMode {
    /// As stored.
    pub fn as_str(&self) -> &'static str {
        match self {
            DonationMode::Inherit => "inherit",
            DonationMode::None => "none",
            DonationMode::Own(_) => "own",
        }
    }

    /// As an editor would send it.
    pub fn input(&self) -> Value {
        match self {
            DonationMode::Own(links) => json!(links),
            other => json!(other.as_str()),
        }
    }
}

/// A link of a version to an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityLink {
    /// The entity.
    pub entity_id: Uuid,
    /// How the article refers to it.
    pub relation: Relation,
}

/// What a version holds. Everything it refers to exists.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    /// Its slug; made from the headline when none.
    pub slug: Option<String>,
    /// `article` or `page`.
    pub article_type: String,
    /// Its headline.
    pub headline: String,
    /// Its introduction.
    pub standfirst: Option<RichText>,
    /// Its text.
    pub body: Option<RichText>,
    /// Its language.
    pub language: String,
    /// Its section.
    pub section_id: Option<Uuid>,
    /// Its picture.
    pub image: Option<Value>,
    /// What search engines are told.
    pub seo: Option<Value>,
    /// The address of the original.
    pub canonical_url: Option<String>,
    /// The original that it is a translation of.
    pub translation_of: Option<Uuid>,
    /// Its authors, in order.
    pub authors: Vec<Uuid>,
    /// Its entities, in order.
    pub entities: Vec<EntityLink>,
    /// Its picks, in order.
    pub related: Vec<Pick>,
    /// Its donation links.
    pub donation: DonationMode,
}

impl Content {
    /// What an editor would send to make it as it is.
    pub fn input(&self) -> Value {
        let entities: Vec<Value> = self
            .entities
            .iter()
            .map(|link| json!({"entity": link.entity_id, "relation": link.relation.as_str()}))
            .collect();
        let related: Vec<Value> = self
            .related
            .iter()
            .map(|pick| match pick {
                Pick::Article(id) => json!({"article": id}),
                Pick::Outside { url, title } => json!({"url": url, "title": title}),
            })
            .collect();
        json!({
            "headline": self.headline,
            "slug": self.slug,
            "type": self.article_type,
            "language": self.language,
            "section": self.section_id,
            "authors": self.authors,
            "standfirst": self.standfirst.as_ref().map(RichText::input),
            "body": self.body.as_ref().map(RichText::input),
            "image": self.image,
            "entities": entities,
            "related": related,
            "donation_links": self.donation.input(),
            "translation_of": self.translation_of,
            "canonical_url": self.canonical_url,
            "seo": self.seo,
        })
    }
}
