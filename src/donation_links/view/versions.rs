//! Versions of a donation link for editors.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::donation_links::model::DonationLinkInput;
use crate::versions::model::KeptVersion;
use crate::versions::view::VersionHeading;

/// A version of a donation link, whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct DonationLinkVersion {
    /// Which, and who wrote it.
    #[serde(flatten)]
    heading: VersionHeading,
    /// Whether it is what stands now.
    current: bool,
    /// What it said, as an editor would send it.
    #[serde(flatten)]
    #[schema(value_type = DonationLinkInput)]
    content: Value,
}

impl DonationLinkVersion {
    /// Shapes a version of one that is at version `current`.
    pub fn new(version: KeptVersion, current: i32) -> Self {
        Self {
            current: version.heading.number == current,
            heading: version.heading.clone().into(),
            content: version.content,
        }
    }
}
