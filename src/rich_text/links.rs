//! Which addresses may stand in rich text, and the one way each is written.

use std::borrow::Cow;

use url::{ParseError, Url};
use uuid::Uuid;

/// The address of a link in its one written form, none when it may not be one: only `http`, `https`,
/// `mailto` and `tel`, and addresses relative to the page or within it. Parsing is the URL Standard's,
/// so that no tab, control character or letter case hides a scheme from it that a browser would see.
pub(super) fn link(raw: &str) -> Option<String> {
    address(raw, &["http", "https", "mailto", "tel"])
}

/// The address of a picture, a film, a frame: `http`, `https` or relative. A picture that was uploaded goes by `media:` and its id.
pub(super) fn resource(raw: &str) -> Option<String> {
    if let Some(address) = uploaded(raw) {
        return Some(address);
    }
    address(raw, &["http", "https"]).filter(|address| !address.starts_with('#'))
}

/// Where the API shows an uploaded picture in a size that suits a page, of `media:` and its id.
fn uploaded(raw: &str) -> Option<String> {
    let (scheme, id) = raw.trim().split_at_checked(6)?;
    let id = Uuid::try_parse(id.trim_start_matches('/')).ok()?;
    scheme
        .eq_ignore_ascii_case("media:")
        .then(|| format!("/v1/media/{}/large", id.hyphenated()))
}

/// Whether an address leaves the page's own site, as far as the text can tell.
pub(super) fn is_outside(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

/// Whether an address looks like that of a picture.
pub(super) fn is_picture(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    path.rsplit_once('.').is_some_and(|(_, extension)| {
        ["jpg", "jpeg", "png", "gif", "webp", "avif"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

fn address(raw: &str, schemes: &[&str]) -> Option<String> {
    let trimmed = raw.trim_matches(|c: char| c <= ' ');
    let mut clean: Cow<'_, str> = Cow::Borrowed(trimmed);
    if trimmed.contains(is_forbidden) {
        clean = trimmed
            .chars()
            .filter(|&c| !is_forbidden(c))
            .collect::<String>()
            .into();
    }
    if clean.starts_with("//") {
        clean = format!("https:{clean}").into();
    }
    if clean.is_empty() {
        return None;
    }
    match Url::parse(&clean) {
        Ok(url) if schemes.contains(&url.scheme()) => Some(escape(url.as_str())),
        Err(ParseError::RelativeUrlWithoutBase) => Some(escape(&clean)),
        _ => None,
    }
}

/// Characters that no address needs and that some readers pass over when they look for a scheme.
fn is_forbidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// Percent-encodes what a URL may not hold as itself (RFC 3986, section 2), leaving alone what is encoded.
fn escape(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for byte in address.bytes() {
        match byte {
            b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | 0..=b' ' | 0x7f.. => {
                out.push('%');
                for digit in [byte >> 4, byte & 15] {
                    out.extend(char::from_digit(digit.into(), 16).map(|c| c.to_ascii_uppercase()));
                }
            }
            _ => out.push(char::from(byte)),
        }
    }
    out
}

#[cfg(test)]
mod tests;
