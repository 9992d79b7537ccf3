//! Related articles as answers show them.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{PublicRelated, RelatedOrigin};
use super::queries::newsroom::ManagedPick;
use crate::values::frontend::{ArticleAddress, Frontend};
use crate::values::to_rfc3339;

/// A related article, or a page elsewhere.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelatedView {
    /// The article's id; null for a page elsewhere.
    #[schema(required)]
    id: Option<Uuid>,
    /// The article's slug; null for a page elsewhere.
    #[schema(required, example = "zout-op-de-aardappel")]
    slug: Option<String>,
    /// Its address.
    #[schema(example = "https://example.org/water/zout-op-de-aardappel")]
    pub url: String,
    /// Its headline, or the title of a page elsewhere.
    #[schema(example = "Zout op de aardappel")]
    headline: String,
    /// When the article was first published.
    #[schema(format = DateTime, required)]
    published_at: Option<String>,
    /// Where the link comes from.
    origin: RelatedOrigin,
}

impl RelatedView {
    /// Shapes a pick.
    pub fn new(related: PublicRelated, frontend: &Frontend) -> Self {
        let url = match (related.id, &related.slug, related.published_at) {
            (Some(id), Some(slug), Some(published_at)) => frontend.article_url(&ArticleAddress {
                id,
                slug,
                section: related.section.as_deref(),
                language: related
                    .language
                    .as_deref()
                    .unwrap_or(&frontend.default_language),
                published_at,
            }),
            _ => related.url.unwrap_or_default(),
        };
        Self {
            origin: if related.id.is_some() {
                RelatedOrigin::Editor
            } else {
                RelatedOrigin::Outside
            },
            id: related.id,
            slug: related.slug,
            url,
            headline: related.headline,
            published_at: related.published_at.as_ref().map(to_rfc3339),
        }
    }

    /// Shapes a suggestion.
    pub fn suggested(related: PublicRelated, frontend: &Frontend) -> Self {
        Self {
            origin: RelatedOrigin::Suggested,
            ..Self::new(related, frontend)
        }
    }
}

/// A pick as editors see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManagedRelated {
    /// The article picked; null for a page elsewhere.
    #[schema(required)]
    article: Option<PickedArticle>,
    /// The address of a page elsewhere.
    #[schema(required)]
    url: Option<String>,
    /// The title of a page elsewhere.
    #[schema(required)]
    title: Option<String>,
}

/// An article picked, as its working copy stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct PickedArticle {
    /// Its id.
    id: Uuid,
    /// Its slug.
    slug: String,
    /// Its headline.
    headline: String,
    /// `draft`, `published` or `withdrawn`; readers see it only while it is published.
    status: String,
}

impl From<ManagedPick> for ManagedRelated {
    fn from(pick: ManagedPick) -> Self {
        let article = match (pick.article_id, pick.slug, pick.headline, pick.status) {
            (Some(id), Some(slug), Some(headline), Some(status)) => Some(PickedArticle {
                id,
                slug,
                headline,
                status,
            }),
            _ => None,
        };
        Self {
            article,
            url: pick.url,
            title: pick.title,
        }
    }
}
