//! How the site's feeds are written.

use deserr::Deserr;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::error::Faults;

/// How much of an article stands in feeds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[serde(rename_all = "lowercase")]
#[deserr(error = Faults, rename_all = lowercase)]
pub enum FeedText {
    /// All of it.
    #[default]
    Full,
    /// The introduction, else how the text begins; and how the newest update begins.
    Summary,
}

/// How feeds are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[serde(default)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct FeedSettings {
    /// How much of each article stands in them; `full` unless told.
    #[deserr(default)]
    #[schema(default = "full", required = false)]
    pub text: FeedText,
    /// Whether what asks for support stands at the foot of each article; it does unless told.
    #[deserr(default = true)]
    #[schema(default = true, required = false)]
    pub donation_call: bool,
}

impl Default for FeedSettings {
    fn default() -> Self {
        Self {
            text: FeedText::Full,
            donation_call: true,
        }
    }
}

impl FeedSettings {
    /// As they are kept; what is not told is as it is unless told.
    pub fn stored(kept: &Value) -> Self {
        Self::deserialize(kept).unwrap_or_default()
    }
}
