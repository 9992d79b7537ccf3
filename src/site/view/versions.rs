//! Versions of the site for editors.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::site::model::SiteInput;
use crate::versions::model::KeptVersion;
use crate::versions::view::VersionHeading;

/// A version of the site, whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct SiteVersion {
    /// Which, and who wrote it.
    #[serde(flatten)]
    heading: VersionHeading,
    /// Whether it is what stands now.
    current: bool,
    /// What it said, as an editor would send it.
    #[serde(flatten)]
    #[schema(value_type = SiteInput)]
    content: Value,
    /// The donation links that hung on it, in order.
    #[schema(value_type = Vec<Uuid>)]
    donation_links: Value,
}

impl SiteVersion {
    /// Shapes a version of what is at version `current`.
    pub fn new(mut version: KeptVersion, current: i32) -> Self {
        Self {
            current: version.heading.number == current,
            heading: version.heading.clone().into(),
            donation_links: version.take_links(),
            content: version.content,
        }
    }
}
