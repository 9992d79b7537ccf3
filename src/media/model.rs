//! What a picture is.

use chrono::{DateTime, Utc};
use deserr::Deserr;
use diesel::{Queryable, Selectable};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::picture::Format;
use crate::db::schema::newsroom;
use crate::error::Faults;
use crate::http::conditional::Version;
use crate::values::{FocalPoint, Line, WebUrl};

/// What is told of a picture, where its use does not say otherwise.
#[derive(Debug, Default, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct MediaInput {
    /// What it shows, for those who can't see it.
    #[deserr(default)]
    #[schema(example = "Een baggerschip voor de kade")]
    pub alt: Option<Line<500>>,
    /// Its caption.
    #[deserr(default)]
    pub caption: Option<Line<1000>>,
    /// Who made it.
    #[deserr(default)]
    pub credit: Option<Line<300>>,
    /// What its crops keep in view; the middle unless told.
    #[deserr(default)]
    pub focal_point: Option<FocalPoint>,
}

/// A picture to be fetched from the web.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct FetchInput {
    /// Where it is: an address of the public internet that leads to the file itself.
    pub url: WebUrl,
    /// What it shows, for those who can't see it.
    #[deserr(default)]
    pub alt: Option<Line<500>>,
    /// Its caption.
    #[deserr(default)]
    pub caption: Option<Line<1000>>,
    /// Who made it; what its metadata tells unless told.
    #[deserr(default)]
    pub credit: Option<Line<300>>,
    /// What its crops keep in view; the middle unless told.
    #[deserr(default)]
    pub focal_point: Option<FocalPoint>,
}

impl FetchInput {
    /// Where it is, and what is told of it.
    pub fn apart(self) -> (WebUrl, MediaInput) {
        let told = MediaInput {
            alt: self.alt,
            caption: self.caption,
            credit: self.credit,
            focal_point: self.focal_point,
        };
        (self.url, told)
    }
}

/// A picture to be uploaded, as a form.
#[derive(ToSchema)]
#[allow(dead_code)] // read part by part
pub struct UploadForm {
    /// The file: a JPEG, PNG, WebP or GIF.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
    /// What it shows, for those who can't see it.
    #[schema(max_length = 500)]
    alt: Option<String>,
    /// Its caption.
    #[schema(max_length = 1000)]
    caption: Option<String>,
    /// Who made it; what its metadata tells unless told.
    #[schema(max_length = 300)]
    credit: Option<String>,
    /// What its crops keep in view, as two numbers from 0 to 1, from the left and from the top; the middle unless told.
    #[schema(example = "0.5,0.3")]
    focal_point: Option<String>,
}

/// A picture that has been read, and may have been kept.
#[derive(Debug)]
pub struct Taken {
    /// SHA-256 of the file as it came, in hexadecimal digits.
    pub source_digest: String,
    /// What is told of it.
    pub told: MediaInput,
    /// What it was called.
    pub file_name: Option<String>,
    /// Where it was fetched from.
    pub source_url: Option<String>,
    /// The file that was kept; none when there was one of the same bytes already.
    pub file: Option<NewFile>,
}

/// A file that was kept for a picture that is about to be.
#[derive(Debug)]
pub struct NewFile {
    /// The id that it is kept under.
    pub id: Uuid,
    /// Its format.
    pub format: Format,
    /// Its width in pixels.
    pub width: i32,
    /// Its height in pixels.
    pub height: i32,
    /// Its size in bytes.
    pub bytes: i64,
    /// SHA-256 of it, in hexadecimal digits.
    pub digest: String,
    /// Whether it moves.
    pub animated: bool,
    /// The widths that it is offered in.
    pub widths: Vec<i32>,
    /// Who made it, as its metadata told.
    pub credit: Option<String>,
}

/// A picture as the newsroom keeps it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = newsroom::media, check_for_backend(diesel::pg::Pg))]
pub struct Media {
    /// Its id.
    pub id: Uuid,
    /// How often it was written.
    pub version: i32,
    /// The media type of its file.
    pub mime: String,
    /// Its width in pixels.
    pub width: i32,
    /// Its height in pixels.
    pub height: i32,
    /// The size of its file in bytes.
    pub bytes: i64,
    /// SHA-256 of its file.
    pub digest: String,
    /// Whether it moves.
    pub animated: bool,
    /// The widths that it is offered in.
    pub widths: Vec<i32>,
    /// What its file was called.
    pub file_name: Option<String>,
    /// Where it was fetched from.
    pub source_url: Option<String>,
    /// What it shows.
    pub alt: Option<String>,
    /// Its caption.
    pub caption: Option<String>,
    /// Who made it.
    pub credit: Option<String>,
    /// Thousandths of its width from the left.
    pub focal_x: Option<i16>,
    /// Thousandths of its height from the top.
    pub focal_y: Option<i16>,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
    /// When what is told of it was last written.
    pub modified_at: DateTime<Utc>,
}

impl Media {
    /// Its version, as its ETag names it.
    pub fn version(&self) -> Version {
        Version::single(self.version)
    }

    /// What its crops keep in view, where that was told.
    pub fn focal_point(&self) -> Option<FocalPoint> {
        let (x, y) = self.focal_x.zip(self.focal_y)?;
        Some(FocalPoint::of_thousandths(x, y))
    }

    /// What an editor would send to tell of it what is told.
    pub fn input(&self) -> Value {
        json!({
            "alt": self.alt,
            "caption": self.caption,
            "credit": self.credit,
            "focal_point": self.focal_point(),
        })
    }

    /// What its files are made from.
    pub fn kept(&self) -> Kept {
        Kept {
            id: self.id,
            mime: self.mime.clone(),
            width: self.width.unsigned_abs(),
            height: self.height.unsigned_abs(),
            bytes: self.bytes.unsigned_abs(),
            digest: self.digest.clone(),
            animated: self.animated,
            widths: self
                .widths
                .iter()
                .map(|width| width.unsigned_abs())
                .collect(),
            focal_x: self.focal_x,
            focal_y: self.focal_y,
        }
    }
}

/// A kept picture, as far as its files go. Also what readers may know of it.
#[derive(Debug, Clone, Deserialize)]
pub struct Kept {
    /// Its id.
    pub id: Uuid,
    /// The media type of its file.
    pub mime: String,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// The size of its file in bytes.
    pub bytes: u64,
    /// SHA-256 of its file.
    pub digest: String,
    /// Whether it moves.
    pub animated: bool,
    /// The widths that it is offered in.
    pub widths: Vec<u32>,
    /// Thousandths of its width from the left.
    pub focal_x: Option<i16>,
    /// Thousandths of its height from the top.
    pub focal_y: Option<i16>,
}

impl Kept {
    /// What its crops keep in view, in thousandths.
    pub fn focus(&self) -> (i16, i16) {
        self.focal_x
            .zip(self.focal_y)
            .unwrap_or_else(|| FocalPoint::MIDDLE.thousandths())
    }

    /// The width that suits a page, where it is offered in one.
    pub fn usual_width(&self) -> Option<u32> {
        const USUAL: u32 = 1280;
        let widths = self.widths.iter().copied().filter(|width| *width <= USUAL);
        widths.max().filter(|_| !self.animated)
    }
}

/// Something that uses a picture.
#[derive(Debug)]
pub struct Use {
    /// `site`, `author`, `entity` or `article`.
    pub kind: String,
    /// Its id; none of the site.
    pub id: Option<Uuid>,
    /// Its slug; none of the site.
    pub slug: Option<String>,
    /// What it is called.
    pub title: String,
    /// Whether readers see it there.
    pub published: bool,
    /// Whether the newest of it uses it: the working copy of an article, or a text of one of its updates that is not retracted.
    pub current: bool,
}
