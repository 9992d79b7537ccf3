//! Searching lists of management by part of a name.

use deserr::Deserr;
use utoipa::IntoParams;

use super::cursor::Cursor;
use super::page::Limit;
use crate::error::Faults;
use crate::values::Line;

/// Parameters of a list of management.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ManagedList {
    /// Only those whose name holds this, in any case.
    #[deserr(default)]
    #[param(value_type = Option<String>, min_length = 1, max_length = 100, pattern = r"^[^\x00-\x1F\x7F-\x9F]*[^\s\x00-\x1F\x7F-\x9F][^\x00-\x1F\x7F-\x9F]*$", example = "haven")]
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

/// The pattern for ILIKE that finds this text anywhere.
pub fn containing(text: Option<&Line<100>>) -> String {
    let escaped = text
        .map_or("", Line::as_str)
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    format!("%{escaped}%")
}
