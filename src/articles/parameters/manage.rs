//! What editors can ask of lists of articles.

use deserr::Deserr;
use utoipa::{IntoParams, ToSchema};

use crate::error::Faults;
use crate::http::Limit;
use crate::http::cursor::Cursor;
use crate::values::{Flag, Line, List};

/// Where an article stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserr, ToSchema)]
#[serde(rename_all = "lowercase")]
#[deserr(error = Faults, rename_all = lowercase)]
pub enum ArticleStatus {
    /// Never published.
    Draft,
    /// Readers see it.
    Published,
    /// Readers saw it; now it answers 410.
    Withdrawn,
}

/// Parameters of the editors' list of articles.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ArticleQuery {
    /// Only those that stand so; several separated by commas.
    #[deserr(default)]
    #[param(value_type = Option<Vec<ArticleStatus>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub status: Option<List<ArticleStatus>>,
    /// Only those whose headline holds this, in any case.
    #[deserr(default)]
    #[param(value_type = Option<String>, min_length = 1, max_length = 100, pattern = r"^[^\x00-\x1F\x7F-\x9F]*[^\s\x00-\x1F\x7F-\x9F][^\x00-\x1F\x7F-\x9F]*$", example = "haven")]
    pub q: Option<Line<100>>,
    /// Only those that are to be published or withdrawn at a time; with `false` only others.
    #[deserr(default)]
    #[param(value_type = Option<bool>)]
    pub scheduled: Option<Flag>,
    /// How many a page: 1 to 100, 20 unless told.
    #[deserr(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 100, example = 20)]
    pub limit: Limit,
    /// Where the page before ended: its `next_cursor`; empty for the beginning.
    #[deserr(default)]
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor>,
}
