//! Headers of requests, as the document tells them.

use utoipa::IntoParams;

/// The version that a change is based on.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code)]
pub struct IfMatchHeader {
    /// The ETag of the version that the change is based on. Without it the answer is 428, with an old one 412.
    #[param(rename = "If-Match", example = "\"1\"", value_type = String)]
    if_match: String,
}
