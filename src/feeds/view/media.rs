//! Pictures by Media RSS, which Atom takes too.

use crate::error::Result;
use crate::feeds::model::Picture;
use crate::http::xml::Xml;

/// A picture, with what it shows and who made it.
pub(super) fn media(xml: &mut Xml, picture: &Picture) -> Result<()> {
    let (width, height) = (size(picture.width), size(picture.height));
    let mut told = vec![("url", picture.url.as_str()), ("medium", "image")];
    told.extend(width.as_deref().map(|width| ("width", width)));
    told.extend(height.as_deref().map(|height| ("height", height)));
    xml.open("media:content", &told)?;
    if let Some(alt) = &picture.alt {
        xml.text_with("media:description", &[("type", "plain")], alt)?;
    }
    if let Some(credit) = &picture.credit {
        xml.text("media:credit", credit)?;
    }
    xml.close("media:content")
}

fn size(pixels: Option<u32>) -> Option<String> {
    pixels.map(|pixels| pixels.to_string())
}
