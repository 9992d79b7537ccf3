//! What can be asked to be resolved.

use deserr::Deserr;
use utoipa::IntoParams;

use crate::error::{Fault, FaultCode, Faults, Result};

/// A path of the frontend, now or before, with its query where that names the thing.
#[derive(Debug, Clone, Deserr)]
#[deserr(try_from(String) = OldPath::parse -> Fault)]
pub struct OldPath(pub String);

impl OldPath {
    fn parse(text: String) -> Result<Self, Fault> {
        if !text.starts_with('/') || text.len() > 2048 || text.chars().any(char::is_control) {
            return Err(Fault::value(
                FaultCode::InvalidValue,
                "must be a path that begins with /, of at most 2048 bytes",
            ));
        }
        let trimmed = text.trim_end_matches('/');
        Ok(Self(if trimmed.is_empty() {
            "/".to_owned()
        } else {
            trimmed.to_owned()
        }))
    }
}

/// Which path.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ResolvePath {
    /// A path of the frontend, of now or before, or of the site it was imported from.
    #[param(value_type = String, example = "/water/de-haven-slibt-dicht", min_length = 1, max_length = 2048, pattern = "^/")]
    pub path: OldPath,
}
