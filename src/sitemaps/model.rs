//! Which sitemaps there are, and what stands in them.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use crate::changes::Keys;
use crate::http::path::Segment;
use crate::publishing::Kind;
use crate::values::frontend::{ArticleAddress, Frontend};

/// The most addresses that the index lets a file have. The protocol allows 50,000 and 50 MB: it may grow while a search engine is on its way from the index.
pub const FULL: i64 = 40_000;

/// The most that a file may have.
pub const MOST: i64 = 50_000;

/// The most that news may have.
pub const MOST_NEWS: i64 = 1_000;

/// The longest address (in bytes) that a sitemap may have; the protocol asks for less than 2,048.
const LONGEST_ADDRESS: usize = 2_047;

/// What files there are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// Articles and pages.
    Articles,
    /// Sections, and the front page.
    Sections,
    /// Authors.
    Authors,
    /// Entities that articles name.
    Entities,
}

impl Listed {
    /// Every kind, in the order of the index.
    pub const ALL: [Self; 4] = [
        Self::Articles,
        Self::Sections,
        Self::Authors,
        Self::Entities,
    ];

    /// How the names of its files begin.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Articles => "articles",
            Self::Sections => "sections",
            Self::Authors => "authors",
            Self::Entities => "entities",
        }
    }

    /// What a file of this kind is made of, and the index as far as it is of this kind.
    pub fn keys(self) -> Keys {
        let mut keys = Keys::with_addresses();
        match self {
            Self::Articles => keys.articles(),
            Self::Sections => &mut keys,
            Self::Authors => keys.any(Kind::Author),
            // Which of them articles name, those tell.
            Self::Entities => keys.any(Kind::Entity).articles(),
        };
        keys
    }
}

/// How the ids in a file begin: with these hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Prefix {
    digits: u8,
    value: u16,
}

impl Prefix {
    /// The most digits: files enough for two thousand million things.
    pub const LONGEST: u8 = 4;

    /// Reads digits in lower case; no digits are the beginning of all ids.
    pub fn read(text: &str) -> Option<Self> {
        let digits = u8::try_from(text.len()).ok()?;
        let hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if digits > Self::LONGEST || !text.bytes().all(hex) {
            return None;
        }
        let value = match text {
            "" => 0,
            text => u16::from_str_radix(text, 16).ok()?,
        };
        Some(Self { digits, value })
    }

    /// Every prefix of so many digits, in order.
    pub fn all(digits: u8) -> impl Iterator<Item = Self> {
        let last = u16::try_from((1_u32 << (4 * digits.min(Self::LONGEST))) - 1);
        (0..=last.unwrap_or(u16::MAX)).map(move |value| Self { digits, value })
    }

    /// The first and the last id that begin so.
    pub fn bounds(self) -> (Uuid, Uuid) {
        if self.digits == 0 {
            return (Uuid::nil(), Uuid::max());
        }
        let shift = 128 - 4 * u32::from(self.digits);
        let first = u128::from(self.value) << shift;
        let rest = (1_u128 << shift) - 1;
        (Uuid::from_u128(first), Uuid::from_u128(first | rest))
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.digits {
            0 => Ok(()),
            digits => write!(f, "{:0width$x}", self.value, width = digits.into()),
        }
    }
}

/// A file of the sitemap, by the last segment of its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sitemap {
    /// Things of a kind: `articles.xml`; where they are too many for one file, `articles-0.xml` to `articles-f.xml`, and so on.
    Of(Listed, Prefix),
    /// What was published in the last two days: `news.xml`.
    News,
}

impl Segment for Sitemap {
    fn read(segment: &str) -> Option<Self> {
        let name = segment.strip_suffix(".xml")?;
        if name == "news" {
            return Some(Self::News);
        }
        let (kind, digits) = match name.split_once('-') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (name, ""),
        };
        let mut kinds = Listed::ALL.into_iter();
        let kind = kinds.find(|listed| listed.as_str() == kind)?;
        Some(Self::Of(kind, Prefix::read(digits)?))
    }
}

impl fmt::Display for Sitemap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::News => f.write_str("news.xml"),
            Self::Of(kind, prefix) if prefix.digits == 0 => write!(f, "{}.xml", kind.as_str()),
            Self::Of(kind, prefix) => write!(f, "{}-{prefix}.xml", kind.as_str()),
        }
    }
}

/// How many things a file would have.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Count {
    /// So many, counted as far as matters.
    pub rows: i64,
    /// Whether any of them is for search engines.
    pub any: bool,
}

/// A section, an author or an entity.
#[derive(Debug, Deserialize)]
pub struct Thing {
    /// Its id.
    pub id: Uuid,
    /// Its slug.
    pub slug: String,
}

impl Thing {
    /// Its address.
    pub fn url(&self, kind: Listed, frontend: &Frontend) -> String {
        match kind {
            Listed::Sections => frontend.section_url(self.id, &self.slug),
            Listed::Authors => frontend.author_url(self.id, &self.slug),
            Listed::Entities | Listed::Articles => frontend.entity_url(self.id, &self.slug),
        }
    }
}

/// An article, as far as sitemaps tell of it.
#[derive(Debug, Deserialize)]
pub struct ListedArticle {
    /// What its address is made of.
    #[serde(flatten)]
    pub place: ArticlePlace,
    /// Its newest update, or that one was retracted since; else its first publication. So do feeds tell it.
    pub moved_at: DateTime<Utc>,
    /// The others of its group of translations that are for search engines.
    #[serde(default)]
    pub others: Vec<ArticlePlace>,
}

/// What was published in the last two days.
#[derive(Debug, Deserialize)]
pub struct News {
    /// The site's title.
    pub name: String,
    /// For how many seconds all of it is news.
    pub right_for: Option<i64>,
    /// The newest first.
    pub articles: Vec<NewsArticle>,
}

/// An article that is news.
#[derive(Debug, Deserialize)]
pub struct NewsArticle {
    /// What its address is made of.
    #[serde(flatten)]
    pub place: ArticlePlace,
    /// Its headline.
    pub headline: String,
}

/// What an article's address is made of, and where its original is.
#[derive(Debug, Deserialize)]
pub struct ArticlePlace {
    /// Its id.
    pub id: Uuid,
    /// Its slug.
    pub slug: String,
    /// Its section's slug.
    pub section: Option<String>,
    /// Its language.
    pub language: String,
    /// When it was first published.
    pub published_at: DateTime<Utc>,
    /// The address of the original, where it has been given one.
    pub canonical_url: Option<String>,
}

impl ArticlePlace {
    /// Its address, unless search engines are to know another for the original of it.
    pub fn url(&self, frontend: &Frontend) -> Option<String> {
        let url = frontend.article_url(&ArticleAddress {
            id: self.id,
            slug: &self.slug,
            section: self.section.as_deref(),
            language: &self.language,
            published_at: self.published_at,
        });
        let here = self.canonical_url.as_ref().is_none_or(|told| *told == url);
        Some(url).filter(|url| here && fits(url))
    }
}

/// Whether an address may stand in a sitemap.
pub fn fits(url: &str) -> bool {
    url.len() <= LONGEST_ADDRESS
}

#[cfg(test)]
mod tests;
