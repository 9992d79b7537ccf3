//! Slugs: the readable part of an address.

use std::fmt;

use deunicode::deunicode;

use super::string_value;
use crate::error::{Fault, FaultCode};

/// Lower-case ASCII words joined by single dashes, 1 to 120 characters, unique among things of one kind. Never the form of a UUID, so
/// that a path that takes either is never in doubt.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slug(String);

impl Slug {
    /// The longest slug, in characters.
    pub const MAX: usize = 120;

    /// Reads a slug exactly as written.
    ///
    /// # Errors
    /// Another form than lower-case letters, digits and single dashes; over 120 characters; the form of a UUID.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let bytes = text.as_bytes();
        let words = !bytes.is_empty() && text.split('-').all(|word| !word.is_empty());
        let ascii = bytes
            .iter()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if !words || !ascii || bytes.len() > Self::MAX {
            return Err(Fault::value(
                FaultCode::InvalidValue,
                "must be 1 to 120 lower-case letters, digits and single dashes, such as a-short-name",
            ));
        }
        if uuid::Uuid::try_parse(text).is_ok() {
            return Err(Fault::value(
                FaultCode::InvalidValue,
                "must not look like an id (a UUID)",
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// A slug made from a headline or a name; `None` when no letter or digit is left.
    pub fn from_words(words: &str) -> Option<Self> {
        let mut slug = String::with_capacity(words.len().min(Self::MAX));
        let mut pending = false;
        for character in deunicode(words).chars() {
            if character.is_ascii_alphanumeric() {
                if pending && !slug.is_empty() {
                    slug.push('-');
                }
                pending = false;
                slug.push(character.to_ascii_lowercase());
            } else if character != '\'' {
                pending = true;
            }
            if slug.len() > 100 {
                break;
            }
        }
        if slug.len() > 100
            && let Some(end) = slug.rfind('-')
        {
            slug.truncate(end);
        }
        slug.truncate(100);
        Self::parse(&slug).ok()
    }

    /// The same slug with a number after it, for when it is taken: `name-2`.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        Self(format!("{}-{number}", self.0))
    }

    /// A slug for what has no name to make one from: its kind (`donation_link`) and letters or digits that tell it apart.
    pub fn tagged(kind: &str, tag: &str) -> Self {
        let tag: String = tag
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|character| character.to_ascii_lowercase())
            .collect();
        Self(format!("{}-{tag}", kind.replace('_', "-")))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_value!(Slug, |schema: utoipa::openapi::ObjectBuilder| schema
    .pattern(Some("^[a-z0-9]+(-[a-z0-9]+)*$"))
    .min_length(Some(1))
    .max_length(Some(Slug::MAX))
    .examples(["de-haven-slibt-dicht"]));
