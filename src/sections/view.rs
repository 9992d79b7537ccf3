//! Sections as answers show them.

mod versions;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

pub use self::versions::SectionVersion;
use super::model::{PublicSection, Section};
use crate::values::frontend::Frontend;
use crate::values::{LocalizedName, to_rfc3339};

/// A section.
#[derive(Debug, Serialize, ToSchema)]
pub struct SectionView {
    /// Its id.
    id: Uuid,
    /// Its name in addresses.
    #[schema(example = "politiek")]
    slug: String,
    /// Its name.
    #[schema(example = "Politiek")]
    name: String,
    /// Its name by language, where it has another.
    names: LocalizedName,
    /// What it is about.
    #[schema(required)]
    description: Option<String>,
    /// Where it stands in the menu.
    position: i32,
    /// Its page on the frontend.
    #[schema(example = "https://example.org/politiek")]
    url: String,
}

impl SectionView {
    /// Shapes a section.
    pub fn new(section: PublicSection, frontend: &Frontend) -> Self {
        let url = frontend.section_url(section.id, &section.slug);
        Self {
            id: section.id,
            slug: section.slug,
            name: section.name,
            names: section.names,
            description: section.description,
            position: section.position,
            url,
        }
    }
}

/// A section as editors see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManagedSection {
    /// Its id.
    id: Uuid,
    /// How often it was written; its ETag names it.
    version: i32,
    /// Its name in addresses.
    slug: String,
    /// Its name.
    name: String,
    /// Its name by language, where it has another.
    #[schema(value_type = LocalizedName)]
    names: Value,
    /// What it is about.
    #[schema(required)]
    description: Option<String>,
    /// Where it stands in the menu.
    position: i32,
    /// The donation links that hang on it, in order.
    donation_links: Vec<Uuid>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was last written.
    #[schema(format = DateTime)]
    modified_at: String,
}

impl ManagedSection {
    /// Shapes a section and what hangs on it.
    pub fn new(section: &Section, donation_links: Vec<Uuid>) -> Self {
        Self {
            id: section.id,
            version: section.version,
            slug: section.slug.clone(),
            name: section.name.clone(),
            names: section.names.clone(),
            description: section.description.clone(),
            position: section.position,
            donation_links,
            created_at: to_rfc3339(&section.created_at),
            modified_at: to_rfc3339(&section.modified_at),
        }
    }
}
