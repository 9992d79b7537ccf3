//! An article for readers.

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::translations::TranslationView;
use crate::articles::model::{
    ArticleType, PublicArticle, PublicEntityLink, PublicSectionLink, SeoInput,
};
use crate::articles::selection::{Field, Include, Selection};
use crate::authors::view::AuthorReference;
use crate::donation_links::view::DonationLinkView;
use crate::entities::model::{EntityKind, Relation};
use crate::entities::view::EntityView;
use crate::related::view::RelatedView;
use crate::updates::view::UpdateView;
use crate::values::frontend::{ArticleAddress, Frontend};
use crate::values::{ImageSchema, RichTextView, to_rfc3339};

/// A heading of a text.
#[derive(ToSchema)]
#[schema(as = OutlineItem)]
#[allow(dead_code)]
pub struct OutlineSchema {
    /// 2 to 6.
    #[schema(minimum = 2, maximum = 6)]
    level: u8,
    /// What it says.
    #[schema(example = "Wat nu")]
    text: String,
    /// The fragment that leads to it.
    #[schema(example = "wat-nu")]
    anchor: String,
}

/// A section as what stands in it shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SectionReference {
    /// Its id.
    pub id: Uuid,
    /// Its slug.
    #[schema(example = "politiek")]
    pub slug: String,
    /// Its name.
    #[schema(example = "Politiek")]
    pub name: String,
}

impl From<PublicSectionLink> for SectionReference {
    fn from(section: PublicSectionLink) -> Self {
        Self {
            id: section.id,
            slug: section.slug,
            name: section.name,
        }
    }
}

/// An entity as an article shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntityReference {
    /// Its id.
    pub id: Uuid,
    /// Its slug.
    #[schema(example = "havenbedrijf-wendemond")]
    pub slug: String,
    /// Its name.
    #[schema(example = "Havenbedrijf Wendemond")]
    pub name: String,
    /// What kind of thing it is.
    pub kind: EntityKind,
    /// How the article refers to it.
    pub relation: Relation,
}

/// Entities grouped for display, each group in the article's order.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct EntitiesByKind {
    /// Persons.
    people: Vec<EntityReference>,
    /// Organisations.
    organisations: Vec<EntityReference>,
    /// Places.
    places: Vec<EntityReference>,
    /// Topics.
    topics: Vec<EntityReference>,
    /// Events.
    events: Vec<EntityReference>,
    /// Works.
    works: Vec<EntityReference>,
}

impl From<Vec<PublicEntityLink>> for EntitiesByKind {
    fn from(links: Vec<PublicEntityLink>) -> Self {
        let mut groups = Self::default();
        for link in links {
            let group = match link.kind {
                EntityKind::Person => &mut groups.people,
                EntityKind::Organisation => &mut groups.organisations,
                EntityKind::Place => &mut groups.places,
                EntityKind::Topic => &mut groups.topics,
                EntityKind::Event => &mut groups.events,
                EntityKind::Work => &mut groups.works,
            };
            group.push(EntityReference {
                id: link.id,
                slug: link.slug,
                name: link.name,
                kind: link.kind,
                relation: link.relation,
            });
        }
        groups
    }
}

/// An article or page. What `fields`, `include` and `body` leave out is absent; `id` and `slug` are always there.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArticleView {
    /// Its id.
    id: Uuid,
    /// Its slug.
    #[schema(example = "de-haven-slibt-dicht")]
    slug: String,
    /// Whether it is an article or a page.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = ArticleType, required = false)]
    article_type: Option<ArticleType>,
    /// Its page on the frontend.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "https://example.org/water/de-haven-slibt-dicht")]
    url: Option<String>,
    /// Its headline.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "De haven slibt dicht")]
    headline: Option<String>,
    /// Its language (BCP 47).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "nl")]
    language: Option<String>,
    /// Its introduction.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<RichTextView>, required = false)]
    standfirst: Option<Option<RichTextView>>,
    /// Its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<RichTextView>, required = false)]
    body: Option<Option<RichTextView>>,
    /// Its section.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<SectionReference>, required = false)]
    section: Option<Option<SectionReference>>,
    /// Its authors, in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<AuthorReference>, required = false)]
    authors: Option<Vec<AuthorReference>>,
    /// Its picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ImageSchema>, required = false)]
    image: Option<Box<RawValue>>,
    /// What search engines are told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<SeoInput>, required = false)]
    seo: Option<Box<RawValue>>,
    /// The address of the original, where this is not it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false)]
    canonical_url: Option<Option<String>>,
    /// Words of its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, required = false, example = 812)]
    word_count: Option<i32>,
    /// Minutes to read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, required = false, example = 4)]
    reading_minutes: Option<i32>,
    /// Its headings.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<OutlineSchema>, required = false)]
    outline: Option<Box<RawValue>>,
    /// When it was first published; never changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = DateTime, required = false)]
    published_at: Option<String>,
    /// The newest update that is shown and not retracted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, required = false)]
    last_update_at: Option<Option<String>>,
    /// Any change that readers can see, a typo included.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = DateTime, required = false)]
    modified_at: Option<String>,
    /// Whether it has updates.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false)]
    has_updates: Option<bool>,
    /// How many updates it has, retracted ones too.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, required = false, example = 1)]
    update_count: Option<i32>,
    /// How many of them are corrections that are not retracted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, required = false, example = 0)]
    correction_count: Option<i32>,
    /// Its updates, in order: the first 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<UpdateView>, required = false)]
    updates: Option<Vec<UpdateView>>,
    /// When it has more than the 100 shown here: the `after_number` with which its `/updates` goes on; else null.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i32>, required = false)]
    updates_after_number: Option<Option<i32>>,
    /// Its entities, grouped for display.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = EntitiesByKind, required = false)]
    entities: Option<EntitiesByKind>,
    /// Its picked related articles, in order; only those that are published.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<RelatedView>, required = false)]
    related: Option<Vec<RelatedView>>,
    /// Its effective donation links: its own, else its section's, else the site's; none when switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<DonationLinkView>, required = false)]
    donation_links: Option<Vec<DonationLinkView>>,
    /// Its translations that are published, ready for `hreflang`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<TranslationView>, required = false)]
    translations: Option<Vec<TranslationView>>,
    /// The slugs it had before; each redirects here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<String>, required = false)]
    aliases: Option<Vec<String>>,
}

/// An entity with its newest articles.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntityPage {
    #[serde(flatten)]
    entity: EntityView,
    /// The newest published articles that are about it or mention it, as the list of articles shows them; at most 10.
    #[schema(max_items = 10)]
    articles: Vec<ArticleView>,
}

impl EntityPage {
    /// An entity and its newest articles.
    pub fn new(entity: EntityView, articles: Vec<ArticleView>) -> Self {
        Self { entity, articles }
    }
}

impl ArticleView {
    /// Shapes an article as far as it was asked for.
    pub fn new(article: PublicArticle, frontend: &Frontend, selection: &Selection) -> Self {
        let (has, includes) = (
            |field| selection.has(field),
            |relation| selection.includes(relation),
        );
        let forms = selection.forms;
        let url = has(Field::Url).then(|| address(&article, frontend));
        let languages = [
            article.language.as_str(),
            frontend.default_language.as_str(),
        ];
        let donation_links = article
            .donation_links
            .into_iter()
            .map(|link| DonationLinkView::new(link, &languages))
            .collect();
        let last_shown = article.updates.last().map_or(0, |update| update.number);
        let more = (last_shown < article.update_count).then_some(last_shown);
        let updates: Vec<UpdateView> = article
            .updates
            .into_iter()
            .map(|update| UpdateView::new(update, &article.update_authors, forms))
            .collect();
        let related = article
            .related
            .into_iter()
            .map(|pick| RelatedView::new(pick, frontend))
            .collect();
        let translations = article
            .translations
            .into_iter()
            .map(|translation| TranslationView::new(translation, frontend))
            .collect();
        Self {
            id: article.id,
            slug: article.slug,
            article_type: has(Field::Type).then_some(article.article_type),
            url,
            headline: has(Field::Headline).then_some(article.headline),
            standfirst: has(Field::Standfirst).then(|| {
                RichTextView::of(
                    forms,
                    article.standfirst_html,
                    article.standfirst_blocks,
                    article.standfirst_text,
                )
            }),
            body: has(Field::Body).then(|| {
                RichTextView::of(
                    forms,
                    article.body_html,
                    article.body_blocks,
                    article.body_text,
                )
            }),
            section: includes(Include::Section)
                .then(|| article.section.map(SectionReference::from)),
            authors: includes(Include::Authors).then_some(article.authors),
            image: has(Field::Image).then_some(article.image),
            seo: has(Field::Seo).then_some(article.seo),
            canonical_url: has(Field::CanonicalUrl).then_some(article.canonical_url),
            word_count: has(Field::WordCount).then_some(article.word_count),
            reading_minutes: has(Field::ReadingMinutes).then_some(article.reading_minutes),
            outline: article.outline.filter(|_| has(Field::Outline)),
            published_at: has(Field::PublishedAt).then(|| to_rfc3339(&article.published_at)),
            last_update_at: has(Field::LastUpdateAt)
                .then(|| article.last_update_at.as_ref().map(to_rfc3339)),
            modified_at: has(Field::ModifiedAt).then(|| to_rfc3339(&article.modified_at)),
            has_updates: has(Field::HasUpdates).then_some(article.update_count > 0),
            update_count: has(Field::UpdateCount).then_some(article.update_count),
            correction_count: has(Field::CorrectionCount).then_some(article.correction_count),
            updates_after_number: includes(Include::Updates).then_some(more),
            updates: includes(Include::Updates).then_some(updates),
            entities: includes(Include::Entities).then(|| article.entities.into()),
            related: includes(Include::Related).then_some(related),
            donation_links: includes(Include::DonationLinks).then_some(donation_links),
            translations: includes(Include::Translations).then_some(translations),
            aliases: includes(Include::Aliases).then_some(article.aliases),
            language: has(Field::Language).then_some(article.language),
        }
    }
}

/// Its page on the frontend.
pub(in crate::articles) fn address(article: &PublicArticle, frontend: &Frontend) -> String {
    frontend.article_url(&ArticleAddress {
        id: article.id,
        slug: &article.slug,
        section: article
            .section
            .as_ref()
            .map(|section| section.slug.as_str()),
        language: &article.language,
        published_at: article.published_at,
    })
}
