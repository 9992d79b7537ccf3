//! A feed, put together from what delivery holds.

mod page;
mod picture;
mod texts;

use self::page::Page;
use super::model::{Entries, Entry, Feed, Scope, Source};
use crate::articles::model::PublicArticle;
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
    /// Whether filters make it another feed than that of the whole scope.
    pub is_filtered: bool,
    /// The language that was asked for.
    pub language: Option<String>,
}

/// Puts a feed together.
#[derive(Debug)]
pub struct Composer<'a> {
    /// Where it comes from.
    pub source: &'a Source,
    /// What makes addresses of pages.
    pub frontend: &'a Frontend,
    /// Where it stands.
    pub place: &'a Place,
    /// What stands in it for itself.
    pub entries: Entries,
}

impl Composer<'_> {
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
        let id = match scope {
            _ if self.place.is_filtered => first.clone(),
            Scope::Of(_, id) => id.urn().to_string(),
            Scope::Site => home.clone(),
        };
        let tagline = self.source.tagline.clone();
        let asked = self.place.language.as_deref();
        Feed {
            id,
            description: tagline.unwrap_or_else(|| title.clone()),
            title,
            home,
            this: whole(&self.place.this),
            first,
            next: self.place.next.as_deref().map(whole),
            language: asked.unwrap_or(&self.frontend.default_language).to_owned(),
            rights: self.source.copyright.clone(),
            mark: self.source.logo.as_ref().map(|mark| self.whole(&mark.url)),
            updated: entries.iter().map(|entry| entry.updated).max(),
            entries,
        }
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
        // What is as new keeps the order of the list.
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.updated));
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
