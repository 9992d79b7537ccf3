//! Entities as answers show them.

mod versions;

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

pub use self::versions::EntityVersion;
use super::model::{Entity, EntityKind, PublicEntity};
use super::queries::newsroom::Duplicate;
use crate::values::frontend::Frontend;
use crate::values::{Image, ImageSchema, LocalizedName, to_rfc3339};

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
    #[schema(value_type = Option<ImageSchema>, required)]
    image: Box<RawValue>,
    /// Its page on the frontend.
    #[schema(example = "https://example.org/dossiers/havenbedrijf-wendemond")]
    url: String,
    /// How many published articles, pages aside, are about it or mention it.
    #[schema(example = 12, minimum = 0)]
    article_count: i32,
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
            article_count: entity.article_count,
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
    /// Others that go by its name or an alias of it; only in the answer to making one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<DuplicateEntity>, required = false, max_items = 50)]
    duplicates: Option<Vec<DuplicateEntity>>,
}

impl ManagedEntity {
    /// With the others that may be the same.
    #[must_use]
    pub fn beside(mut self, duplicates: Vec<Duplicate>) -> Self {
        self.duplicates = Some(duplicates.into_iter().map(DuplicateEntity::from).collect());
        self
    }
}

/// Another entity that may be the same.
#[derive(Debug, Serialize, ToSchema)]
pub struct DuplicateEntity {
    /// Its id.
    id: Uuid,
    /// What kind of thing it is; only two of one kind can be merged.
    #[schema(value_type = EntityKind)]
    kind: String,
    /// Its name in addresses.
    #[schema(example = "havenbedrijf-wendemond")]
    slug: String,
    /// Its name.
    #[schema(example = "Havenbedrijf Wendemond")]
    name: String,
    /// Those of its names and aliases that the two share, but for case, accents and punctuation.
    #[schema(example = json!(["HBW"]))]
    shared: Vec<String>,
}

impl From<Duplicate> for DuplicateEntity {
    fn from(duplicate: Duplicate) -> Self {
        let entity = duplicate.entity;
        Self {
            id: entity.id,
            kind: entity.kind,
            slug: entity.slug,
            name: entity.name,
            shared: duplicate.shared,
        }
    }
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
            duplicates: None,
        }
    }
}
