//! Preview links as editors see them.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{Preview, Token};
use crate::values::to_rfc3339;

/// A preview link.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManagedPreview {
    /// Its id.
    id: Uuid,
    /// The article that it shows.
    article: Uuid,
    /// The version that it shows; null for the working copy as it stands whenever it is looked at.
    #[schema(required)]
    version: Option<i32>,
    /// The drafted update that it shows along.
    #[schema(required)]
    update: Option<Uuid>,
    /// Where it is read, without a key. Who has this address sees the draft.
    #[schema(example = "https://api.example.org/v1/preview/x7Ft…")]
    url: String,
    /// The last part of that address, for a frontend of your own that reads it.
    token: String,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it ends by itself.
    #[schema(format = DateTime)]
    expires_at: String,
    /// The person that it was made for.
    #[schema(required)]
    actor: Option<String>,
}

impl ManagedPreview {
    /// The link that this token opens; `link` makes a path of this API an address.
    pub fn new(preview: Preview, token: &Token, link: impl FnOnce(&str) -> String) -> Self {
        Self {
            id: preview.id,
            article: preview.article_id,
            version: preview.version,
            update: preview.update_id,
            url: link(&format!("/v1/preview/{}", token.as_str())),
            token: token.as_str().to_owned(),
            created_at: to_rfc3339(&preview.created_at),
            expires_at: to_rfc3339(&preview.expires_at),
            actor: preview.actor,
        }
    }
}
