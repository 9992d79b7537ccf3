//! PNG (W3C, third edition): chunks.

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::super::MOST_PROFILE;
use super::{Bytes, Parts};

/// The chunks that make the picture: its pixels, how its colours are meant, its size on paper, and its frames if it moves.
const BELONG: [&[u8; 4]; 18] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT",
    b"bKGD", b"pHYs", b"cICP", b"mDCV", b"cLLI", b"acTL", b"fcTL", b"fdAT",
];

pub(super) fn strip(source: &[u8]) -> Option<Parts<'_>> {
    let mut bytes = Bytes::new(source);
    let mut parts = Parts::default();
    parts.kept.reserve(source.len());
    parts.kept.extend_from_slice(bytes.take(8)?);
    loop {
        let begin = bytes.at;
        let length = bytes.big_32()?;
        let kind: &[u8; 4] = bytes.take(4)?.try_into().ok()?;
        let content = bytes.take(length)?;
        bytes.take(4)?;
        if BELONG.contains(&kind) && (kind != b"iCCP" || is_small(content)) {
            parts.kept.extend_from_slice(bytes.since(begin));
        } else {
            lay_aside(&mut parts, kind, content);
        }
        parts.animated |= kind == b"acTL";
        if kind == b"IEND" {
            let rest = bytes.rest();
            parts.dropped.push(rest);
            return Some(parts);
        }
    }
}

/// Whether a colour profile is one: a name, a byte that tells how it is packed, and what unpacks to no more than any profile has. One that is made
/// to fill the memory goes.
fn is_small(profile: &[u8]) -> bool {
    let packed = after_nul(profile).and_then(|rest| rest.get(1..));
    let Some(packed) = packed else { return false };
    let mut unpacked = ZlibDecoder::new(packed).take(MOST_PROFILE as u64 + 1);
    let size = std::io::copy(&mut unpacked, &mut std::io::sink());
    size.is_ok_and(|size| size <= MOST_PROFILE as u64)
}

fn lay_aside<'a>(parts: &mut Parts<'a>, kind: &[u8; 4], content: &'a [u8]) {
    parts.dropped.push(content);
    match kind {
        b"eXIf" => {
            parts.exif.get_or_insert(content.into());
        }
        // A keyword, two bytes that tell whether it is compressed, a language, the keyword in that, the text.
        b"iTXt" => {
            let text = content.strip_prefix(b"XML:com.adobe.xmp\0\0\0");
            let text = text.and_then(|text| after_nul(after_nul(text)?));
            if let Some(text) = text {
                parts.xmp.get_or_insert(text.into());
            }
        }
        b"tEXt" => {
            for keyword in [&b"Author\0"[..], b"Copyright\0"] {
                if let Some(text) = content.strip_prefix(keyword) {
                    // Latin-1, in which every byte is a character.
                    let text = text.iter().copied().map(char::from).collect();
                    parts.author.get_or_insert(text);
                }
            }
        }
        _ => {}
    }
}

fn after_nul(text: &[u8]) -> Option<&[u8]> {
    let at = memchr::memchr(0, text)?;
    text.get(at + 1..)
}
