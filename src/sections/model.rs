//! What a section is.

use chrono::{DateTime, Utc};
use deserr::Deserr;
use diesel::{Queryable, Selectable};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::db::schema::newsroom;
use crate::error::Faults;
use crate::http::conditional::Version;
use crate::publishing::Kind;
use crate::values::{Line, LocalizedName, Prose, Slug};
use crate::versions::model::Owner;

/// A section as an editor writes it.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct SectionInput {
    /// Its name in addresses; made from the name when left out.
    #[deserr(default)]
    #[schema(example = "politiek")]
    pub slug: Option<Slug>,
    /// Its name.
    #[schema(example = "Politiek")]
    pub name: Line<200>,
    /// Its name by language, where it has another; `name` stands for the rest.
    #[deserr(default)]
    #[schema(required = false)]
    pub names: LocalizedName,
    /// What it is about.
    #[deserr(default)]
    pub description: Option<Prose<2000>>,
    /// Where it stands in the menu; equal ones by name. 0 unless told.
    #[deserr(default)]
    #[schema(example = 1)]
    pub position: Option<i32>,
}

/// A section as kept.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = newsroom::sections, check_for_backend(diesel::pg::Pg))]
pub struct Section {
    /// Its id.
    pub id: Uuid,
    /// How often it was written.
    pub version: i32,
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its name by language.
    pub names: serde_json::Value,
    /// What it is about.
    pub description: Option<String>,
    /// Where it stands in the menu.
    pub position: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last written.
    pub modified_at: DateTime<Utc>,
}

impl Section {
    /// Its version, as its ETag names it.
    pub fn version(&self) -> Version {
        Version::single(self.version)
    }

    /// Whose its versions are.
    pub fn owner(&self) -> Owner {
        Owner {
            kind: Kind::Section,
            id: self.id,
        }
    }

    /// What an editor would send to make it as it is.
    pub fn input(&self) -> serde_json::Value {
        serde_json::json!({"slug": self.slug, "name": self.name, "names": self.names, "description": self.description, "position": self.position})
    }
}

/// A section as readers may see it.
#[derive(Debug, Deserialize)]
pub struct PublicSection {
    /// Its id.
    pub id: Uuid,
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its name by language.
    pub names: LocalizedName,
    /// What it is about.
    pub description: Option<String>,
    /// Where it stands in the menu.
    pub position: i32,
}
