//! An article and its updates as entries.

use chrono::{DateTime, Utc};
use quick_xml::escape::escape;
use url::Url;

use super::Composer;
use super::picture::picture;
use super::texts::{excerpt, is_iri, text_of, time};
use crate::articles::model::PublicArticle;
use crate::authors::view::AuthorReference;
use crate::feeds::model::{Category, Entries, Entry, Living, Person, Told};
use crate::feeds::wording::Wording;
use crate::http::addresses;
use crate::rich_text;
use crate::site::model::FeedText;
use crate::updates::model::{PublicUpdate, Update};
use crate::values::frontend::ArticleAddress;
use crate::values::pick_language;

/// An article on its way into a feed.
pub(super) struct Page<'a> {
    composer: &'a Composer,
    article: &'a PublicArticle,
    url: String,
    wording: Wording,
}

impl<'a> Page<'a> {
    pub(super) fn of(composer: &'a Composer, article: &'a PublicArticle) -> Self {
        let url = composer.frontend.article_url(&ArticleAddress {
            id: article.id,
            slug: &article.slug,
            section: article
                .section
                .as_ref()
                .map(|section| section.slug.as_str()),
            language: &article.language,
            published_at: article.published_at,
        });
        Self {
            composer,
            article,
            url,
            wording: Wording::of(&article.language),
        }
    }

    fn is_full(&self) -> bool {
        self.composer.source.feeds.text == FeedText::Full
    }

    pub(super) fn article(&self) -> Entry {
        let article = self.article;
        let syndicated = article.syndicated.as_ref();
        let guid = syndicated.and_then(|syndicated| syndicated.guid.clone());
        let iri = guid.as_ref().filter(|guid| is_iri(guid)).cloned();
        let apart = self.composer.entries == Entries::Items;
        let shown = article.updates.iter();
        let shown = shown.filter(|update| update.retracted_at.is_none());
        let told = shown.map(|update| Told {
            id: update.id,
            number: update.number,
            kind: update.kind,
            url: self.update_url(update),
            published: update.published_at.clone(),
        });
        Entry {
            guid: guid.unwrap_or_else(|| article.id.to_string()),
            iri: iri.unwrap_or_else(|| article.id.urn().to_string()),
            title: article.headline.clone(),
            url: self.url.clone(),
            original: article
                .canonical_url
                .clone()
                .filter(|original| *original != self.url),
            language: article.language.clone(),
            published: article.published_at,
            updated: if apart {
                article.published_at
            } else {
                self.moved()
            },
            authors: self.persons(&article.authors),
            categories: self.categories(),
            summary: self.summary(apart),
            content: self.content(apart),
            picture: picture(self.composer, article),
            living: Living::Article(told.collect()),
        }
    }

    /// Its newest update, or that one was taken back since: who has it is to read it anew.
    fn moved(&self) -> DateTime<Utc> {
        let updates = self.article.updates.iter();
        let taken = updates.filter_map(|update| time(update.retracted_at.as_deref()?));
        taken.fold(self.article.fresh_at, Ord::max)
    }

    /// An update for itself. Of one that was retracted its place and the reason are left.
    pub(super) fn update(&self, update: &PublicUpdate) -> Option<Entry> {
        let published = time(&update.published_at)?;
        let retracted = update.retracted_at.as_deref().and_then(time);
        let kind = self.wording.kind(update.kind);
        let headline = update.headline.as_ref().unwrap_or(&self.article.headline);
        let text = text_of(update.text.as_deref()).unwrap_or_else(|| self.instead(update));
        let named = update.author_ids.iter().filter_map(|id| {
            let mut known = self.article.update_authors.iter();
            known.find(|author| author.id == *id).cloned()
        });
        let named: Vec<_> = named.collect();
        let authors = if named.is_empty() {
            &self.article.authors
        } else {
            &named
        };
        let content = || self.text(update) + &self.calls();
        Some(Entry {
            guid: update.id.to_string(),
            iri: update.id.urn().to_string(),
            title: format!("{kind}: {headline}"),
            url: self.update_url(update),
            original: None,
            language: self.article.language.clone(),
            published,
            updated: retracted.unwrap_or(published),
            authors: self.persons(authors),
            categories: self.categories(),
            summary: Some(excerpt(&text)).filter(|text| !text.is_empty()),
            content: self.is_full().then(content),
            picture: None,
            living: Living::Update {
                kind: update.kind,
                article: self.article.id,
                number: update.number,
            },
        })
    }

    fn update_url(&self, update: &PublicUpdate) -> String {
        format!("{}#{}", self.url, Update::anchor(update.id))
    }

    fn persons(&self, authors: &[AuthorReference]) -> Vec<Person> {
        let authors = authors.iter();
        let persons = authors.map(|author| Person {
            name: author.name.clone(),
            url: self.composer.frontend.author_url(author.id, &author.slug),
        });
        persons.collect()
    }

    fn categories(&self) -> Vec<Category> {
        let frontend = &self.composer.frontend;
        let section = self.article.section.iter().map(|section| Category {
            term: section.slug.clone(),
            label: section.name.clone(),
            url: frontend.section_url(section.id, &section.slug),
        });
        let entities = self.article.entities.iter().map(|entity| Category {
            term: entity.slug.clone(),
            label: entity.name.clone(),
            url: frontend.entity_url(entity.id, &entity.slug),
        });
        section.chain(entities).collect()
    }

    /// The introduction, else how the text begins; where that is all that a feed tells, with the newest update.
    fn summary(&self, apart: bool) -> Option<String> {
        let syndicated = self.article.syndicated.as_ref();
        let own = syndicated.and_then(|syndicated| syndicated.summary.as_deref());
        let own = own.map(excerpt).filter(|own| !own.is_empty());
        let mut newest = self.article.updates.iter().rev();
        let newest = newest.find(|update| update.retracted_at.is_none());
        let newest = newest
            .filter(|_| !apart && !self.is_full())
            .and_then(|update| {
                let text = text_of(update.text.as_deref());
                let told = update.headline.clone().or(text)?;
                Some(format!(
                    "{}: {}",
                    self.wording.kind(update.kind),
                    excerpt(&told)
                ))
            });
        match (own, newest) {
            (Some(own), Some(newest)) => Some(format!("{own} {newest}")),
            (own, newest) => own.or(newest),
        }
    }

    /// The text, with its updates unless they stand apart, and with what asks for support; none where feeds have summaries, or there is none.
    fn content(&self, apart: bool) -> Option<String> {
        if !self.is_full() {
            return None;
        }
        let own = text_of(self.article.body_html.as_deref()).unwrap_or_default();
        let mut html = self.whole(&own);
        if !apart {
            for update in &self.article.updates {
                html.push_str(&self.within(update));
            }
        }
        html.push_str(&self.calls());
        (!html.is_empty()).then_some(html)
    }

    /// An update within its article.
    fn within(&self, update: &PublicUpdate) -> String {
        let at = escape(&update.published_at);
        let day = update.published_at.get(..16).unwrap_or_default();
        let day = day.replace('T', " ");
        let kind = self.wording.kind(update.kind);
        let said = match &update.headline {
            Some(headline) => format!("{kind}: {}", escape(headline)),
            None => kind.to_owned(),
        };
        let text = self.text(update);
        format!("\n<h2>{said}</h2>\n<p><time datetime=\"{at}\">{day} UTC</time></p>\n{text}")
    }

    /// What an update says, as far as anyone may read it; of one that was retracted, why.
    fn text(&self, update: &PublicUpdate) -> String {
        if let Some(html) = text_of(update.html.as_deref()) {
            return self.whole(&html);
        }
        match self.instead(update) {
            told if told.is_empty() => told,
            told => format!("<p><em>{}</em></p>", escape(told)),
        }
    }

    /// What stands in the place of a text that is not there: why an update was retracted.
    fn instead(&self, update: &PublicUpdate) -> String {
        match (&update.retracted_at, &update.retraction_reason) {
            (None, _) => String::new(),
            (Some(_), Some(reason)) => format!("{}. {reason}", self.wording.retracted),
            (Some(_), None) => self.wording.retracted.to_owned(),
        }
    }

    fn calls(&self) -> String {
        let mut html = String::new();
        if !self.composer.source.feeds.donation_call {
            return html;
        }
        let languages = [
            self.article.language.as_str(),
            &self.composer.frontend.default_language,
        ];
        for link in &self.article.donation_links {
            let call = pick_language(&link.call_to_action, &languages);
            if let (Some(url), Some(call)) = (&link.url, call) {
                html.push_str(&format!(
                    "\n<p><a href=\"{}\">{}</a></p>",
                    escape(url.as_str()),
                    escape(call)
                ));
            }
        }
        html
    }

    /// A text with whole addresses.
    fn whole(&self, html: &str) -> String {
        let bytes = addresses::whole(html.as_bytes().to_vec(), &self.composer.place.base);
        let html = String::from_utf8(bytes).unwrap_or_default();
        match Url::parse(&self.url) {
            Ok(url) => rich_text::absolute(html, &url),
            Err(_) => html,
        }
    }
}
