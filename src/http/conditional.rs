//! Conditional requests (RFC 9110, section 13).

use std::fmt;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{FromRequest, HttpRequest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::error::{Code, Error, Result};

/// The version of a management resource, as its strong `ETag` names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(String);

impl Version {
    /// The version of a resource counted by one number.
    pub fn single(number: i32) -> Self {
        Self(number.to_string())
    }

    /// The version of a resource whose text and state are counted apart: the text's version, then the number of changes in all.
    pub fn of_text(number: i32, revision: i32) -> Self {
        Self(format!("{number}.{revision}"))
    }

    /// As the `ETag` header: a strong entity tag (RFC 9110, section 8.8.3).
    pub fn etag(&self) -> String {
        format!("\"{}\"", self.0)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The versions that a change is based on, from `If-Match`.
#[derive(Debug, Clone)]
pub struct IfMatch(Option<Vec<String>>);

impl IfMatch {
    /// Goes on only when the resource is at one of the versions named.
    ///
    /// # Errors
    /// 428 when the header is missing, 412 with the current version when none matches.
    pub fn require(&self, current: &Version) -> Result<()> {
        match &self.0 {
            Some(_) => self.check(current),
            None => Err(Error::new(
                Code::PreconditionRequired,
                "Send the ETag of the version that your change is based on in If-Match.",
            )),
        }
    }

    /// Like [`IfMatch::require`], but without the header anything goes.
    ///
    /// # Errors
    /// 412 with the current version when none matches.
    pub fn check(&self, current: &Version) -> Result<()> {
        let etag = current.etag();
        match &self.0 {
            Some(tags) if !tags.iter().any(|tag| *tag == etag || tag == "*") => {
                Err(Error::version_mismatch(etag))
            }
            _ => Ok(()),
        }
    }
}

impl IfMatch {
    /// The newest version named that the resource had before `current`: the number of its text. Nothing when none is named that it can have had.
    pub fn older(&self, current: &Version) -> Option<i32> {
        let (text, changes) = counted(&current.0)?;
        let was = |tag: &String| {
            let version = tag.strip_prefix('"')?.strip_suffix('"')?;
            match (counted(version)?, changes) {
                // A text counts as a change itself.
                ((number, Some(change)), Some(now)) => {
                    (number <= text && number <= change && change < now).then_some(number)
                }
                ((number, None), None) => (number < text).then_some(number),
                _ => None,
            }
        };
        self.0.iter().flatten().filter_map(was).max()
    }
}

/// The numbers of a version: that of its text, and that of its changes where they are counted apart.
fn counted(version: &str) -> Option<(i32, Option<i32>)> {
    let number = |digits: &str| {
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
        digits.parse().ok().filter(|_| plain)
    };
    match version.split_once('.') {
        Some((text, changes)) => Some((number(text)?, Some(number(changes)?))),
        None => Some((number(version)?, None)),
    }
}

impl FromRequest for IfMatch {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(tags(request.headers(), &header::IF_MATCH).map(Self))
    }
}

fn tags(headers: &HeaderMap, name: &header::HeaderName) -> Result<Option<Vec<String>>> {
    let malformed = || {
        Error::new(
            Code::InvalidHeader,
            format!("{name} must hold entity tags in quotes, such as \"3\", or * alone."),
        )
    };
    let mut tags = Vec::new();
    let mut there = false;
    for value in headers.get_all(name) {
        there = true;
        let mut rest = value.to_str().map_err(|_| malformed())?.trim();
        while !rest.is_empty() {
            let (tag, after) = entity_tag(rest).ok_or_else(malformed)?;
            tags.push(tag.to_owned());
            rest = after.trim_start();
            rest = rest.strip_prefix(',').map_or(rest, str::trim_start);
        }
    }
    // RFC 9110, section 13.1: it is a list of tags or the asterisk.
    if tags.len() > 1 && tags.iter().any(|tag| tag == "*") {
        return Err(malformed());
    }
    Ok(there.then_some(tags))
}

/// The first entity tag of a list and what follows it.
fn entity_tag(text: &str) -> Option<(&str, &str)> {
    if let Some(after) = text.strip_prefix('*') {
        return Some(("*", after));
    }
    let opening = if text.starts_with("W/\"") {
        3
    } else if text.starts_with('"') {
        1
    } else {
        return None;
    };
    let length = text.get(opening..)?.find('"')?;
    text.split_at_checked(opening + length + 1)
}

/// The weak entity tag of a delivery answer: one for all encodings of these bytes.
pub fn weak_etag(bytes: &[u8]) -> String {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    let (short, _) = digest.split_at(12);
    format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(short))
}

/// Whether the client has this answer already: weak comparison with `If-None-Match` (RFC 9110, section 13.1.2). What can't be read
/// matches nothing. `If-Modified-Since` is not looked at: a renamed person changes an answer without moving the article's own date.
pub fn has_already(headers: &HeaderMap, etag: &str) -> bool {
    let opaque = etag.trim_start_matches("W/");
    match tags(headers, &header::IF_NONE_MATCH) {
        Ok(Some(tags)) => tags
            .iter()
            .any(|tag| tag == "*" || tag.trim_start_matches("W/") == opaque),
        _ => false,
    }
}
