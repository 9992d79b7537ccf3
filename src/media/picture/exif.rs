//! What Exif metadata tells that is of use: which way is up, and who made it.

use exif::{In, Reader, Tag, Value};
use image::metadata::Orientation;

/// What a segment of JPEG can hold: more is read from no format, since much can be made of little in it.
const MOST: usize = 65_536;

/// What it tells.
#[derive(Debug)]
pub struct Told {
    /// How the picture must be turned.
    pub orientation: Orientation,
    /// Who made it.
    pub artist: Option<String>,
    /// Whose the rights are.
    pub copyright: Option<String>,
}

impl Told {
    /// Reads it; what can't be read tells nothing.
    pub fn read(bytes: &[u8]) -> Self {
        let bytes = Some(bytes).filter(|bytes| bytes.len() <= MOST);
        let read = bytes.and_then(|bytes| {
            Reader::new()
                .continue_on_error(true)
                .read_raw(bytes.to_vec())
                .or_else(|error| error.distill_partial_result(|_| {}))
                .ok()
        });
        let field = |tag| read.as_ref()?.get_field(tag, In::PRIMARY);
        let orientation = field(Tag::Orientation)
            .and_then(|field| field.value.get_uint(0))
            .and_then(|value| Orientation::from_exif(u8::try_from(value).ok()?));
        Self {
            orientation: orientation.unwrap_or(Orientation::NoTransforms),
            artist: field(Tag::Artist).and_then(|field| text(&field.value)),
            copyright: field(Tag::Copyright).and_then(|field| text(&field.value)),
        }
    }
}

/// The first text of a value that says something. ASCII by the standard, and UTF-8 as programs write it.
fn text(value: &Value) -> Option<String> {
    let Value::Ascii(texts) = value else {
        return None;
    };
    texts
        .iter()
        .map(|text| String::from_utf8_lossy(text).trim().to_owned())
        .find(|text| !text.is_empty())
}
