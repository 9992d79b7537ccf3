//! Language tags (BCP 47).

use std::fmt;

use oxilangtag::LanguageTag as Tag;

use super::string_value;
use crate::error::{Fault, FaultCode};

/// A well-formed language tag in its usual case, such as `nl`, `nl-BE` or `zh-Hant` (RFC 5646): language, script, region and variants, without
/// extensions and private subtags, which no reader of ours could tell apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LanguageTag(String);

impl LanguageTag {
    /// Reads a tag and brings it into the usual case.
    ///
    /// # Errors
    /// Not well-formed by RFC 5646, or over 35 characters.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let plain = |tag: &Tag<String>| {
            let language = tag.primary_language().len();
            (2..=3).contains(&language)
                && tag.extended_language().is_none()
                && tag.extension().is_none()
                && tag.private_use().is_none()
        };
        match Tag::parse_and_normalize(text) {
            Ok(tag) if text.len() <= 35 && plain(&tag) => Ok(Self(tag.into_inner())),
            _ => Err(Fault::value(
                FaultCode::InvalidValue,
                "must be a language tag (BCP 47), such as nl, en-GB or zh-Hant",
            )),
        }
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The language without script and region: `nl` of `nl-BE`.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_value!(LanguageTag, |schema: utoipa::openapi::ObjectBuilder| {
    schema
    .description(Some("A language tag (BCP 47)."))
    .pattern(Some("^[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*$"))
    .max_length(Some(35))
    .examples(["nl"])
});
