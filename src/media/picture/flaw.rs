//! What is wrong with a file.

use super::Format;

/// Why a file is not kept as a picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Not a picture of a kind that is taken.
    #[error("is {0}. Send a JPEG, PNG, WebP or GIF file")]
    Unknown(&'static str),
    /// Its name tells of another format.
    #[error("is {} by its content, but its name ends otherwise. Rename it to end in .{}, or send it without a name", words(*.0), .0.extension())]
    Name(Format),
    /// It is cut off, or not what it seems.
    #[error(
        "can't be read as a picture: it is damaged or cut off. Save it anew with an image editor"
    )]
    Broken,
    /// Something else is hidden in it.
    #[error(
        "holds more than a picture: {0}. Save it anew with an image editor, which leaves that out"
    )]
    Polyglot(&'static str),
    /// It is too long or too wide to be written.
    #[error(
        "has {width} × {height} pixels, more than {most} on a side. Cut it into parts, or make it smaller"
    )]
    TooLong {
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
        /// How many pixels a side may have.
        most: u32,
    },
    /// It is too large to be decoded.
    #[error("has {width} × {height} pixels, more than {most} in all. Make it smaller")]
    TooManyPixels {
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
        /// How many pixels are taken.
        most: u64,
    },
}

fn words(format: Format) -> &'static str {
    match format {
        Format::Jpeg => "a JPEG",
        Format::Png => "a PNG",
        Format::Webp => "a WebP",
        Format::Gif => "a GIF",
    }
}

impl Flaw {
    /// What a file is that is not taken, as far as its beginning tells.
    pub fn unknown(bytes: &[u8]) -> Self {
        let start = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
        let text = String::from_utf8_lossy(start).to_lowercase();
        let brand = bytes.get(4..12).unwrap_or_default();
        Self::Unknown(if bytes.is_empty() {
            "empty"
        } else if text.contains("<svg") {
            "an SVG drawing, which may hold scripts and is not taken"
        } else if text
            .trim_start_matches('\u{feff}')
            .trim_start()
            .starts_with('<')
        {
            "a text with markup"
        } else if text.starts_with("%pdf-") {
            "a PDF document"
        } else if brand.starts_with(b"ftypavi") {
            "an AVIF picture, which can't be read yet"
        } else if [&b"ftyphei"[..], b"ftypmif", b"ftyphev"]
            .iter()
            .any(|known| brand.starts_with(known))
        {
            "a HEIC picture, which can't be read yet"
        } else {
            "not a picture that can be read"
        })
    }
}
