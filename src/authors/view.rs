//! Authors as answers show them.

mod versions;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

pub use self::versions::AuthorVersion;
use super::model::{Author, PublicAuthor};
use super::queries::newsroom::Byline;
use crate::values::frontend::Frontend;
use crate::values::{
    Image, ImageSchema, LabelledLink, ManagedRichText, Representations, RichTextView, to_rfc3339,
};

/// An author.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuthorView {
    /// The id.
    pub id: Uuid,
    /// The name in addresses.
    #[schema(example = "fenna-loman")]
    slug: String,
    /// The name.
    #[schema(example = "Fenna Loman")]
    pub name: String,
    /// Who it is.
    #[schema(required)]
    biography: Option<RichTextView>,
    /// A portrait.
    #[schema(value_type = Option<ImageSchema>, required)]
    image: Box<RawValue>,
    /// Where else to find them.
    #[schema(value_type = Vec<LabelledLink>)]
    links: Box<RawValue>,
    /// The page on the frontend.
    #[schema(example = "https://example.org/auteurs/fenna-loman")]
    url: String,
}

impl AuthorView {
    /// Shapes an author, the biography in the forms asked for.
    pub fn new(author: PublicAuthor, frontend: &Frontend, forms: Representations) -> Self {
        Self {
            url: frontend.author_url(author.id, &author.slug),
            id: author.id,
            slug: author.slug,
            name: author.name,
            biography: RichTextView::of(
                forms,
                author.biography_html,
                author.biography_blocks,
                author.biography_text,
            ),
            image: author.image,
            links: author.links,
        }
    }
}

/// An author as editors see one.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManagedAuthor {
    /// The id.
    id: Uuid,
    /// How often it was written; its ETag names it.
    version: i32,
    /// The name in addresses.
    slug: String,
    /// The name.
    name: String,
    /// Who it is, with its source.
    #[schema(required)]
    biography: Option<ManagedRichText>,
    /// A portrait.
    #[schema(value_type = Option<Image>, required)]
    image: Option<Value>,
    /// Where else to find them.
    #[schema(value_type = Vec<LabelledLink>)]
    links: Value,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was last written.
    #[schema(format = DateTime)]
    modified_at: String,
}

impl From<Author> for ManagedAuthor {
    fn from(author: Author) -> Self {
        Self {
            id: author.id,
            version: author.version,
            slug: author.slug,
            name: author.name,
            biography: author.biography.map(|text| text.0.into()),
            image: author.image,
            links: author.links,
            created_at: to_rfc3339(&author.created_at),
            modified_at: to_rfc3339(&author.modified_at),
        }
    }
}

/// An author as what names them shows them.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AuthorReference {
    /// The id.
    pub id: Uuid,
    /// The name in addresses.
    #[schema(example = "fenna-loman")]
    pub slug: String,
    /// The name.
    #[schema(example = "Fenna Loman")]
    pub name: String,
}

impl From<Byline> for AuthorReference {
    fn from(byline: Byline) -> Self {
        Self {
            id: byline.id,
            slug: byline.slug,
            name: byline.name,
        }
    }
}
