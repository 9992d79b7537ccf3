//! What can be asked of items.

use deserr::Deserr;
use utoipa::IntoParams;

use crate::error::Faults;
use crate::http::Limit;
use crate::http::cursor::Cursor;

/// How to read on.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListItems {
    /// How many a page: 1 to 100, 20 unless told.
    #[deserr(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 100, example = 20)]
    pub limit: Limit,
    /// The `next_cursor` of the answer before; empty for the beginning.
    #[deserr(default)]
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor>,
}
