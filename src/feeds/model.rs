//! What feeds consist of, whatever their format.

use chrono::{DateTime, Utc};
use deserr::Deserr;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use uuid::Uuid;

use crate::error::Faults;
use crate::partners::model::Contract;
use crate::publishing::Kind;
use crate::site::model::FeedSettings;
use crate::updates::model::UpdateKind;

/// What a feed is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The whole site.
    Site,
    /// A section, an author or an entity.
    Of(Kind, Uuid),
}

/// What stands in a feed as an entry of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserr)]
#[deserr(error = Faults, rename_all = lowercase)]
pub enum Entries {
    /// Articles, each with its updates.
    #[default]
    Within,
    /// Articles and, each for itself, updates.
    Items,
}

/// What a feed tells of where it comes from, as one statement gives it.
#[derive(Debug, Deserialize)]
pub struct Source {
    /// The site's title.
    pub title: String,
    /// What it is in a line.
    pub tagline: Option<String>,
    /// Whose the rights are.
    pub copyright: Option<String>,
    /// Its mark.
    pub logo: Option<Mark>,
    /// How its feeds are written.
    #[serde(deserialize_with = "settings")]
    pub feeds: FeedSettings,
    /// The section, author or entity.
    pub of: Option<Named>,
}

impl Source {
    /// The same for who reads under this contract: what may be done with it is told as a right.
    #[must_use]
    pub fn under(mut self, contract: Option<&Contract>) -> Self {
        let licence = contract.and_then(|contract| contract.licence.clone());
        let told: Vec<String> = [self.copyright.take(), licence]
            .into_iter()
            .flatten()
            .collect();
        self.copyright = (!told.is_empty()).then(|| told.join(" "));
        self
    }
}

/// As `FeedSettings::stored`: a node of a later version may have written what this one does not know.
fn settings<'de, D: Deserializer<'de>>(kept: D) -> Result<FeedSettings, D::Error> {
    Ok(FeedSettings::stored(&Value::deserialize(kept)?))
}

/// The site's mark.
#[derive(Debug, Deserialize)]
pub struct Mark {
    /// Its address.
    pub url: String,
}

/// What a feed is of, where that is not the whole site.
#[derive(Debug, Deserialize)]
pub struct Named {
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// A feed, ready to be written.
#[derive(Debug)]
pub struct Feed {
    /// What it is called for good (RFC 4287, section 4.2.6).
    pub id: String,
    /// Its title.
    pub title: String,
    /// The site's title.
    pub site: String,
    /// What it is in a line.
    pub description: String,
    /// The page that it is of.
    pub home: String,
    /// Its own address, this page of it.
    pub this: String,
    /// The address of its first page.
    pub first: String,
    /// The address of its next page.
    pub next: Option<String>,
    /// The address of its hub.
    pub hub: Option<String>,
    /// Its language (BCP 47).
    pub language: String,
    /// Whose the rights are.
    pub rights: Option<String>,
    /// The address of the site's mark.
    pub mark: Option<String>,
    /// When the last of its entries moved; none when there are none.
    pub updated: Option<DateTime<Utc>>,
    /// What is new, the newest first.
    pub entries: Vec<Entry>,
}

/// An article or an update in a feed.
#[derive(Debug)]
pub struct Entry {
    /// What it is called for good: what it was called where it was imported from, else its id.
    pub guid: String,
    /// The same as an IRI.
    pub iri: String,
    /// Its title.
    pub title: String,
    /// Its page on the frontend.
    pub url: String,
    /// The address of the original, where this is not it.
    pub original: Option<String>,
    /// Its language (BCP 47).
    pub language: String,
    /// When it was first published; never changes.
    pub published: DateTime<Utc>,
    /// Its newest update, or that one was retracted since, else when it was published.
    pub updated: DateTime<Utc>,
    /// Who wrote it.
    pub authors: Vec<Person>,
    /// What it is about: its section and its entities.
    pub categories: Vec<Category>,
    /// What it says, in short, as plain text.
    pub summary: Option<String>,
    /// All that it says, as HTML with whole addresses.
    pub content: Option<String>,
    /// Its picture.
    pub picture: Option<Picture>,
    /// Its updates, or what it is an update of.
    pub living: Living,
}

/// What programs that know of updates are told.
#[derive(Debug)]
pub enum Living {
    /// An article, and its updates that are shown, in order.
    Article(Vec<Told>),
    /// An update.
    Update {
        /// What it does to its article.
        kind: UpdateKind,
        /// The id of its article.
        article: Uuid,
        /// Its number there.
        number: i32,
    },
}

/// An update as its article tells of it.
#[derive(Debug)]
pub struct Told {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub number: i32,
    /// What it does to its article.
    pub kind: UpdateKind,
    /// Where it stands.
    pub url: String,
    /// When it was published.
    pub published: String,
}

/// Somebody who writes.
#[derive(Debug, Clone)]
pub struct Person {
    /// The name.
    pub name: String,
    /// Their page on the frontend.
    pub url: String,
}

/// What an entry is about.
#[derive(Debug, Clone)]
pub struct Category {
    /// Its slug.
    pub term: String,
    /// Its name.
    pub label: String,
    /// Its page on the frontend.
    pub url: String,
}

/// A picture of an entry.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Its address.
    pub url: String,
    /// What it shows.
    pub alt: Option<String>,
    /// Who made it.
    pub credit: Option<String>,
    /// Its width in pixels.
    pub width: Option<u32>,
    /// Its height in pixels.
    pub height: Option<u32>,
    /// The file that was uploaded, of whose size we are certain.
    pub file: Option<File>,
}

/// A file of a picture.
#[derive(Debug, Clone)]
pub struct File {
    /// Its address.
    pub url: String,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub bytes: i64,
    /// Its width in pixels.
    pub width: Option<u32>,
    /// Its height in pixels.
    pub height: Option<u32>,
}
