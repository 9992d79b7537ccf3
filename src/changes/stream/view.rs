//! Events as streams and webhooks show them.

use bytes::Bytes;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::entry::framed;
use super::model::{EventType, PublicEvent};
use super::position::EventId;
use crate::notices::view::NoticeView;
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
    /// Under a contract, what partners are told with it: that it is taken back or corrected. Else it is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<NoticeView>,
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
                notice: event.notice.as_ref().map(NoticeView::from),
            },
        }
    }
}

/// A ticket to a stream.
#[derive(Debug, Serialize, ToSchema)]
pub struct StreamTicket {
    /// The ticket, for the parameter `ticket` of the stream.
    #[schema(example = "R29lZCB2b29yIMOpw6luIG1pbnV1dA")]
    pub ticket: String,
    /// Until when a stream can be opened with it.
    #[schema(format = DateTime)]
    pub expires_at: String,
}

/// That a stream can't go on from where the client was: what it keeps must be read anew.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResetView {
    /// Always `reset`.
    #[serde(rename = "type")]
    kind: ResetType,
    /// The number of the change that the stream goes on from.
    #[schema(example = 42)]
    seq: i64,
}

/// The type of a reset.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ResetType {
    /// The stream goes on from elsewhere.
    Reset,
}

/// A reset as it is sent: from here on.
pub fn reset(from: EventId) -> Bytes {
    let view = ResetView {
        kind: ResetType::Reset,
        seq: from.seq.number,
    };
    let json = serde_json::to_vec(&view).unwrap_or_default();
    framed(from, "reset", json)
}
