//! WebP (RFC 9649): chunks of RIFF.

use super::{Bytes, Parts};

/// The chunks that make the picture: its pixels, its colour profile, and its frames if it moves.
const BELONG: [&[u8; 4]; 7] = [
    b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP",
];

/// In the first byte of `VP8X`: there is Exif, and XMP.
const TELLS: u8 = 0x08 | 0x04;

pub(super) fn strip(source: &[u8]) -> Option<Parts<'_>> {
    let mut bytes = Bytes::new(source);
    bytes.take(4)?;
    let length = bytes.little_32()?;
    let mut inner = Bytes::new(bytes.take(length)?);
    let mut parts = Parts::default();
    parts.kept.reserve(source.len());
    parts.kept.extend_from_slice(b"RIFF\0\0\0\0");
    parts.kept.extend_from_slice(inner.take(4)?);
    while inner.at < inner.all.len() {
        let begin = inner.at;
        let kind: &[u8; 4] = inner.take(4)?.try_into().ok()?;
        let length = inner.little_32()?;
        let content = inner.take(length)?;
        // Chunks begin at even places; the last need not be filled up.
        if length % 2 == 1 {
            inner.take(1);
        }
        let place = parts.kept.len();
        match kind {
            kind if BELONG.contains(&kind) => parts.kept.extend_from_slice(inner.since(begin)),
            b"EXIF" => {
                parts.dropped.push(content);
                // Some write what stands before it in a JPEG.
                let exif = content.strip_prefix(b"Exif\0\0").unwrap_or(content);
                parts.exif.get_or_insert(exif.into());
            }
            b"XMP " => {
                parts.dropped.push(content);
                parts.xmp.get_or_insert(content.into());
            }
            _ => parts.dropped.push(content),
        }
        if parts.kept.len() % 2 == 1 {
            parts.kept.push(0);
        }
        parts.animated |= kind == b"ANIM";
        if kind == b"VP8X" {
            *parts.kept.get_mut(place + 8)? &= !TELLS;
        }
    }
    let rest = bytes.rest();
    parts.dropped.push(rest);
    let length = u32::try_from(parts.kept.len().checked_sub(8)?).ok()?;
    parts
        .kept
        .get_mut(4..8)?
        .copy_from_slice(&length.to_le_bytes());
    Some(parts)
}
