//! Notices as kept.

use chrono::{DateTime, Utc};
use deserr::Deserr;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::error::Faults;
use crate::values::Prose;

/// What a notice tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum NoticeKind {
    /// The article was withdrawn: remove every copy.
    Kill,
    /// An update that corrects it was shown: show it wherever the article is.
    Correction,
    /// One of its updates was retracted: remove its text.
    Retraction,
}

impl NoticeKind {
    /// What is stored so; what this version does not know is to be taken down.
    pub fn stored(name: &str) -> Self {
        match name {
            "correction" => Self::Correction,
            "retraction" => Self::Retraction,
            _ => Self::Kill,
        }
    }

    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::Correction => "correction",
            Self::Retraction => "retraction",
        }
    }
}

/// A notice as a partner is told it with a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// Its id.
    pub id: Uuid,
    /// The article.
    pub article_id: Uuid,
    /// The number of the change that tells it.
    pub seq: i64,
    /// What it tells, as stored.
    pub kind: String,
    /// The number of the update, of corrections and retractions.
    pub update_number: Option<i32>,
    /// What partners are told.
    pub text: Option<String>,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// The section that the article stood in until then.
    pub section_id: Option<Uuid>,
    /// Whether the partner had read the article before it.
    pub has_read: bool,
}

/// A notice as one partner has it.
#[derive(Debug, Clone)]
pub struct PartnerNotice {
    /// Its id.
    pub id: Uuid,
    /// The article.
    pub article_id: Uuid,
    /// What it tells, as stored.
    pub kind: String,
    /// The number of the update, of corrections and retractions.
    pub update_number: Option<i32>,
    /// What partners are told.
    pub text: Option<String>,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// When the partner acknowledged it.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// What the partner had to say to it.
    pub note: Option<String>,
}

/// An acknowledgement.
#[derive(Debug, Default, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct AcknowledgementInput {
    /// What there is to say to it, for the publisher.
    #[deserr(default)]
    #[schema(example = "Van de site gehaald om 14.05 uur.")]
    pub note: Option<Prose<1000>>,
}
