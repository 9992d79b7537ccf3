//! What a partner may read.

use chrono::{DateTime, Utc};
use deserr::Deserr;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::error::Faults;

/// How much of each text a partner may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[serde(rename_all = "lowercase")]
#[deserr(error = Faults, rename_all = lowercase)]
pub enum ContractText {
    /// All of it.
    Full,
    /// How it begins: 300 characters at most, and never more than half of it.
    Excerpt,
}

impl ContractText {
    /// What is stored so; of what this version does not know, no more than an excerpt may be read.
    pub fn stored(name: &str) -> Self {
        match name {
            "full" => Self::Full,
            _ => Self::Excerpt,
        }
    }

    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Excerpt => "excerpt",
        }
    }
}

/// What of the publication a partner may read. Where several things are asked of an article, all must hold; within a list, any.
#[derive(Debug, Clone)]
pub struct Contract {
    /// The partner's id.
    pub id: Uuid,
    /// Only articles in these sections.
    pub sections: Option<Vec<Uuid>>,
    /// Only articles in these languages, or a variety of one of them.
    pub languages: Option<Vec<String>>,
    /// Only articles with one of these entities. One that was merged since counts as what it now is.
    pub entities: Option<Vec<Uuid>>,
    /// How much of each text.
    pub text: ContractText,
    /// Whether pictures come along.
    pub media: bool,
    /// How long an article is held back after its first publication; 0 for not at all.
    pub embargo_seconds: i32,
    /// Up to which first publication the newsroom has released, where articles are held back: what delivery shows is that or more.
    pub released_until: Option<DateTime<Utc>>,
    /// Counts the changes of all of this: cursors of before no longer hold.
    pub terms: i32,
    /// Since when it lets them read this.
    pub since: DateTime<Utc>,
    /// What may be done with what is read.
    pub licence: Option<String>,
}
