//! What can be asked of the list of keys.

use deserr::Deserr;
use utoipa::{IntoParams, ToSchema};

use crate::error::Faults;
use crate::http::Limit;
use crate::http::cursor::Cursor;
use crate::values::{Line, List};

/// Whether a key is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, Deserr, ToSchema)]
#[serde(rename_all = "lowercase")]
#[deserr(error = Faults, rename_all = lowercase)]
pub enum KeyStatus {
    /// It is.
    Active,
    /// Its time is over.
    Expired,
    /// It was revoked.
    Revoked,
}

/// Parameters of the list of keys.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct KeyQuery {
    /// Only those that are so; several separated by commas.
    #[deserr(default)]
    #[param(value_type = Option<Vec<KeyStatus>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub status: Option<List<KeyStatus>>,
    /// Only those whose name holds this, in any case.
    #[deserr(default)]
    #[param(value_type = Option<String>, min_length = 1, max_length = 100, pattern = r"^[^\x00-\x1F\x7F-\x9F]*[^\s\x00-\x1F\x7F-\x9F][^\x00-\x1F\x7F-\x9F]*$", example = "desk")]
    pub q: Option<Line<100>>,
    /// How many a page: 1 to 100, 20 unless told.
    #[deserr(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 100, example = 20)]
    pub limit: Limit,
    /// Where the page before ended: its `next_cursor`; empty for the beginning.
    #[deserr(default)]
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor>,
}
