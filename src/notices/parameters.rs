//! What can be asked of notices, and of what partners hold.

use deserr::Deserr;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::error::Faults;
use crate::http::Limit;
use crate::http::cursor::Cursor;
use crate::values::{Flag, Id, Reference};

/// Parameters of a partner's list of notices.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListNotices {
    /// Only those that you have acknowledged, or have not.
    #[deserr(default)]
    #[param(value_type = Option<bool>)]
    pub acknowledged: Option<Flag>,
    /// How many a page: 1 to 100, 20 unless told.
    #[deserr(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 100, example = 20)]
    pub limit: Limit,
    /// Where the page before ended: its `next_cursor`; empty for the beginning.
    #[deserr(default)]
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor>,
}

/// How what a partner holds of an article stands to what it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[serde(rename_all = "lowercase")]
#[deserr(error = Faults, rename_all = lowercase)]
pub enum Holding {
    /// It is the same.
    Current,
    /// The article has changed since.
    Outdated,
    /// The article was corrected since, or an update of it was retracted.
    Uncorrected,
    /// The article was withdrawn since.
    Withdrawn,
}

impl Holding {
    /// What is told so.
    pub fn told(name: &str) -> Self {
        match name {
            "current" => Self::Current,
            "outdated" => Self::Outdated,
            "uncorrected" => Self::Uncorrected,
            _ => Self::Withdrawn,
        }
    }

    /// As shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Outdated => "outdated",
            Self::Uncorrected => "uncorrected",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Parameters of the report of what partners hold.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportQuery {
    /// Only this partner, by their id.
    #[deserr(default)]
    #[param(value_type = Option<Id>)]
    pub partner: Option<Id>,
    /// Only this article, by slug or id.
    #[deserr(default)]
    #[param(value_type = Option<Reference>)]
    pub article: Option<Reference>,
    /// Only what stands so. A page may then hold fewer than asked for, or none, and still have a next one.
    #[deserr(default)]
    #[param(value_type = Option<Holding>)]
    pub holding: Option<Holding>,
    /// How many a page: 1 to 100, 20 unless told.
    #[deserr(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 100, example = 20)]
    pub limit: Limit,
    /// Where the page before ended: its `next_cursor`; empty for the beginning.
    #[deserr(default)]
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor>,
}
