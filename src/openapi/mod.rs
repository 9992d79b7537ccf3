//! The OpenAPI document: generated from the code, committed, served.
//!
//! Handlers declare what is theirs: parameters, bodies, the answer, the conflicts that they can meet. What holds for every operation of a kind is
//! added here, from what the operation is: see [`complete`].

mod answers;
mod complete;
mod examples;
mod headers;

pub use complete::complete;
pub use headers::IfMatchHeader;

/// Where the document is committed.
pub const COMMITTED: &str = "openapi/kroniek.json";

/// The document as text, as committed and served.
///
/// # Errors
/// None in practice: the document is plain data.
pub fn text(document: &utoipa::openapi::OpenApi) -> crate::error::Result<String> {
    let mut text = serde_json::to_string_pretty(document).map_err(crate::error::Error::internal)?;
    text.push('\n');
    Ok(text)
}
