//! Updates as answers show them.

mod versions;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

pub use self::versions::{UpdateVersion, UpdateVersionItem, side};
use super::model::{Concern, PublicUpdate, Update, UpdateKind};
use crate::authors::queries::newsroom::Byline;
use crate::authors::view::AuthorReference;
use crate::values::{ManagedRichText, Representations, RichTextView, to_rfc3339};

/// An update. A retracted one keeps its place, date and reason; its text is gone.
#[derive(Debug, Serialize, ToSchema)]
pub struct UpdateView {
    /// Its id.
    id: Uuid,
    /// Its number: 1, 2, 3 … in the order shown.
    #[schema(minimum = 1)]
    pub number: i32,
    /// The fragment that leads to it: a frontend gives it this `id`, and every other place that links to it counts on that.
    #[schema(example = "u7f3f2a52")]
    anchor: String,
    /// What it does to its article.
    pub kind: UpdateKind,
    /// Its own headline.
    #[schema(required)]
    headline: Option<String>,
    /// Its text; null when retracted.
    #[schema(required)]
    body: Option<RichTextView>,
    /// Who wrote it, in order.
    authors: Vec<AuthorReference>,
    /// What of the article's text it concerns; null when retracted.
    #[schema(required)]
    concerns: Option<Concern>,
    /// When it was published.
    #[schema(format = DateTime)]
    published_at: String,
    /// When its text last changed after it was shown.
    #[schema(format = DateTime, required)]
    revised_at: Option<String>,
    /// When it was retracted.
    #[schema(format = DateTime, required)]
    retracted_at: Option<String>,
    /// Why it was retracted.
    #[schema(required)]
    retraction_reason: Option<String>,
}

impl UpdateView {
    /// Shapes an update; `authors` holds the names of all who wrote updates of the article.
    pub fn new(update: PublicUpdate, authors: &[AuthorReference], forms: Representations) -> Self {
        let names = update
            .author_ids
            .iter()
            .filter_map(|id| authors.iter().find(|author| author.id == *id).cloned())
            .collect();
        Self {
            id: update.id,
            number: update.number,
            anchor: Update::anchor(update.id),
            kind: update.kind,
            headline: update.headline,
            body: RichTextView::of(forms, update.html, update.blocks, update.text),
            authors: names,
            concerns: update.concerns,
            published_at: update.published_at,
            revised_at: update.revised_at,
            retracted_at: update.retracted_at,
            retraction_reason: update.retraction_reason,
        }
    }
}

/// Where an update stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum UpdateState {
    /// Only editors see it.
    Draft,
    /// Readers see it.
    Shown,
    /// Readers see that it was there, and why it is gone.
    Retracted,
}

/// An update as editors see one.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManagedUpdate {
    /// Its id.
    id: Uuid,
    /// Its article.
    article_id: Uuid,
    /// Which version its text is.
    version: i32,
    /// How often it was written in all; its ETag names both.
    revision: i32,
    /// Its number, once shown.
    #[schema(required)]
    number: Option<i32>,
    /// Where it stands.
    state: UpdateState,
    /// What it does to its article.
    #[schema(value_type = UpdateKind)]
    kind: String,
    /// Its own headline.
    #[schema(required)]
    headline: Option<String>,
    /// Its text, with its source.
    body: ManagedRichText,
    /// Who wrote it, in order.
    authors: Vec<AuthorReference>,
    /// What of the article's text it concerns.
    #[schema(required)]
    concerns: Option<Concern>,
    /// When it was published, or is said to have been.
    #[schema(format = DateTime, required)]
    published_at: Option<String>,
    /// When its text last changed after it was shown.
    #[schema(format = DateTime, required)]
    revised_at: Option<String>,
    /// When it was retracted.
    #[schema(format = DateTime, required)]
    retracted_at: Option<String>,
    /// Why it was retracted.
    #[schema(required)]
    retraction_reason: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
}

impl ManagedUpdate {
    /// Shapes an update and the names of its authors.
    pub fn new(update: Update, authors: Vec<Byline>) -> Self {
        let concerns = update.concern();
        Self {
            id: update.id,
            article_id: update.article_id,
            version: update.version,
            revision: update.revision,
            number: update.number,
            state: match update.state.as_str() {
                "shown" => UpdateState::Shown,
                "retracted" => UpdateState::Retracted,
                _ => UpdateState::Draft,
            },
            kind: update.kind,
            headline: update.headline,
            body: update.body.0.into(),
            authors: authors.into_iter().map(AuthorReference::from).collect(),
            concerns,
            published_at: update.published_at.as_ref().map(to_rfc3339),
            revised_at: update.revised_at.as_ref().map(to_rfc3339),
            retracted_at: update.retracted_at.as_ref().map(to_rfc3339),
            retraction_reason: update.retraction_reason,
            created_at: to_rfc3339(&update.created_at),
        }
    }
}
