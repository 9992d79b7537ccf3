//! What can be asked of entities.

use deserr::Deserr;
use utoipa::IntoParams;

use super::model::EntityKind;
use crate::error::Faults;
use crate::http::Limit;
use crate::http::cursor::Cursor;
use crate::values::{Line, List};

/// Parameters of a list of entities.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListEntities {
    /// Only these kinds, separated by commas.
    #[deserr(default)]
    #[param(value_type = Option<Vec<EntityKind>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub kind: Option<List<EntityKind>>,
    /// Only those of which a name or alias, or a later word of one, begins so, whatever the case, accents and punctuation; those with a name that
    /// is just this come first, then those with the most articles.
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
