//! An article or page as a work in schema.org's vocabulary.

use std::mem::take;

use serde::Serialize;

use super::text;
use super::things::{
    DonateAction, ImageObject, License, NewsMediaOrganization, Node, Person, Thing,
};
use super::updates::{CorrectionComment, Shared};
use crate::articles::model::{Kinship, PublicArticle, PublicPublisher, PublicTranslation};
use crate::articles::view::translations::TranslationView;
use crate::entities::model::Relation;
use crate::related::view::RelatedView;
use crate::values::frontend::Frontend;
use crate::values::to_rfc3339;

/// What articles and pages have in common.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Work {
    #[serde(rename = "@id")]
    id: String,
    identifier: String,
    url: String,
    headline: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<ImageObject>,
    in_language: String,
    date_published: String,
    date_modified: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    author: Vec<Person>,
    publisher: Node,
    is_accessible_for_free: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    about: Vec<Thing>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mentions: Vec<Thing>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    correction: Vec<CorrectionComment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    has_part: Option<Node>,
    #[serde(skip_serializing_if = "Option::is_none")]
    translation_of_work: Option<CreativeWork>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    work_translation: Vec<CreativeWork>,
    #[serde(skip_serializing_if = "Option::is_none")]
    same_as: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    copyright_notice: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license: Option<License>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    potential_action: Vec<DonateAction>,
}

/// An article.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewsArticle {
    #[serde(flatten)]
    work: Work,
    main_entity_of_page: MainPage,
    #[serde(skip_serializing_if = "Option::is_none")]
    article_section: Option<String>,
    word_count: i32,
}

/// A page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WebPage {
    #[serde(flatten)]
    work: Work,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_link: Vec<String>,
}

/// The page that an article is the main thing on.
#[derive(Debug, Serialize)]
#[serde(tag = "@type", rename = "WebPage", rename_all = "camelCase")]
struct MainPage {
    #[serde(rename = "@id")]
    id: String,
    url: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_link: Vec<String>,
}

/// The same article in another language.
#[derive(Debug, Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
struct CreativeWork {
    identifier: String,
    url: String,
    headline: String,
    in_language: String,
}

/// A UUID as an address (RFC 9562, section 4).
fn urn(id: uuid::Uuid) -> String {
    id.urn().to_string()
}

impl CreativeWork {
    fn new(translation: PublicTranslation, frontend: &Frontend) -> Self {
        let view = TranslationView::new(translation, frontend);
        Self {
            identifier: urn(view.id),
            url: view.url,
            headline: view.headline,
            in_language: view.language,
        }
    }
}

/// What an article and its site tell about rights and access.
#[derive(Debug)]
pub struct Rights {
    free: bool,
    copyright: Option<String>,
    licence: Option<String>,
}

impl Rights {
    /// What the site says.
    pub fn of(publisher: &PublicPublisher) -> Self {
        Self {
            free: publisher.public_text == "full",
            copyright: publisher.copyright.clone(),
            licence: publisher.licence.clone(),
        }
    }
}

/// What search engines are told in place of the introduction.
#[derive(serde::Deserialize)]
struct Seo {
    description: Option<String>,
}

fn description(article: &PublicArticle) -> Option<String> {
    let seo: Option<Seo> = serde_json::from_str(article.seo.get()).ok().flatten();
    text(article.standfirst_text.as_deref()).or_else(|| seo?.description)
}

impl Work {
    /// The article; what it links to is moved out of it.
    pub fn new(
        article: &mut PublicArticle,
        frontend: &Frontend,
        shared: &Shared,
        rights: Rights,
    ) -> Self {
        let (about, mentions): (Vec<_>, Vec<_>) = take(&mut article.entities)
            .into_iter()
            .partition(|link| link.relation == Relation::About);
        let things = |links: Vec<_>| -> Vec<Thing> {
            let things = links.into_iter();
            things.map(|link| Thing::new(link, frontend)).collect()
        };
        let (mut original, mut translations) = (None, Vec::new());
        for other in take(&mut article.translations) {
            match other.kinship {
                Kinship::Original => original = Some(CreativeWork::new(other, frontend)),
                Kinship::Translation => translations.push(CreativeWork::new(other, frontend)),
                Kinship::Sibling => {} // schema.org has no word for it; the original names them all
            }
        }
        Self {
            id: shared.node.clone(),
            identifier: urn(article.id),
            url: shared.page.clone(),
            headline: article.headline.clone(),
            description: description(article),
            image: shared.image.clone(),
            in_language: article.language.clone(),
            date_published: to_rfc3339(&article.published_at),
            date_modified: shared.date_modified.clone(),
            author: shared.authors.clone(),
            publisher: Node::of(&NewsMediaOrganization::id(frontend)),
            is_accessible_for_free: rights.free,
            about: things(about),
            mentions: things(mentions),
            correction: CorrectionComment::all(article, &shared.page),
            has_part: None,
            translation_of_work: original,
            work_translation: translations,
            same_as: article.canonical_url.take(),
            copyright_notice: rights.copyright,
            license: rights.licence.map(License::from),
            potential_action: DonateAction::all(article, frontend),
        }
    }

    /// With its updates, told as a live blog of their own.
    #[must_use]
    pub fn with_live_blog(mut self, id: String) -> Self {
        self.has_part = Some(Node::of(&id));
        self
    }
}

fn related(article: &mut PublicArticle, frontend: &Frontend) -> Vec<String> {
    let picks = take(&mut article.related).into_iter();
    picks
        .map(|pick| RelatedView::new(pick, frontend).url)
        .collect()
}

impl NewsArticle {
    /// The article that this work is.
    pub fn new(work: Work, article: &mut PublicArticle, frontend: &Frontend) -> Self {
        Self {
            main_entity_of_page: MainPage {
                id: work.url.clone(),
                url: work.url.clone(),
                related_link: related(article, frontend),
            },
            article_section: article.section.take().map(|section| section.name),
            word_count: article.word_count,
            work,
        }
    }
}

impl WebPage {
    /// The page that this work is.
    pub fn new(work: Work, article: &mut PublicArticle, frontend: &Frontend) -> Self {
        Self {
            related_link: related(article, frontend),
            work,
        }
    }
}
