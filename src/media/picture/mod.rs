//! Pictures as bytes: told by their content, looked at before they are decoded, rid of what they tell beside what they show, turned upright,
//! made smaller. Knows nothing of the database, the store or HTTP. All of it is work for a processor: call it off the threads that answer.

mod credit;
mod encode;
mod exif;
mod flaw;
mod rendition;
mod strip;

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader};

pub use self::flaw::Flaw;
pub use self::rendition::{Ratio, Size, height_at, make};

/// What is kept of pictures, by content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    Webp,
    /// GIF.
    Gif,
}

impl Format {
    /// Every format, with its media type and the ending of its files.
    const ALL: [(Format, &'static str, &'static str); 4] = [
        (Format::Jpeg, "image/jpeg", "jpg"),
        (Format::Png, "image/png", "png"),
        (Format::Webp, "image/webp", "webp"),
        (Format::Gif, "image/gif", "gif"),
    ];

    /// Its media type.
    pub fn mime(self) -> &'static str {
        let named = Self::ALL.iter().find(|(format, ..)| *format == self);
        named.map_or("", |(_, mime, _)| mime)
    }

    /// The ending of its files.
    pub fn extension(self) -> &'static str {
        let named = Self::ALL.iter().find(|(format, ..)| *format == self);
        named.map_or("", |(.., extension)| extension)
    }

    /// The format of a media type.
    pub fn of_mime(mime: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(_, known, _)| *known == mime);
        found.map(|(format, ..)| *format)
    }

    /// The format of a file's ending.
    pub fn of_extension(extension: &str) -> Option<Self> {
        let extension = extension.to_ascii_lowercase();
        let extension = match extension.as_str() {
            "jpeg" | "jpe" | "jfif" => "jpg",
            "apng" => "png",
            other => other,
        };
        let found = Self::ALL.iter().find(|(.., known)| *known == extension);
        found.map(|(format, ..)| *format)
    }

    fn codec(self) -> ImageFormat {
        match self {
            Self::Jpeg => ImageFormat::Jpeg,
            Self::Png => ImageFormat::Png,
            Self::Webp => ImageFormat::WebP,
            Self::Gif => ImageFormat::Gif,
        }
    }

    /// What a file is by its first bytes.
    fn of_content(bytes: &[u8]) -> Option<Self> {
        let is_webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            _ if bytes.starts_with(b"\x89PNG\r\n\x1a\n") => Some(Self::Png),
            _ if is_webp => Some(Self::Webp),
            _ if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") => Some(Self::Gif),
            _ => None,
        }
    }
}

/// A picture that can be kept.
#[derive(Debug)]
pub struct Prepared {
    /// The file: the picture, upright, with its colour profile and nothing else.
    pub bytes: Vec<u8>,
    /// Its format.
    pub format: Format,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// Whether it moves.
    pub animated: bool,
    /// Who made it, or whose the rights are, as its metadata told.
    pub credit: Option<String>,
}

/// Prepares a file for keeping. What it tells of place, time, camera and software goes; the name of who made it is told apart. A picture that
/// lies on its side is turned and written anew; any other keeps every pixel as it is.
///
/// `name` is what the file was called: its ending must not tell of another format. At most `pixels` are decoded.
///
/// # Errors
/// See [`Flaw`].
pub fn prepare(source: &[u8], name: Option<&str>, pixels: u64) -> Result<Prepared, Flaw> {
    let format = Format::of_content(source).ok_or_else(|| Flaw::unknown(source))?;
    check_name(format, name)?;
    let parts = strip::strip(format, source)?;
    parts.check(source)?;
    let (width, height) = sides(&parts.kept, format, pixels)?;
    let told = parts.exif.as_deref().map(exif::Told::read);
    let credit = credit::of(&parts, told.as_ref());
    let orientation = told.map_or(Orientation::NoTransforms, |told| told.orientation);
    let (mut picture, profile) = decode(&parts.kept, format, pixels)?;
    let prepared = Prepared {
        bytes: parts.kept,
        format,
        width,
        height,
        animated: parts.animated,
        credit,
    };
    if orientation == Orientation::NoTransforms || parts.animated {
        return Ok(prepared);
    }
    picture.apply_orientation(orientation);
    Ok(Prepared {
        width: picture.width(),
        height: picture.height(),
        bytes: encode::original(&picture, format, profile)?,
        ..prepared
    })
}

fn check_name(format: Format, name: Option<&str>) -> Result<(), Flaw> {
    let Some((_, ending)) = name.and_then(|name| name.rsplit_once('.')) else {
        return Ok(());
    };
    let telling = ending.len() <= 5 && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !telling || Format::of_extension(ending) == Some(format) {
        return Ok(());
    }
    Err(Flaw::Name(format))
}

/// The longest side that every format can be written with: WebP's (RFC 9649, section 2.6).
const LONGEST_SIDE: u32 = 16_383;

/// The largest colour profile that goes along, in bytes: those of presses have less.
const MOST_PROFILE: usize = 1024 * 1024;

/// The sides of a picture, before anything of it is decoded.
fn sides(bytes: &[u8], format: Format, pixels: u64) -> Result<(u32, u32), Flaw> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format.codec());
    let mut limits = image::Limits::no_limits();
    limits.max_alloc = Some(64 * 1024 * 1024);
    reader.limits(limits);
    let (width, height) = reader.into_dimensions().map_err(|_| Flaw::Broken)?;
    if width == 0 || height == 0 {
        return Err(Flaw::Broken);
    }
    if width.max(height) > LONGEST_SIDE {
        return Err(Flaw::TooLong {
            width,
            height,
            most: LONGEST_SIDE,
        });
    }
    if u64::from(width) * u64::from(height) > pixels {
        return Err(Flaw::TooManyPixels {
            width,
            height,
            most: pixels,
        });
    }
    Ok((width, height))
}

/// The colour profile of a picture, where it is one of colours in red, green and blue: what all renditions are made of.
type Profile = Option<Vec<u8>>;

/// A picture, or the first of one that moves. No more memory is taken than that many pixels need.
fn decode(bytes: &[u8], format: Format, pixels: u64) -> Result<(DynamicImage, Profile), Flaw> {
    sides(bytes, format, pixels)?;
    let mut limits = image::Limits::no_limits();
    // Eight bytes a pixel are the most that there are, and decoders need some more for themselves.
    limits.max_alloc = Some(pixels.saturating_mul(8).saturating_add(64 * 1024 * 1024));
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format.codec());
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| Flaw::Broken)?;
    let profile = decoder.icc_profile().unwrap_or_default();
    let picture = DynamicImage::from_decoder(decoder).map_err(|_| Flaw::Broken)?;
    let profile = profile
        .filter(|profile| profile.len() <= MOST_PROFILE && profile.get(16..20) == Some(b"RGB "));
    Ok((picture, profile))
}

#[cfg(test)]
mod tests;
