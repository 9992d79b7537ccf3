//! Versions of an author for editors.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::authors::model::AuthorInput;
use crate::versions::model::KeptVersion;
use crate::versions::view::VersionHeading;

/// A version of an author, whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuthorVersion {
    /// Which, and who wrote it.
    #[serde(flatten)]
    heading: VersionHeading,
    /// Whether it is what stands now.
    current: bool,
    /// What it said, as an editor would send it.
    #[serde(flatten)]
    #[schema(value_type = AuthorInput)]
    content: Value,
}

impl AuthorVersion {
    /// Shapes a version of one that is at version `current`.
    pub fn new(version: KeptVersion, current: i32) -> Self {
        Self {
            current: version.heading.number == current,
            heading: version.heading.clone().into(),
            content: version.content,
        }
    }
}
