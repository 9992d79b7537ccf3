//! Addresses on the web, and the patterns of a frontend's paths.

use std::fmt;

use url::Url;

use super::string_value;
use crate::error::{Fault, FaultCode};

/// An absolute http or https address without user name or password, at most 2,048 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebUrl(Url);

impl WebUrl {
    /// Reads an address and brings it into its usual form.
    ///
    /// # Errors
    /// Another scheme, no host, user info, control characters, over 2,048 characters.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let fault = |detail| Fault::value(FaultCode::InvalidValue, detail);
        if text.len() > 2048 {
            return Err(Fault::value(
                FaultCode::TooLong,
                "must have at most 2048 characters",
            ));
        }
        if text
            .chars()
            .any(|character| character.is_control() || character.is_whitespace())
        {
            return Err(fault("must not have white space or control characters"));
        }
        let url = Url::parse(text)
            .map_err(|_| fault("must be a whole address, such as https://example.org/page"))?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(fault("must begin with https:// or http://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(fault("must not have a user name or password"));
        }
        Ok(Self(url))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether the host has a name as hosts of the public internet have: no IP address, no single word, none of the top-level names that are
    /// for private use (RFC 6761, RFC 6762, and `internal`).
    pub fn is_public_name(&self) -> bool {
        let name = self.0.domain().unwrap_or_default();
        let name = name.strip_suffix('.').unwrap_or(name);
        let private = ["internal", "invalid", "local", "localhost", "test"];
        name.rsplit_once('.')
            .is_some_and(|(_, top)| !private.contains(&top))
    }
}

impl fmt::Display for WebUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

string_value!(WebUrl, |schema: utoipa::openapi::ObjectBuilder| schema
    .format(Some(utoipa::openapi::SchemaFormat::Custom(
        "uri".to_owned()
    )))
    .pattern(Some("^[hH][tT][tT][pP][sS]?:"))
    .max_length(Some(2048))
    .examples(["https://example.org/a-page"]));

/// The pattern of the frontend's paths for one kind of thing, such as `/{section}/{slug}`. `{slug}` or `{id}` must stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathPattern(String);

impl PathPattern {
    const PLACEHOLDERS: &[&str] = &["slug", "id", "section", "language", "year", "month", "day"];

    /// Reads a pattern.
    ///
    /// # Errors
    /// No leading slash, unknown placeholders, neither `{slug}` nor `{id}`, characters that a path can't have, over 200 characters.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let fault = || {
            Fault::value(
                FaultCode::InvalidValue,
                "must be a path such as /{section}/{slug}, with whole segments of {slug}, {id}, {section}, {language}, {year}, {month} or {day}, and {slug} or {id} among them, and none of dots alone",
            )
        };
        let rest = text
            .strip_prefix('/')
            .filter(|rest| !rest.is_empty() && rest.len() < 200)
            .ok_or_else(fault)?;
        let mut named = false;
        for segment in rest.split('/') {
            match segment
                .strip_prefix('{')
                .and_then(|inner| inner.strip_suffix('}'))
            {
                Some(name) if Self::PLACEHOLDERS.contains(&name) => {
                    named |= matches!(name, "slug" | "id")
                }
                Some(_) => return Err(fault()),
                None => {
                    let plain = |byte: u8| {
                        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~')
                    };
                    // What is only dots leads out of the path (RFC 3986, section 5.2.4).
                    let leads_out = matches!(segment, "." | "..");
                    if segment.is_empty() || leads_out || !segment.bytes().all(plain) {
                        return Err(fault());
                    }
                }
            }
        }
        if named {
            Ok(Self(text.to_owned()))
        } else {
            Err(fault())
        }
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_value!(PathPattern, |schema: utoipa::openapi::ObjectBuilder| schema
    .pattern(Some(r"^/.*\{(slug|id)\}"))
    .max_length(Some(200))
    .examples(["/{section}/{slug}"]));
