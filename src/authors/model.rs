//! What an author is.

use chrono::{DateTime, Utc};
use deserr::Deserr;
use diesel::{Queryable, Selectable};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::db::Stored;
use crate::db::schema::newsroom;
use crate::error::Faults;
use crate::http::conditional::Version;
use crate::publishing::Kind;
use crate::values::{
    Image, LabelledLink, Line, RichText, RichTextInput, RichTextUpTo, Short, Slug, UpTo,
};
use crate::versions::model::Owner;

/// An author as an editor writes one.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct AuthorInput {
    /// The name in addresses; made from the name when left out.
    #[deserr(default)]
    #[schema(example = "fenna-loman")]
    pub slug: Option<Slug>,
    /// The name.
    #[schema(example = "Fenna Loman")]
    pub name: Line<200>,
    /// Who it is.
    #[deserr(default)]
    #[schema(value_type = Option<RichTextInput>)]
    pub biography: Option<RichTextUpTo<Short>>,
    /// A portrait.
    #[deserr(default)]
    pub image: Option<Image>,
    /// Where else to find them; at most 50.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<LabelledLink>>, max_items = 50)]
    pub links: Option<UpTo<LabelledLink, 50>>,
}

/// An author as kept.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = newsroom::authors, check_for_backend(diesel::pg::Pg))]
pub struct Author {
    /// The id.
    pub id: Uuid,
    /// How often it was written.
    pub version: i32,
    /// The name in addresses.
    pub slug: String,
    /// The name.
    pub name: String,
    /// Who it is.
    pub biography: Option<Stored<RichText>>,
    /// A portrait.
    pub image: Option<Value>,
    /// Where else to find them.
    pub links: Value,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last written.
    pub modified_at: DateTime<Utc>,
}

impl Author {
    /// Its version, as its ETag names it.
    pub fn version(&self) -> Version {
        Version::single(self.version)
    }

    /// Whose its versions are.
    pub fn owner(&self) -> Owner {
        Owner {
            kind: Kind::Author,
            id: self.id,
        }
    }

    /// What an editor would send to make it as it is.
    pub fn input(&self) -> Value {
        serde_json::json!({
            "slug": self.slug,
            "name": self.name,
            "biography": self.biography.as_ref().map(|text| text.0.input()),
            "image": self.image,
            "links": self.links,
        })
    }
}

/// An author as readers may see one.
#[derive(Debug, Deserialize)]
pub struct PublicAuthor {
    /// The id.
    pub id: Uuid,
    /// The name in addresses.
    pub slug: String,
    /// The name.
    pub name: String,
    /// Who it is, as HTML.
    pub biography_html: Option<Box<RawValue>>,
    /// Who it is, as blocks.
    pub biography_blocks: Option<Box<RawValue>>,
    /// Who it is, as plain text.
    pub biography_text: Option<Box<RawValue>>,
    /// A portrait.
    pub image: Box<RawValue>,
    /// Where else to find them.
    pub links: Box<RawValue>,
}
