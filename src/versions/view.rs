//! Versions as answers show them.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{Heading, KeptVersion};
use crate::values::to_rfc3339;

/// Which version, and who wrote it.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionHeading {
    /// Its number, from 1.
    #[schema(minimum = 1)]
    number: i32,
    /// When it was written.
    #[schema(format = DateTime)]
    created_at: String,
    /// The person that it was written for, as `Kroniek-Actor` told.
    #[schema(required)]
    actor: Option<String>,
    /// The name of the API key that wrote it; null when a command did, or the key is not of this deployment.
    #[schema(required)]
    key: Option<String>,
}

impl From<Heading> for VersionHeading {
    fn from(heading: Heading) -> Self {
        Self {
            number: heading.number,
            created_at: to_rfc3339(&heading.created_at),
            actor: heading.actor,
            key: heading.key,
        }
    }
}

/// A version in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptVersionItem {
    /// Which, and who wrote it.
    #[serde(flatten)]
    heading: VersionHeading,
    /// What it was called; null for what has no name.
    #[schema(required)]
    name: Option<String>,
    /// Whether it is what stands now.
    current: bool,
}

impl KeptVersionItem {
    /// Shapes a version of a thing that is at version `current`.
    pub fn new(version: &KeptVersion, current: i32) -> Self {
        Self {
            name: version.name().map(str::to_owned),
            current: version.heading.number == current,
            heading: version.heading.clone().into(),
        }
    }
}
