//! Translations as answers show them.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::articles::model::PublicTranslation;
use crate::articles::parameters::ArticleStatus;
use crate::articles::queries::newsroom::ManagedTranslation as Row;
use crate::values::frontend::{ArticleAddress, Frontend};

/// The same article in another language.
#[derive(Debug, Serialize, ToSchema)]
pub struct TranslationView {
    /// Its id.
    pub id: Uuid,
    /// Its language (BCP 47), as `hreflang` takes it.
    #[schema(example = "en")]
    pub language: String,
    /// Its slug.
    #[schema(example = "the-harbour-silts-up")]
    slug: String,
    /// Its page on the frontend.
    #[schema(example = "https://example.org/water/the-harbour-silts-up")]
    pub url: String,
    /// Its headline.
    #[schema(example = "The harbour silts up")]
    pub headline: String,
}

impl TranslationView {
    /// Shapes a translation.
    pub fn new(translation: PublicTranslation, frontend: &Frontend) -> Self {
        let url = frontend.article_url(&ArticleAddress {
            id: translation.id,
            slug: &translation.slug,
            section: translation.section.as_deref(),
            language: &translation.language,
            published_at: translation.published_at,
        });
        Self {
            id: translation.id,
            language: translation.language,
            slug: translation.slug,
            url,
            headline: translation.headline,
        }
    }
}

/// The same article in another language, as its working copy stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManagedTranslation {
    /// Its id.
    id: Uuid,
    /// Its slug.
    slug: String,
    /// Its language.
    language: String,
    /// Its headline.
    headline: String,
    /// Where it stands; readers see it only while it is published.
    #[schema(value_type = ArticleStatus)]
    status: String,
    /// Whether it is the original of the group.
    original: bool,
}

impl From<Row> for ManagedTranslation {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            slug: row.slug,
            language: row.language,
            headline: row.headline,
            status: row.status,
            original: row.translation_of.is_none(),
        }
    }
}
