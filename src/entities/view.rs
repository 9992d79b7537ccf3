//! Entities as answers show them.

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{Entity, EntityKind, PublicEntity};
use crate::values::frontend::Frontend;
use crate::values::{Image, LocalizedName, to_rfc3339};

/// An entity.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntityView {
    /// Its id.
    id: Uuid,
    /// What kind of thing it is.
    kind: EntityKind,
    /// Its name in addresses.
    #[schema(example = "havenbedrijf-wendemond")]
    slug: String,
    /// Its name.
    #[schema(example = "Havenbedrijf Wendemond")]
    name: String,
    /// Its name by language, where it has another.
    names: LocalizedName,
    /// Other names it goes by.
    aliases: Vec<String>,
    /// Who or what it is.
    #[schema(required)]
    description: Option<String>,
    /// The same thing elsewhere.
    same_as: Vec<String>,
    /// A picture.
    #[schema(value_type = Option<Image>, required)]
    image: Box<RawValue>,
    /// Its page on the frontend.
    #[schema(example = "https://example.org/dossiers/havenbedrijf-wendemond")]
    url: String,
}

impl EntityView {
    /// Shapes an entity.
    pub fn new(entity: PublicEntity, frontend: &Frontend) -> Self {
        Self {
            url: frontend.entity_url(entity.id, &entity.slug),
            id: entity.id,
            kind: entity.kind,
            slug: entity.slug,
            name: entity.name,
            names: entity.names,
            aliases: entity.aliases,
            description: entity.description,
            same_as: entity.same_as,
            image: entity.image,
        }
    }
}

/// An entity as editors see one.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManagedEntity {
    /// Its id.
    id: Uuid,
    /// How often it was written; its ETag names it.
    version: i32,
    /// What kind of thing it is.
    #[schema(value_type = EntityKind)]
    kind: String,
    /// Its name in addresses.
    slug: String,
    /// Its name.
    name: String,
    /// Its name by language, where it has another.
    #[schema(value_type = LocalizedName)]
    names: Value,
    /// Other names it goes by.
    aliases: Vec<String>,
    /// Who or what it is.
    #[schema(required)]
    description: Option<String>,
    /// The same thing elsewhere.
    same_as: Vec<String>,
    /// A picture.
    #[schema(value_type = Option<Image>, required)]
    image: Option<Value>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was last written.
    #[schema(format = DateTime)]
    modified_at: String,
}

impl From<Entity> for ManagedEntity {
    fn from(entity: Entity) -> Self {
        Self {
            id: entity.id,
            version: entity.version,
            kind: entity.kind,
            slug: entity.slug,
            name: entity.name,
            names: entity.names,
            aliases: entity.aliases,
            description: entity.description,
            same_as: entity.same_as,
            image: entity.image,
            created_at: to_rfc3339(&entity.created_at),
            modified_at: to_rfc3339(&entity.modified_at),
        }
    }
}
