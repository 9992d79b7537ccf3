//! Taking files apart: what makes the picture is copied as it is, byte for byte; everything else is laid aside. Whatever is not known to belong
//! to the picture does not.

mod gif;
mod jpeg;
mod png;
mod webp;

use std::borrow::Cow;

use memchr::memmem;

use super::{Flaw, Format};

/// A file, taken apart.
#[derive(Debug, Default)]
pub struct Parts<'a> {
    /// The picture alone, as a file.
    pub kept: Vec<u8>,
    /// Its Exif metadata, from the header of TIFF on.
    pub exif: Option<Cow<'a, [u8]>>,
    /// Its XMP metadata.
    pub xmp: Option<Cow<'a, [u8]>>,
    /// Its IPTC metadata, as Photoshop wraps it.
    pub iptc: Option<&'a [u8]>,
    /// The name of its author, where the format has a place for it.
    pub author: Option<String>,
    /// Whether it moves.
    pub animated: bool,
    /// All that was left out.
    dropped: Vec<&'a [u8]>,
}

/// What no picture has in it, and what it is.
const FOREIGN: [(&[u8], &str); 8] = [
    (b"<script", "a script"),
    (b"<?php", "a program in PHP"),
    (b"<!doctype", "a page in HTML"),
    (b"<html", "a page in HTML"),
    (b"<iframe", "a page in HTML"),
    (b"<svg", "an SVG drawing"),
    (b"javascript:", "a script"),
    (b"%pdf-", "a PDF document"),
];

/// How far from its end an archive (ZIP) has its directory at most.
const DIRECTORY: usize = 65_557;

impl Parts<'_> {
    /// Whether what was left out is another kind of file.
    ///
    /// # Errors
    /// It is.
    pub fn check(&self, source: &[u8]) -> Result<(), Flaw> {
        for dropped in &self.dropped {
            let lower = dropped.to_ascii_lowercase();
            for (sign, what) in FOREIGN {
                if memmem::find(&lower, sign).is_some() {
                    return Err(Flaw::Polyglot(what));
                }
            }
        }
        let end = source.get(source.len().saturating_sub(DIRECTORY)..);
        let has_directory = memmem::find(end.unwrap_or_default(), b"PK\x05\x06").is_some();
        let has_entries = || {
            self.dropped
                .iter()
                .any(|dropped| memmem::find(dropped, b"PK\x03\x04").is_some())
        };
        if has_directory && has_entries() {
            return Err(Flaw::Polyglot("an archive"));
        }
        Ok(())
    }
}

/// Takes a file of this format apart.
///
/// # Errors
/// It is not whole.
pub fn strip(format: Format, source: &[u8]) -> Result<Parts<'_>, Flaw> {
    let parts = match format {
        Format::Jpeg => jpeg::strip(source),
        Format::Png => png::strip(source),
        Format::Webp => webp::strip(source),
        Format::Gif => gif::strip(source),
    };
    parts.ok_or(Flaw::Broken)
}

/// Reads bytes from the beginning on.
struct Bytes<'a> {
    all: &'a [u8],
    at: usize,
}

impl<'a> Bytes<'a> {
    fn new(all: &'a [u8]) -> Self {
        Self { all, at: 0 }
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(count)?;
        let taken = self.all.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn big_16(&mut self) -> Option<usize> {
        let bytes: [u8; 2] = self.take(2)?.try_into().ok()?;
        Some(u16::from_be_bytes(bytes).into())
    }

    fn big_32(&mut self) -> Option<usize> {
        let bytes: [u8; 4] = self.take(4)?.try_into().ok()?;
        usize::try_from(u32::from_be_bytes(bytes)).ok()
    }

    fn little_32(&mut self) -> Option<usize> {
        let bytes: [u8; 4] = self.take(4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(bytes)).ok()
    }

    /// What was read since a place.
    fn since(&self, place: usize) -> &'a [u8] {
        self.all.get(place..self.at).unwrap_or_default()
    }

    fn rest(&mut self) -> &'a [u8] {
        let rest = self.all.get(self.at..).unwrap_or_default();
        self.at = self.all.len();
        rest
    }
}
