//! What can be asked of the site.

use deserr::Deserr;
use utoipa::IntoParams;

use crate::error::Faults;
use crate::values::{List, Representation};

/// Parameters of the site.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GetSite {
    /// The forms of rich text, separated by commas: html unless told.
    #[deserr(default)]
    #[param(value_type = Option<Vec<Representation>>, explode = false, style = Form, min_items = 1, max_items = 100)]
    pub body: Option<List<Representation>>,
}
