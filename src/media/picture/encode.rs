//! Writing pictures as files.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder};

use super::{Flaw, Format, Profile};

/// How well a picture is kept that had to be turned: of a hundred.
const ORIGINAL: u8 = 92;

/// How well renditions are kept: what nobody sees the difference of at their size.
const RENDITION: u8 = 80;

/// A picture that was turned, as the file that is kept.
pub fn original(picture: &DynamicImage, format: Format, profile: Profile) -> Result<Vec<u8>, Flaw> {
    match format {
        // GIF does not tell which way is up.
        Format::Png | Format::Gif => png(picture, profile),
        Format::Jpeg => jpeg(picture, profile, ORIGINAL),
        Format::Webp => webp(picture, profile, ORIGINAL),
    }
}

/// A rendition.
pub fn rendition(
    picture: &DynamicImage,
    format: Format,
    profile: Profile,
) -> Result<Vec<u8>, Flaw> {
    match format {
        Format::Jpeg => jpeg(picture, profile, RENDITION),
        Format::Png | Format::Gif => png(picture, profile),
        Format::Webp => webp(picture, profile, RENDITION),
    }
}

fn png(picture: &DynamicImage, profile: Profile) -> Result<Vec<u8>, Flaw> {
    let mut file = Vec::new();
    let mut encoder = PngEncoder::new(&mut file);
    if let Some(profile) = profile {
        // It knows how.
        let _ = encoder.set_icc_profile(profile);
    }
    picture
        .write_with_encoder(encoder)
        .map_err(|_| Flaw::Broken)?;
    Ok(file)
}

/// JPEG can't be seen through: what could stands on white.
fn jpeg(picture: &DynamicImage, profile: Profile, quality: u8) -> Result<Vec<u8>, Flaw> {
    let flat = if picture.color().has_alpha() {
        on_white(picture)
    } else {
        picture.to_rgb8()
    };
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut file, quality);
    if let Some(profile) = profile {
        let _ = encoder.set_icc_profile(profile);
    }
    encoder
        .write_image(&flat, flat.width(), flat.height(), ExtendedColorType::Rgb8)
        .map_err(|_| Flaw::Broken)?;
    Ok(file)
}

fn on_white(picture: &DynamicImage) -> image::RgbImage {
    let seen = picture.to_rgba8();
    let mut flat = image::RgbImage::new(seen.width(), seen.height());
    for (to, from) in flat.pixels_mut().zip(seen.pixels()) {
        let [red, green, blue, alpha] = from.0.map(u16::from);
        let over = |colour: u16| {
            u8::try_from((colour * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX)
        };
        to.0 = [over(red), over(green), over(blue)];
    }
    flat
}

fn webp(picture: &DynamicImage, profile: Profile, quality: u8) -> Result<Vec<u8>, Flaw> {
    let (width, height) = (picture.width(), picture.height());
    let alpha = picture.color().has_alpha();
    let encoded = if alpha {
        let pixels = picture.to_rgba8();
        webp::Encoder::from_rgba(&pixels, width, height).encode_simple(false, quality.into())
    } else {
        let pixels = picture.to_rgb8();
        webp::Encoder::from_rgb(&pixels, width, height).encode_simple(false, quality.into())
    };
    let encoded = encoded.map_err(|_| Flaw::Broken)?;
    Ok(match profile {
        Some(profile) => {
            with_profile(&encoded, &profile, (width, height)).unwrap_or_else(|| encoded.to_vec())
        }
        None => encoded.to_vec(),
    })
}

/// A WebP file with a colour profile (RFC 9649, section 2.7): the extended header tells of it, and it comes before the picture.
fn with_profile(file: &[u8], profile: &[u8], (width, height): (u32, u32)) -> Option<Vec<u8>> {
    const HAS_PROFILE: u8 = 0x20;
    let chunks = file.get(12..)?;
    let (flags, chunks) = match chunks.strip_prefix(b"VP8X") {
        Some(extended) => (*extended.get(4)?, extended.get(14..)?),
        None => (0, chunks),
    };
    let mut content = Vec::with_capacity(file.len() + profile.len() + 32);
    content.extend_from_slice(b"WEBPVP8X");
    content.extend_from_slice(&10_u32.to_le_bytes());
    content.extend_from_slice(&[flags | HAS_PROFILE, 0, 0, 0]);
    for side in [width, height] {
        content.extend_from_slice(side.checked_sub(1)?.to_le_bytes().get(..3)?);
    }
    content.extend_from_slice(b"ICCP");
    content.extend_from_slice(&u32::try_from(profile.len()).ok()?.to_le_bytes());
    content.extend_from_slice(profile);
    if profile.len() % 2 == 1 {
        content.push(0);
    }
    content.extend_from_slice(chunks);
    let mut whole = b"RIFF".to_vec();
    whole.extend_from_slice(&u32::try_from(content.len()).ok()?.to_le_bytes());
    whole.append(&mut content);
    Some(whole)
}
