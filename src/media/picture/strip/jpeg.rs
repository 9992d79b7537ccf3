//! JPEG (ITU-T T.81, annex B): segments, and the coded picture between them.

use super::super::MOST_PROFILE;
use super::{Bytes, Parts};

const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";

pub(super) fn strip(source: &[u8]) -> Option<Parts<'_>> {
    let mut bytes = Bytes::new(source);
    let mut parts = Parts::default();
    parts.kept.reserve(source.len());
    parts.kept.extend_from_slice(bytes.take(2)?);
    let mut profile = 0;
    loop {
        let begin = bytes.at;
        let marker = marker(&mut bytes)?;
        match marker {
            // The end; what follows is no part of the picture.
            0xd9 => {
                parts.kept.extend_from_slice(&[0xff, marker]);
                let rest = bytes.rest();
                parts.dropped.push(rest);
                return Some(parts);
            }
            // Markers that stand alone.
            0x01 | 0xd0..=0xd7 => continue,
            _ => {}
        }
        let length = bytes.big_16()?.checked_sub(2)?;
        let content = bytes.take(length)?;
        if !belongs(marker, content) {
            lay_aside(&mut parts, marker, content);
            continue;
        }
        if marker == 0xe2 {
            profile += content.len();
            if profile > MOST_PROFILE {
                parts.dropped.push(content);
                continue;
            }
        }
        if let Some(short) = shortened(marker, content) {
            parts.kept.extend_from_slice(&short);
            parts.dropped.push(content);
            continue;
        }
        if marker == 0xda {
            skip_coded(&mut bytes)?;
        }
        parts.kept.extend_from_slice(bytes.since(begin));
    }
}

/// The next marker, past the bytes that may fill up before it.
fn marker(bytes: &mut Bytes<'_>) -> Option<u8> {
    if bytes.byte()? != 0xff {
        return None;
    }
    loop {
        match bytes.byte()? {
            0xff => {}
            0x00 => return None,
            marker => return Some(marker),
        }
    }
}

/// Passes over the coded picture, up to the marker after it.
fn skip_coded(bytes: &mut Bytes<'_>) -> Option<()> {
    loop {
        let rest = bytes.all.get(bytes.at..)?;
        bytes.at += memchr::memchr(0xff, rest)?;
        match bytes.all.get(bytes.at + 1)? {
            0x00 | 0xd0..=0xd7 => bytes.at += 2,
            0xff => bytes.at += 1,
            _ => return Some(()),
        }
    }
}

/// What makes the picture: everything but comments and application segments; of those, how its colours are meant.
fn belongs(marker: u8, content: &[u8]) -> bool {
    match marker {
        0xe0 => content.starts_with(b"JFIF\0") && content.len() >= JFIF,
        0xe2 => content.starts_with(b"ICC_PROFILE\0"),
        0xee => content.starts_with(b"Adobe") && content.len() >= ADOBE,
        // Frames, tables, scans, and what they have in common.
        0xc0..=0xcf | 0xda..=0xdd => true,
        _ => false,
    }
}

/// Bytes that JFIF says something in, up to the sides of a small picture, which may show what this one no longer does.
const JFIF: usize = 14;

/// Bytes that Adobe's segment says something in.
const ADOBE: usize = 12;

/// A segment with what belongs alone.
fn shortened(marker: u8, content: &[u8]) -> Option<Vec<u8>> {
    let mut short = vec![0xff, marker, 0];
    match marker {
        0xe0 => {
            short.push(16);
            short.extend_from_slice(content.get(..JFIF - 2)?);
            short.extend_from_slice(&[0, 0]);
        }
        0xee => {
            short.push(14);
            short.extend_from_slice(content.get(..ADOBE)?);
        }
        _ => return None,
    }
    Some(short)
}

fn lay_aside<'a>(parts: &mut Parts<'a>, marker: u8, content: &'a [u8]) {
    parts.dropped.push(content);
    match marker {
        0xe1 => {
            if let Some(exif) = content.strip_prefix(b"Exif\0\0") {
                parts.exif.get_or_insert(exif.into());
            } else if let Some(xmp) = content.strip_prefix(XMP) {
                parts.xmp.get_or_insert(xmp.into());
            }
        }
        0xed if parts.iptc.is_none() => parts.iptc = content.strip_prefix(b"Photoshop 3.0\0"),
        _ => {}
    }
}
