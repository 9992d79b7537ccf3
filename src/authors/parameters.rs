//! What can be asked of authors.

use deserr::Deserr;
use utoipa::IntoParams;

use crate::error::Faults;
use crate::http::Limit;
use crate::http::cursor::Cursor;
use crate::values::{List, Representation};

/// Parameters of a list of authors.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListAuthors {
    /// The forms of rich text, separated by commas: html unless told.
    #[deserr(default)]
    #[param(value_type = Option<Vec<Representation>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub body: Option<List<Representation>>,
    /// How many a page: 1 to 100, 20 unless told.
    #[deserr(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 100, example = 20)]
    pub limit: Limit,
    /// Where the page before ended: its `next_cursor`; empty for the beginning.
    #[deserr(default)]
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor>,
}

/// Parameters of one author.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GetAuthor {
    /// The forms of rich text, separated by commas: html unless told.
    #[deserr(default)]
    #[param(value_type = Option<Vec<Representation>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub body: Option<List<Representation>>,
}
