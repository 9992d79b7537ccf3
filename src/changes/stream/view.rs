//! Events as streams and webhooks show them.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{EventType, PublicEvent};
use crate::updates::view::UpdateView;
use crate::values::Representations;
use crate::values::frontend::{ArticleAddress, Frontend};

/// Something that happened to an article.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventView {
    /// What happened.
    #[serde(rename = "type")]
    pub event: EventType,
    /// The number of the change.
    #[schema(example = 42)]
    pub seq: i64,
    /// When it happened.
    #[schema(format = DateTime)]
    timestamp: String,
    /// What it happened to, as that is now.
    data: EventData,
}

/// What something happened to, as that is now.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventData {
    /// The article.
    article: EventArticleView,
    /// The update that it is about; null when it is about none, and when the article is no longer public.
    #[schema(required)]
    update: Option<UpdateView>,
}

/// The article of an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventArticleView {
    /// Its id.
    id: Uuid,
    /// Its slug.
    #[schema(required, example = "de-haven")]
    slug: Option<String>,
    /// Its page on the frontend; null when it is no longer public.
    #[schema(required, example = "https://example.org/politiek/de-haven")]
    url: Option<String>,
    /// Its headline; null when it is no longer public.
    #[schema(required)]
    headline: Option<String>,
}

impl EventView {
    /// Shapes an event, the update's text in these forms.
    pub fn new(event: PublicEvent, frontend: &Frontend, forms: Representations) -> Self {
        let mut shown = EventArticleView {
            id: event.article_id,
            slug: event.slug,
            url: None,
            headline: None,
        };
        let mut update = None;
        if let Some(article) = event.article {
            let address = ArticleAddress {
                id: event.article_id,
                slug: shown.slug.as_deref().unwrap_or_default(),
                section: article.section.as_deref(),
                language: &article.language,
                published_at: article.published_at,
            };
            shown.url = Some(frontend.article_url(&address));
            shown.headline = Some(article.headline);
            let authors = article.update_authors;
            update = article
                .update
                .map(|update| UpdateView::new(update, &authors, forms));
        }
        Self {
            event: event.event,
            seq: event.seq,
            timestamp: event.at,
            data: EventData {
                article: shown,
                update,
            },
        }
    }
}
