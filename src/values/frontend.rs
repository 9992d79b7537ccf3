//! Where the publisher's frontend shows things: addresses made from the site's path patterns.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::PublicText;
use crate::error::{Error, Result};

/// What of the site decides addresses and languages.
#[derive(Debug, Clone, Deserialize)]
pub struct Frontend {
    /// The frontend's base address, without a trailing slash.
    pub public_url: String,
    /// Path patterns by kind.
    pub paths: FrontendPaths,
    /// The language of what has none of its own.
    pub default_language: String,
    /// How much of a text anyone may read.
    #[serde(default)]
    pub public_text: PublicText,
}

/// The path pattern of each kind of thing.
#[derive(Debug, Clone, Deserialize)]
pub struct FrontendPaths {
    /// Of an article.
    pub article: String,
    /// Of a section.
    pub section: String,
    /// Of an author.
    pub author: String,
    /// Of an entity.
    pub entity: String,
}

/// What an article's address is made of.
#[derive(Debug, Clone, Copy)]
pub struct ArticleAddress<'a> {
    /// Its id.
    pub id: Uuid,
    /// Its slug.
    pub slug: &'a str,
    /// Its section's slug; without one the segment falls away.
    pub section: Option<&'a str>,
    /// Its language.
    pub language: &'a str,
    /// When it was first published.
    pub published_at: DateTime<Utc>,
}

/// Delivery's SQL for what [`Frontend`] reads, as one JSON text.
pub const FRONTEND_SQL: &str = "(SELECT json_build_object('public_url', public_url, 'paths', paths, 'default_language', default_language, 'public_text', public_text)::text FROM delivery.site)";

impl Frontend {
    /// What a snapshot holds of the site.
    ///
    /// # Errors
    /// None once a site exists, which a start sees to.
    pub fn of(site: Option<&str>) -> Result<Self> {
        let site = site.ok_or_else(|| Error::internal("there is no site"))?;
        serde_json::from_str(site).map_err(Error::internal)
    }

    /// The whole address of a path.
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.trim_end_matches('/'))
    }

    /// An article's address.
    pub fn article_url(&self, article: &ArticleAddress<'_>) -> String {
        self.absolute(&self.article_path(article))
    }

    /// An article's path.
    pub fn article_path(&self, article: &ArticleAddress<'_>) -> String {
        fill(&self.paths.article, |name| match name {
            "slug" => Some(article.slug.to_owned()),
            "id" => Some(article.id.to_string()),
            "section" => article.section.map(str::to_owned),
            "language" => Some(article.language.to_owned()),
            "year" => Some(article.published_at.format("%Y").to_string()),
            "month" => Some(article.published_at.format("%m").to_string()),
            "day" => Some(article.published_at.format("%d").to_string()),
            _ => None,
        })
    }

    /// A section's address.
    pub fn section_url(&self, id: Uuid, slug: &str) -> String {
        self.absolute(&named(&self.paths.section, id, slug))
    }

    /// An author's address.
    pub fn author_url(&self, id: Uuid, slug: &str) -> String {
        self.absolute(&named(&self.paths.author, id, slug))
    }

    /// An entity's address.
    pub fn entity_url(&self, id: Uuid, slug: &str) -> String {
        self.absolute(&named(&self.paths.entity, id, slug))
    }
}

/// The path of a thing that has only an id and a slug.
pub fn named(pattern: &str, id: Uuid, slug: &str) -> String {
    fill(pattern, |name| match name {
        "slug" => Some(slug.to_owned()),
        "id" => Some(id.to_string()),
        _ => None,
    })
}

/// Fills a pattern segment by segment; a placeholder without a value falls away with its segment.
fn fill(pattern: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut path = String::with_capacity(pattern.len() + 40);
    for segment in pattern.split('/').skip(1) {
        let filled = match segment
            .strip_prefix('{')
            .and_then(|inner| inner.strip_suffix('}'))
        {
            Some(name) => value(name),
            None => Some(segment.to_owned()),
        };
        if let Some(filled) = filled {
            path.push('/');
            path.push_str(&filled);
        }
    }
    path
}

/// The ids and slugs that a path holds if it has the form of the pattern, placeholders filled with anything; segments that may fall away may
/// be missing. Ids come first: they never change.
pub fn names_in<'p>(pattern: &str, path: &'p str) -> Vec<&'p str> {
    let wanted: Vec<&str> = pattern.split('/').skip(1).collect();
    let given: Vec<&str> = path.split('/').skip(1).collect();
    let whole = match_segments(&wanted, &given);
    whole
        .or_else(|| {
            let without: Vec<&str> = wanted
                .into_iter()
                .filter(|segment| *segment != "{section}")
                .collect();
            match_segments(&without, &given)
        })
        .unwrap_or_default()
}

fn match_segments<'p>(wanted: &[&str], given: &[&'p str]) -> Option<Vec<&'p str>> {
    if wanted.len() != given.len() {
        return None;
    }
    let (mut ids, mut slugs) = (Vec::new(), Vec::new());
    for (wanted, given) in wanted.iter().zip(given) {
        match *wanted {
            _ if given.is_empty() => return None,
            "{id}" => ids.push(*given),
            "{slug}" => slugs.push(*given),
            literal if !literal.starts_with('{') && literal != *given => return None,
            _ => {}
        }
    }
    ids.append(&mut slugs);
    Some(ids)
}
