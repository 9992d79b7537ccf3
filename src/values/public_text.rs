//! How much of a text its reader may have.

use deserr::Deserr;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::Faults;

/// How much of a text anyone may read. What partners read, their contract tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[serde(rename_all = "lowercase")]
#[deserr(error = Faults, rename_all = lowercase)]
pub enum PublicText {
    /// All of it.
    #[default]
    Full,
    /// How it begins: 300 characters at most, and never more than half of it.
    Excerpt,
    /// Nothing of it; headline and introduction stay.
    None,
}

impl PublicText {
    /// What is stored so; of what this version does not know, nothing may be read.
    pub fn stored(name: &str) -> Self {
        let all = [Self::Full, Self::Excerpt];
        let known = all.into_iter().find(|text| text.as_str() == name);
        known.unwrap_or(Self::None)
    }

    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Excerpt => "excerpt",
            Self::None => "none",
        }
    }
}
