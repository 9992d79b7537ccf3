//! An article for editors.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::public::{EntityReference, SectionReference};
use super::translations::ManagedTranslation;
use crate::articles::model::{Article, ArticleType, Content, DonationChoice, EntityLink, SeoInput};
use crate::articles::parameters::ArticleStatus;
use crate::articles::queries::newsroom::{Names, Summary};
use crate::authors::view::AuthorReference;
use crate::related::view::ManagedRelated;
use crate::values::{Image, ManagedRichText, to_rfc3339};

/// An article in the editors' list: where it stands, and its working copy without its texts.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManagedArticleSummary {
    /// Its id.
    id: Uuid,
    /// Where it stands.
    #[schema(value_type = ArticleStatus)]
    status: String,
    /// The number of its newest version, the working copy.
    version: i32,
    /// How often it was written in all; its ETag names both.
    revision: i32,
    /// The number of the version that readers see, or last saw.
    #[schema(required)]
    published_version: Option<i32>,
    /// Its slug.
    slug: String,
    /// Whether it is an article or a page.
    #[serde(rename = "type")]
    #[schema(value_type = ArticleType)]
    article_type: String,
    /// Its headline.
    headline: String,
    /// Its language.
    language: String,
    /// Its section.
    #[schema(required)]
    section: Option<SectionReference>,
    /// When it was first published.
    #[schema(format = DateTime, required)]
    published_at: Option<String>,
    /// When it was withdrawn.
    #[schema(format = DateTime, required)]
    withdrawn_at: Option<String>,
    /// When its working copy is to be published.
    #[schema(format = DateTime, required)]
    publish_at: Option<String>,
    /// When it is to be withdrawn.
    #[schema(format = DateTime, required)]
    withdraw_at: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When its newest version was saved.
    #[schema(format = DateTime)]
    saved_at: String,
}

pub(super) fn section((id, slug, name): (Uuid, String, String)) -> SectionReference {
    SectionReference { id, slug, name }
}

/// The entities of a version by the names that they have now.
pub(super) fn entities(
    links: &[EntityLink],
    names: Vec<(Uuid, String, String, String)>,
) -> Vec<EntityReference> {
    let named = |(link, (id, slug, name, kind)): (&EntityLink, (Uuid, String, String, String))| {
        Some(EntityReference {
            id,
            slug,
            name,
            kind: kind.parse().ok()?,
            relation: link.relation,
        })
    };
    links.iter().zip(names).filter_map(named).collect()
}

impl From<Summary> for ManagedArticleSummary {
    fn from(row: Summary) -> Self {
        Self {
            id: row.article.id,
            status: row.article.status,
            version: row.article.version,
            revision: row.article.revision,
            published_version: row.article.published_version,
            slug: row.slug,
            article_type: row.article_type,
            headline: row.headline,
            language: row.language,
            section: row.section.map(section),
            published_at: row.article.published_at.as_ref().map(to_rfc3339),
            withdrawn_at: row.article.withdrawn_at.as_ref().map(to_rfc3339),
            publish_at: row.article.publish_at.as_ref().map(to_rfc3339),
            withdraw_at: row.article.withdraw_at.as_ref().map(to_rfc3339),
            created_at: to_rfc3339(&row.article.created_at),
            saved_at: to_rfc3339(&row.article.saved_at),
        }
    }
}

/// An article as editors see it: where it stands, and its working copy.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManagedArticle {
    /// Its id.
    id: Uuid,
    /// Where it stands.
    #[schema(value_type = ArticleStatus)]
    status: String,
    /// The number of its newest version, the working copy.
    version: i32,
    /// How often it was written in all; its ETag names both.
    revision: i32,
    /// The number of the version that readers see, or last saw.
    #[schema(required)]
    published_version: Option<i32>,
    /// Its headline.
    headline: String,
    /// Its slug.
    slug: String,
    /// Whether it is an article or a page.
    #[serde(rename = "type")]
    #[schema(value_type = ArticleType)]
    article_type: String,
    /// Its language.
    language: String,
    /// Its section.
    #[schema(required)]
    section: Option<SectionReference>,
    /// Its authors, in order.
    authors: Vec<AuthorReference>,
    /// Its introduction, with its source.
    #[schema(required)]
    standfirst: Option<ManagedRichText>,
    /// Its text, with its source.
    #[schema(required)]
    body: Option<ManagedRichText>,
    /// Words of its text.
    word_count: i32,
    /// Its picture.
    #[schema(value_type = Option<Image>, required)]
    image: Option<Value>,
    /// Its entities, in order.
    entities: Vec<EntityReference>,
    /// Its picks, in order.
    related: Vec<ManagedRelated>,
    /// Which donation links it shows.
    #[schema(value_type = DonationChoice)]
    donation_links: Value,
    /// The original that it is a translation of.
    #[schema(required)]
    translation_of: Option<Uuid>,
    /// The others of its group of translations, as their working copies stand.
    translations: Vec<ManagedTranslation>,
    /// The address of the original.
    #[schema(required)]
    canonical_url: Option<String>,
    /// What search engines are told.
    #[schema(value_type = Option<SeoInput>, required)]
    seo: Option<Value>,
    /// When it was first published.
    #[schema(format = DateTime, required)]
    published_at: Option<String>,
    /// When it was withdrawn.
    #[schema(format = DateTime, required)]
    withdrawn_at: Option<String>,
    /// Why it was withdrawn.
    #[schema(required)]
    withdrawal_reason: Option<String>,
    /// When its working copy, as it then stands, is to be published.
    #[schema(format = DateTime, required)]
    publish_at: Option<String>,
    /// When it is to be withdrawn.
    #[schema(format = DateTime, required)]
    withdraw_at: Option<String>,
    /// Why what was last scheduled was not done.
    #[schema(required)]
    schedule_failure: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When its newest version was saved.
    #[schema(format = DateTime)]
    saved_at: String,
}

impl ManagedArticle {
    /// Shapes an article, what its working copy holds, and the names in it.
    pub fn new(article: Article, content: Content, names: Names) -> Self {
        Self {
            id: article.id,
            status: article.status,
            version: article.version,
            revision: article.revision,
            published_version: article.published_version,
            slug: content.slug.unwrap_or_default(),
            article_type: content.article_type,
            language: content.language,
            headline: content.headline,
            section: names.section.map(section),
            authors: names
                .authors
                .into_iter()
                .map(AuthorReference::from)
                .collect(),
            word_count: content.body.as_ref().map_or(0, |body| body.word_count),
            standfirst: content.standfirst.map(ManagedRichText::from),
            body: content.body.map(ManagedRichText::from),
            image: content.image,
            entities: entities(&content.entities, names.entities),
            related: names
                .related
                .into_iter()
                .map(ManagedRelated::from)
                .collect(),
            donation_links: content.donation.input(),
            translation_of: content.translation_of,
            translations: names
                .translations
                .into_iter()
                .map(ManagedTranslation::from)
                .collect(),
            canonical_url: content.canonical_url,
            seo: content.seo,
            published_at: article.published_at.as_ref().map(to_rfc3339),
            withdrawn_at: article.withdrawn_at.as_ref().map(to_rfc3339),
            withdrawal_reason: article.withdrawal_reason,
            publish_at: article.publish_at.as_ref().map(to_rfc3339),
            withdraw_at: article.withdraw_at.as_ref().map(to_rfc3339),
            schedule_failure: article.schedule_failure,
            created_at: to_rfc3339(&article.created_at),
            saved_at: to_rfc3339(&article.saved_at),
        }
    }
}
