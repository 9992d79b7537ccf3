//! What can be asked to be resolved.

use deserr::Deserr;
use utoipa::IntoParams;

use crate::error::Faults;
use crate::values::AskedPath;

/// Which path.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ResolvePath {
    /// A path of the frontend, of now or before, or of the site it was imported from; or a whole address below the site's `public_url`. A slash at its end, a query and a fragment do not matter, unless the query names the thing, as in `/?p=12`.
    #[param(value_type = String, example = "/water/de-haven-slibt-dicht", min_length = 1, max_length = 2048, pattern = "^(/|[hH][tT][tT][pP][sS]?://)")]
    pub path: AskedPath,
}
