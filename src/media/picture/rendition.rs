//! Renditions: a picture in another size, whole or cropped around its focal point.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{PixelType, ResizeOptions, Resizer};
use image::{DynamicImage, RgbImage, RgbaImage};

use super::{Flaw, Format, decode, encode};
use crate::values::FocalPoint;

/// The shape of a crop: so many to so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    across: u32,
    down: u32,
}

impl Ratio {
    /// Every shape, with its name in addresses.
    pub const ALL: [(&'static str, Ratio); 4] = [
        ("1x1", Ratio { across: 1, down: 1 }),
        ("4x3", Ratio { across: 4, down: 3 }),
        ("3x2", Ratio { across: 3, down: 2 }),
        (
            "16x9",
            Ratio {
                across: 16,
                down: 9,
            },
        ),
    ];

    /// The shape of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, ratio)| *ratio)
    }

    /// Its name in addresses.
    pub fn name(self) -> &'static str {
        let named = Self::ALL.iter().find(|(_, ratio)| *ratio == self);
        named.map_or("", |(name, _)| name)
    }
}

/// The height of a picture of these sides at another width: as the database reckons it.
pub fn height_at(width: u32, height: u32, at: u32) -> u32 {
    let (width, height, at) = (u64::from(width.max(1)), u64::from(height), u64::from(at));
    let reckoned = (2 * height * at + width) / (2 * width);
    u32::try_from(reckoned).unwrap_or(u32::MAX).max(1)
}

/// What is cut out of a picture, and how large that becomes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    left: f64,
    top: f64,
    across: f64,
    down: f64,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

impl Size {
    /// The whole picture of these sides at a width.
    pub fn whole((width, height): (u32, u32), at: u32) -> Self {
        Self {
            left: 0.0,
            top: 0.0,
            across: width.into(),
            down: height.into(),
            width: at,
            height: height_at(width, height, at),
        }
    }

    /// As much of it as a shape holds, as near to the focal point as its edges let. None where the crop is not that wide.
    pub fn cropped(
        (width, height): (u32, u32),
        (ratio, around): (Ratio, FocalPoint),
        at: u32,
    ) -> Option<Self> {
        let shape = f64::from(ratio.across) / f64::from(ratio.down);
        let (full_across, full_down) = (f64::from(width), f64::from(height));
        let across = full_across.min(full_down * shape);
        let down = full_down.min(full_across / shape);
        if f64::from(at) > across {
            return None;
        }
        Some(Self {
            left: (around.x * full_across - across / 2.0).clamp(0.0, full_across - across),
            top: (around.y * full_down - down / 2.0).clamp(0.0, full_down - down),
            across,
            down,
            width: at,
            height: height_at(ratio.across, ratio.down, at),
        })
    }
}

/// Makes a rendition of a kept file, as a file of another format. Of a picture that moves it shows the first frame.
///
/// # Errors
/// The file is not what was kept.
pub fn make(
    file: &[u8],
    (from, to): (Format, Format),
    size: Size,
    pixels: u64,
) -> Result<Vec<u8>, Flaw> {
    let (picture, profile) = decode(file, from, pixels)?;
    let small = resize(picture, size)?;
    encode::rendition(&small, to, profile)
}

fn resize(picture: DynamicImage, size: Size) -> Result<DynamicImage, Flaw> {
    let (width, height) = (picture.width(), picture.height());
    let seen_through = picture.color().has_alpha();
    let (pixels, kind) = if seen_through {
        (picture.into_rgba8().into_raw(), PixelType::U8x4)
    } else {
        (picture.into_rgb8().into_raw(), PixelType::U8x3)
    };
    let source = ImageRef::new(width, height, &pixels, kind).map_err(|_| Flaw::Broken)?;
    let mut target = Image::new(size.width, size.height, kind);
    let options = ResizeOptions::new().crop(size.left, size.top, size.across, size.down);
    let resized = Resizer::new().resize(&source, &mut target, &options);
    resized.map_err(|_| Flaw::Broken)?;
    let pixels = target.into_vec();
    let made = if seen_through {
        RgbaImage::from_raw(size.width, size.height, pixels).map(DynamicImage::from)
    } else {
        RgbImage::from_raw(size.width, size.height, pixels).map(DynamicImage::from)
    };
    made.ok_or(Flaw::Broken)
}
