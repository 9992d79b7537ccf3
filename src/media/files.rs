//! The files of a picture by their names: the one that was kept, and its renditions. A name tells all that its file depends on, so what is at an
//! address never changes.

use std::fmt;

use super::model::Kept;
use super::picture::{Format, Ratio, Size};
use crate::http::path::Segment;
use crate::values::FocalPoint;

/// Counts up when renditions would come out otherwise: their entity tags and their names in the store tell it.
const MAKING: u32 = 1;

/// The name of a file, as addresses have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileName {
    /// The file that is kept: `original.jpg`.
    Original(Format),
    /// The one that suits a page, whatever it is: `large`.
    Large,
    /// A rendition: `w640.webp`, `w640-16x9-c500x300.webp`.
    Rendition {
        /// Its width in pixels.
        width: u32,
        /// How it is cropped, if it is.
        crop: Option<Crop>,
        /// Its format.
        format: Format,
    },
}

/// How a rendition is cropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crop {
    /// Its shape.
    pub ratio: Ratio,
    /// What it keeps in view, in thousandths; where the name does not tell, that of the picture.
    pub around: Option<(i16, i16)>,
}

impl Segment for FileName {
    fn read(segment: &str) -> Option<Self> {
        if segment == "large" {
            return Some(Self::Large);
        }
        let (stem, ending) = segment.split_once('.')?;
        let format = Format::of_extension(ending).filter(|format| format.extension() == ending)?;
        if stem == "original" {
            return Some(Self::Original(format));
        }
        let mut parts = stem.strip_prefix('w')?.splitn(3, '-');
        let width = number(parts.next()?)?;
        let crop = match parts.next() {
            None => None,
            Some(ratio) => Some(Crop {
                ratio: Ratio::of_name(ratio)?,
                around: match parts.next() {
                    None => None,
                    Some(point) => Some(focus(point)?),
                },
            }),
        };
        // Renditions don't move.
        (format != Format::Gif).then_some(Self::Rendition {
            width,
            crop,
            format,
        })
    }
}

fn focus(text: &str) -> Option<(i16, i16)> {
    let (x, y) = text.strip_prefix('c')?.split_once('x')?;
    let within = |text: &str| {
        let share = number(text).filter(|share| *share <= 1000)?;
        i16::try_from(share).ok()
    };
    Some((within(x)?, within(y)?))
}

/// A number in the one way that it is written.
fn number(text: &str) -> Option<u32> {
    let digits = (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = digits && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| plain)
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Original(format) => write!(f, "original.{}", format.extension()),
            Self::Large => f.write_str("large"),
            Self::Rendition {
                width,
                crop,
                format,
            } => {
                write!(f, "w{width}")?;
                if let Some(crop) = crop {
                    write!(f, "-{}", crop.ratio.name())?;
                    if let Some((x, y)) = crop.around {
                        write!(f, "-c{x}x{y}")?;
                    }
                }
                write!(f, ".{}", format.extension())
            }
        }
    }
}

/// A file of a picture: there, or to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// Its name in the store, below the picture's id.
    pub name: String,
    /// Its format.
    pub format: Format,
    /// Its entity tag: a strong one (RFC 9110, section 8.8.3).
    pub etag: String,
    /// Of a rendition, what it is made by.
    pub size: Option<Size>,
}

/// What a name leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Led {
    /// A file.
    To(File),
    /// Another name: a crop whose name does not tell what it keeps in view, or tells what it did before.
    On(FileName),
}

impl Kept {
    /// The format of its file.
    pub fn format(&self) -> Option<Format> {
        Format::of_mime(&self.mime)
    }

    /// The file that is kept.
    pub fn original(&self) -> Option<File> {
        let format = self.format()?;
        let digest = self.digest.get(..32).unwrap_or(&self.digest);
        Some(File {
            name: FileName::Original(format).to_string(),
            format,
            etag: format!("\"{digest}\""),
            size: None,
        })
    }

    /// What a name leads to, if this picture has such a file.
    pub fn file(&self, name: FileName) -> Option<Led> {
        let (width, crop, format) = match name {
            FileName::Original(format) => {
                let file = self.original().filter(|file| file.format == format);
                return file.map(Led::To);
            }
            FileName::Large => match self.usual_width() {
                Some(width) => (width, None, Format::Webp),
                None => return self.original().map(Led::To),
            },
            FileName::Rendition {
                width,
                crop,
                format,
            } => (width, crop, format),
        };
        if !self.widths.contains(&width) {
            return None;
        }
        let sides = (self.width, self.height);
        let size = match crop {
            None => Size::whole(sides, width),
            Some(Crop { ratio, around }) => {
                let (x, y) = self.focus();
                let size = Size::cropped(sides, (ratio, FocalPoint::of_thousandths(x, y)), width)?;
                if around != Some((x, y)) {
                    let around = Some((x, y));
                    return Some(Led::On(FileName::Rendition {
                        width,
                        crop: Some(Crop { ratio, around }),
                        format,
                    }));
                }
                size
            }
        };
        let name = FileName::Rendition {
            width,
            crop,
            format,
        };
        let digest = self.digest.get(..16).unwrap_or(&self.digest);
        Some(Led::To(File {
            etag: format!("\"{digest}-{name}-{MAKING}\""),
            name: format!("{MAKING}-{name}"),
            format,
            size: Some(size),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::{FileName, Segment};

    #[test]
    fn a_name_of_a_file_has_one_writing() {
        for name in [
            "large",
            "original.jpg",
            "original.gif",
            "w640.webp",
            "w640.jpg",
            "w160-1x1.png",
            "w1280-16x9-c500x0.webp",
        ] {
            let read = FileName::read(name).map(|name| name.to_string());
            assert_eq!(read.as_deref(), Some(name));
        }
        for name in [
            "",
            "large.webp",
            "original",
            "original.jpeg",
            "original.JPG",
            "original.svg",
            "w.webp",
            "w0640.webp",
            "w640",
            "w640.gif",
            "w640.avif",
            "w640.webp.jpg",
            "w+640.webp",
            "w640-2x1.webp",
            "w640-original.webp",
            "w640-1x1-c5x.webp",
            "w640-1x1-c1001x0.webp",
            "w640-1x1-c05x0.webp",
            "w640-1x1-c5x5-x.webp",
            "w640-c5x5.webp",
            "w9999999999.webp",
            "../x.jpg",
        ] {
            assert_eq!(FileName::read(name), None, "{name}");
        }
    }
}
