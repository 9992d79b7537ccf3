//! A text that an update had.

use serde_json::{Value, json};
use uuid::Uuid;

use super::Concern;
use crate::values::RichText;
use crate::versions::model::Heading;

/// A text that an update had, or has.
#[derive(Debug)]
pub struct TextVersion {
    /// Which, and who wrote it.
    pub heading: Heading,
    /// What it did to its article.
    pub kind: String,
    /// Its own headline.
    pub headline: Option<String>,
    /// Its text.
    pub body: RichText,
    /// What of its article's text it concerned.
    pub concerns: Option<Concern>,
    /// Who wrote it, in order.
    pub author_ids: Vec<Uuid>,
}

impl TextVersion {
    /// What an editor would send to make the text as it was.
    pub fn input(&self) -> Value {
        json!({"kind": self.kind, "headline": self.headline, "body": self.body.input(), "authors": self.author_ids, "concerns": self.concerns})
    }
}
