//! Pictures and links with a label.

use deserr::{Deserr, ValuePointerRef};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Id, Line, WebUrl};
use crate::error::{Fault, FaultCode, Faults};

/// A picture: one on the web by its `url`, or one that was uploaded by its `media`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields, validate = one_picture -> Fault)]
pub struct Image {
    /// Its address, of one on the web.
    #[deserr(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<WebUrl>,
    /// The id of one that was uploaded. What is not told here of its text, caption and credit is told by the upload; its size it tells itself.
    #[deserr(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<Id>,
    /// What it shows, for those who can't see it.
    #[deserr(default)]
    pub alt: Option<Line<500>>,
    /// Its caption.
    #[deserr(default)]
    pub caption: Option<Line<1000>>,
    /// Who made it.
    #[deserr(default)]
    pub credit: Option<Line<300>>,
    /// Its width in pixels.
    #[deserr(default)]
    #[schema(minimum = 0, example = 1600)]
    pub width: Option<u32>,
    /// Its height in pixels.
    #[deserr(default)]
    #[schema(minimum = 0, example = 900)]
    pub height: Option<u32>,
}

impl Image {
    /// A picture on the web, of which nothing else is told.
    pub fn at(url: WebUrl) -> Self {
        Self {
            url: Some(url),
            media: None,
            alt: None,
            caption: None,
            credit: None,
            width: None,
            height: None,
        }
    }
}

fn one_picture(image: Image, _: ValuePointerRef<'_>) -> Result<Image, Fault> {
    one_of(image.url.is_some(), image.media.is_some()).map(|()| image)
}

/// The site's mark: a picture on the web by its `url`, or one that was uploaded by its `media`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields, validate = one_mark -> Fault)]
pub struct Logo {
    /// Its address, of one on the web.
    #[deserr(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<WebUrl>,
    /// The id of one that was uploaded.
    #[deserr(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<Id>,
    /// What it shows.
    #[deserr(default)]
    pub alt: Option<Line<500>>,
}

fn one_mark(logo: Logo, _: ValuePointerRef<'_>) -> Result<Logo, Fault> {
    one_of(logo.url.is_some(), logo.media.is_some()).map(|()| logo)
}

fn one_of(url: bool, media: bool) -> Result<(), Fault> {
    let detail = match (url, media) {
        (true, true) => "must have either url or media, not both; set the other to null",
        (false, false) => {
            "must have url, the address of a picture on the web, or media, the id of one that was uploaded"
        }
        _ => return Ok(()),
    };
    Err(Fault::value(FaultCode::InvalidValue, detail))
}

/// A picture as readers get one. Of one that was uploaded, `url` is a size that suits a page, and the fields from `media` on are there. Addresses
/// are whole where `KRONIEK_API_URL` is set, else paths of this API.
#[derive(ToSchema)]
#[schema(as = PublicImage)]
#[allow(dead_code)] // its JSON is made in the database, by the door
pub struct ImageSchema {
    /// Its address.
    #[schema(
        format = "uri-reference",
        max_length = 2048,
        example = "https://example.org/haven.jpg"
    )]
    url: String,
    /// What it shows, for those who can't see it.
    alt: Option<String>,
    /// Its caption.
    caption: Option<String>,
    /// Who made it.
    credit: Option<String>,
    /// The width, in pixels, of what `url` leads to.
    #[schema(minimum = 0, example = 1600)]
    width: Option<u32>,
    /// Its height in pixels.
    #[schema(minimum = 0, example = 900)]
    height: Option<u32>,
    /// The id of the upload.
    #[schema(required = false)]
    media: Option<Uuid>,
    /// The sizes that it is offered in, for the attribute `srcset` of an `<img>`; null when there is but one.
    #[schema(required = false)]
    srcset: Option<String>,
    /// The same sizes one by one, the smallest first; the last is the picture as it was uploaded.
    #[schema(required = false)]
    renditions: Vec<RenditionSchema>,
    /// A URI template (RFC 6570) of its crops: `ratio` is 1x1, 4x3, 3x2 or 16x9, `format` webp, jpg or png, and `width` one of the widths of
    /// `renditions`, up to that of the crop.
    #[schema(required = false)]
    crop_template: Option<String>,
    /// What its crops keep in view; null for the middle.
    #[schema(required = false)]
    focal_point: Option<FocalPoint>,
}

/// A picture in one size.
#[derive(ToSchema)]
#[schema(as = Rendition)]
#[allow(dead_code)]
pub struct RenditionSchema {
    /// Its address. What is there never changes.
    #[schema(format = "uri-reference")]
    url: String,
    /// Its width in pixels.
    #[schema(minimum = 1)]
    width: u32,
    /// Its height in pixels.
    #[schema(minimum = 1)]
    height: u32,
    /// Its media type.
    #[serde(rename = "type")]
    #[schema(example = "image/webp")]
    media_type: String,
}

/// A point of a picture, from its upper left corner: thousandths count.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct FocalPoint {
    /// How far right: 0 is the left edge, 1 the right.
    #[schema(minimum = 0, maximum = 1, example = 0.5)]
    #[deserr(try_from(f64) = within -> Fault)]
    pub x: f64,
    /// How far down: 0 is the upper edge, 1 the lower.
    #[schema(minimum = 0, maximum = 1, example = 0.3)]
    #[deserr(try_from(f64) = within -> Fault)]
    pub y: f64,
}

fn within(share: f64) -> Result<f64, Fault> {
    if (0.0..=1.0).contains(&share) {
        return Ok(share);
    }
    let detail = "must be a number from 0 to 1";
    Err(Fault::value(FaultCode::InvalidValue, detail))
}

impl FocalPoint {
    /// The middle.
    pub const MIDDLE: Self = Self { x: 0.5, y: 0.5 };

    /// Reads `x,y`.
    ///
    /// # Errors
    /// Anything but two numbers from 0 to 1.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let number = |part: &str| within(part.trim().parse().unwrap_or(f64::NAN)).ok();
        let point = text.split_once(',').and_then(|(x, y)| {
            Some(Self {
                x: number(x)?,
                y: number(y)?,
            })
        });
        let detail = "must be two numbers from 0 to 1, such as 0.5,0.3";
        point.ok_or_else(|| Fault::value(FaultCode::InvalidValue, detail))
    }

    /// As kept: thousandths of the width and of the height.
    pub fn thousandths(self) -> (i16, i16) {
        // Within 0 and 1000.
        (
            (self.x * 1000.0).round() as i16,
            (self.y * 1000.0).round() as i16,
        )
    }

    /// From what is kept.
    pub fn of_thousandths(x: i16, y: i16) -> Self {
        Self {
            x: f64::from(x) / 1000.0,
            y: f64::from(y) / 1000.0,
        }
    }
}

/// A link with a label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct LabelledLink {
    /// What to call it.
    #[schema(example = "Mastodon")]
    pub label: Line<100>,
    /// Where it leads.
    pub url: WebUrl,
}
