//! Pictures, made here.

use std::io::Cursor;

use image::codecs::gif::GifEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::{Delay, DynamicImage, Frame, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

/// The left third is red, the middle green, the right blue; a little noise, so that no two places are alike.
pub fn stripes(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let noise = u8::try_from((x * 7 + y * 13) % 16).unwrap();
        match x * 3 / width {
            0 => Rgb([240, noise, noise]),
            1 => Rgb([noise, 240, noise]),
            _ => Rgb([noise, noise, 240]),
        }
    })
}

fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// A PNG of these sides.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    written(&stripes(width, height).into(), ImageFormat::Png)
}

/// A WebP of these sides, without loss.
pub fn webp(width: u32, height: u32) -> Vec<u8> {
    written(&stripes(width, height).into(), ImageFormat::WebP)
}

/// A PNG that is seen through.
pub fn glass(width: u32, height: u32) -> Vec<u8> {
    let picture = RgbaImage::from_pixel(width, height, Rgba([255, 0, 0, 0]));
    written(&picture.into(), ImageFormat::Png)
}

/// A JPEG of these sides.
pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut file, 90);
    stripes(width, height).write_with_encoder(encoder).unwrap();
    file
}

/// A GIF of two frames.
pub fn moving(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = GifEncoder::new(&mut file);
    for shade in [0, 255] {
        let picture = RgbaImage::from_pixel(width, height, Rgba([shade, 0, 0, 255]));
        let frame = Frame::from_parts(picture, 0, 0, Delay::from_numer_denom_ms(100, 1));
        encoder.encode_frame(frame).unwrap();
    }
    drop(encoder);
    file
}

/// A JPEG with a segment after its beginning.
pub fn with_segment(jpeg: &[u8], marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    let mut file = jpeg[..2].to_vec();
    file.extend_from_slice(&[0xff, marker, length[0], length[1]]);
    file.extend_from_slice(content);
    file.extend_from_slice(&jpeg[2..]);
    file
}

/// A PNG with a chunk after its header.
pub fn with_chunk(png: &[u8], kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut file = png[..33].to_vec();
    file.extend_from_slice(&u32::try_from(content.len()).unwrap().to_be_bytes());
    file.extend_from_slice(kind);
    file.extend_from_slice(content);
    file.extend_from_slice(&crc(&[kind, content].concat()).to_be_bytes());
    file.extend_from_slice(&png[33..]);
    file
}

/// The sum that chunks of PNG end with.
pub fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            let low = sum & 1;
            (sum >> 1) ^ (0xedb8_8320 * low)
        })
    })
}

/// The place that [`exif`] tells of, in degrees north: as its bytes stand in the file.
pub const PLACE: [u32; 6] = [52, 1, 22, 1, 4711, 100];

/// Exif metadata (TIFF, big end first): which way is up, who made it if told, and where it was taken.
pub fn exif(orientation: u16, artist: Option<&str>) -> Vec<u8> {
    let artist = artist.map(|artist| [artist.as_bytes(), b"\0"].concat());
    let count: u16 = if artist.is_some() { 3 } else { 2 };
    let after = 8 + 2 + u32::from(count) * 12 + 4;
    let text = artist.clone().unwrap_or_default();
    let gps = after + u32::try_from(text.len().next_multiple_of(2)).unwrap();
    let mut tiff = b"MM\0\x2a\0\0\0\x08".to_vec();
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [
            &tag.to_be_bytes()[..],
            &kind.to_be_bytes(),
            &count.to_be_bytes(),
            &value,
        ]
        .concat()
    };
    tiff.extend(count.to_be_bytes());
    let [high, low] = orientation.to_be_bytes();
    tiff.extend(entry(0x0112, 3, 1, [high, low, 0, 0]));
    if artist.is_some() {
        tiff.extend(entry(
            0x013b,
            2,
            u32::try_from(text.len()).unwrap(),
            after.to_be_bytes(),
        ));
    }
    tiff.extend(entry(0x8825, 4, 1, gps.to_be_bytes()));
    tiff.extend([0; 4]);
    tiff.extend(&text);
    tiff.resize(usize::try_from(gps).unwrap(), 0);
    // Two entries: north, and how far.
    tiff.extend(2_u16.to_be_bytes());
    tiff.extend(entry(0x0001, 2, 2, *b"N\0\0\0"));
    let place = gps + 2 + 24 + 4;
    tiff.extend(entry(0x0002, 5, 3, place.to_be_bytes()));
    tiff.extend([0; 4]);
    tiff.extend(PLACE.iter().flat_map(|number| number.to_be_bytes()));
    tiff
}

/// A JPEG with Exif metadata.
pub fn photo(width: u32, height: u32, exif: &[u8]) -> Vec<u8> {
    let content = [b"Exif\0\0", exif].concat();
    with_segment(&jpeg(width, height), 0xe1, &content)
}

/// The colour that a picture has at a place, told by the stripe that it is of.
pub fn stripe(picture: &DynamicImage, x: u32, y: u32) -> &'static str {
    let Rgb([red, green, blue]) = *picture.to_rgb8().get_pixel(x, y);
    match [red > 150, green > 150, blue > 150] {
        [true, false, false] => "red",
        [false, true, false] => "green",
        [false, false, true] => "blue",
        _ => "another",
    }
}
