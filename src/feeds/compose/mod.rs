//! A feed, put together from what delivery holds.

mod page;
mod picture;
mod texts;

pub use self::texts::excerpt;

use std::cmp::Reverse;

use sha2::{Digest, Sha256};

use self::page::Page;
use super::model::{Entries, Entry, Feed, Scope, Source};
use crate::articles::model::PublicArticle;
use crate::http::answer::Hub;
use crate::publishing::Kind;
use crate::values::frontend::Frontend;

/// Where a page of a feed stands.
#[derive(Debug)]
pub struct Place {
    /// Where clients reach this API.
    pub base: String,
    /// The address of this page below it.
    pub this: String,
    /// That of the first page.
    pub first: String,
    /// That of the next.
    pub next: Option<String>,
    /// The filters that make it another feed than that of the whole scope, in one order; empty when there are none.
    pub filters: String,
    /// The language that was asked for.
    pub language: Option<String>,
    /// Who tells others when it changes.
    pub hub: Option<Hub>,
}

/// Puts a feed together.
#[derive(Debug)]
pub struct Composer {
    /// Where it comes from.
    pub source: Source,
    /// What makes addresses of pages.
    pub frontend: Frontend,
    /// Where it stands.
    pub place: Place,
    /// What stands in it for itself.
    pub entries: Entries,
}

impl Composer {
    /// The feed's language: the one that was asked for, else the site's.
    pub fn language(&self) -> &str {
        let asked = self.place.language.as_deref();
        asked.unwrap_or(&self.frontend.default_language)
    }

    /// The feed of these articles, the newest first.
    pub fn feed(&self, scope: Scope, articles: &[PublicArticle]) -> Feed {
        let site = self.source.title.as_str();
        let (home, title) = match (scope, &self.source.of) {
            (Scope::Of(kind, id), Some(of)) => {
                let home = match kind {
                    Kind::Section => self.frontend.section_url(id, &of.slug),
                    Kind::Author => self.frontend.author_url(id, &of.slug),
                    _ => self.frontend.entity_url(id, &of.slug),
                };
                (home, format!("{} – {site}", of.name))
            }
            _ => (self.frontend.absolute("/"), site.to_owned()),
        };
        let entries = self.entries(articles);
        let whole = |path: &str| format!("{}{path}", self.place.base);
        let first = whole(&self.place.first);
        let tagline = self.source.tagline.clone();
        Feed {
            id: self.id(scope),
            site: site.to_owned(),
            description: tagline.unwrap_or_else(|| title.clone()),
            title,
            home,
            this: whole(&self.place.this),
            first,
            hub: self.place.hub.as_ref().map(|hub| hub.hub.clone()),
            next: self.place.next.as_deref().map(whole),
            language: self.language().to_owned(),
            rights: self.source.copyright.clone(),
            mark: self.source.logo.as_ref().map(|mark| self.whole(&mark.url)),
            updated: entries.iter().map(|entry| entry.updated).max(),
            entries,
        }
    }

    /// What the feed is called for good, wherever the API is reached and whatever things are named.
    fn id(&self, scope: Scope) -> String {
        let of = match scope {
            Scope::Of(_, id) => id.urn().to_string(),
            Scope::Site => self.frontend.absolute("/"),
        };
        if self.place.filters.is_empty() {
            return of;
        }
        let digest = Sha256::digest(format!("{of}?{}", self.place.filters));
        let mut bytes = [0; 16];
        bytes
            .iter_mut()
            .zip(digest)
            .for_each(|(byte, of)| *byte = of);
        let id = uuid::Builder::from_custom_bytes(bytes).into_uuid();
        id.urn().to_string()
    }

    fn entries(&self, articles: &[PublicArticle]) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::with_capacity(articles.len());
        for article in articles {
            let page = Page::of(self, article);
            entries.push(page.article());
            if self.entries == Entries::Items {
                entries.extend(
                    article
                        .updates
                        .iter()
                        .filter_map(|update| page.update(update)),
                );
            }
        }
        if self.entries == Entries::Items {
            // What is as new keeps the order of the list.
            entries.sort_by_key(|entry| Reverse(entry.updated));
        }
        entries
    }

    /// An address that may be a path of this API.
    fn whole(&self, url: &str) -> String {
        match url.starts_with('/') {
            true => format!("{}{url}", self.place.base),
            false => url.to_owned(),
        }
    }
}
