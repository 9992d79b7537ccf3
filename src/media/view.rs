//! Pictures as answers show them to editors.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{Media, Use};
use crate::values::{FocalPoint, to_rfc3339};

/// A picture as editors see one.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManagedMedia {
    /// Its id.
    id: Uuid,
    /// How often what is told of it was written; its ETag names it.
    version: i32,
    /// The media type of its file, told by its content.
    #[serde(rename = "type")]
    #[schema(example = "image/jpeg")]
    media_type: String,
    /// Its width in pixels.
    #[schema(minimum = 1, example = 4000)]
    width: i32,
    /// Its height in pixels.
    #[schema(minimum = 1, example = 3000)]
    height: i32,
    /// The size of its file in bytes.
    #[schema(minimum = 1)]
    bytes: i64,
    /// Whether it moves. Its renditions show the first frame.
    animated: bool,
    /// The widths that it is offered in, in pixels.
    widths: Vec<i32>,
    /// What its file was called.
    #[schema(required, example = "haven.jpg")]
    file_name: Option<String>,
    /// Where it was fetched from, if it was.
    #[schema(required)]
    source_url: Option<String>,
    /// What it shows, where its use does not say otherwise.
    #[schema(required)]
    alt: Option<String>,
    /// Its caption, likewise.
    #[schema(required)]
    caption: Option<String>,
    /// Who made it, likewise; as its metadata told when nobody else did.
    #[schema(required)]
    credit: Option<String>,
    /// What its crops keep in view; null for the middle.
    #[schema(required)]
    focal_point: Option<FocalPoint>,
    /// Its file for editors, at this API.
    #[schema(example = "/v1/manage/media/7f3f2a52-6c1e-4e0a-9d58-0a4b2b9f5a11/file")]
    file: String,
    /// Where readers find it, at this API, once something published uses it. In a text, `media:` and its id stand for that.
    #[schema(example = "/v1/media/7f3f2a52-6c1e-4e0a-9d58-0a4b2b9f5a11/large")]
    public_path: String,
    /// When it was uploaded.
    #[schema(format = DateTime)]
    created_at: String,
    /// When what is told of it was last written.
    #[schema(format = DateTime)]
    modified_at: String,
}

impl From<Media> for ManagedMedia {
    fn from(media: Media) -> Self {
        Self {
            focal_point: media.focal_point(),
            file: format!("/v1/manage/media/{}/file", media.id),
            public_path: format!("/v1/media/{}/large", media.id),
            id: media.id,
            version: media.version,
            media_type: media.mime,
            width: media.width,
            height: media.height,
            bytes: media.bytes,
            animated: media.animated,
            widths: media.widths,
            file_name: media.file_name,
            source_url: media.source_url,
            alt: media.alt,
            caption: media.caption,
            credit: media.credit,
            created_at: to_rfc3339(&media.created_at),
            modified_at: to_rfc3339(&media.modified_at),
        }
    }
}

/// Something that uses a picture.
#[derive(Debug, Serialize, ToSchema)]
pub struct MediaUse {
    /// What kind of thing it is: `site`, `author`, `entity` or `article`.
    #[serde(rename = "type")]
    #[schema(example = "article")]
    kind: String,
    /// Its id; null of the site.
    #[schema(required)]
    id: Option<Uuid>,
    /// Its slug; null of the site.
    #[schema(required, example = "de-haven-slibt-dicht")]
    slug: Option<String>,
    /// What it is called.
    #[schema(example = "De haven slibt dicht")]
    title: String,
    /// Whether readers see the picture there.
    published: bool,
    /// Whether it is used there now: in the working copy of an article, or an update that is not retracted. Else only earlier versions use it.
    current: bool,
}

impl From<Use> for MediaUse {
    fn from(used: Use) -> Self {
        Self {
            kind: used.kind,
            id: used.id,
            slug: used.slug,
            title: used.title,
            published: used.published,
            current: used.current,
        }
    }
}
