//! Texts on their way into a feed.

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;
use url::Url;

/// How long a summary may be, in characters, where it is cut from a text.
const SUMMARY: usize = 300;

/// A text that delivery holds as JSON, or null.
pub(super) fn text_of(json: Option<&RawValue>) -> Option<String> {
    serde_json::from_str(json?.get()).ok()?
}

pub(super) fn time(text: &str) -> Option<DateTime<Utc>> {
    text.parse().ok()
}

/// Whether it can stand as an `atom:id`: it has a scheme, and no character that an IRI can't have (RFC 3987, section 2.2).
pub(super) fn is_iri(guid: &str) -> bool {
    let foreign = |character: char| {
        character.is_whitespace() || character.is_control() || "<>\"{}|\\^`".contains(character)
    };
    Url::parse(guid).is_ok() && !guid.contains(foreign)
}

/// A text in one line, cut where it is long: between words, if it has such places.
pub fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((end, _)) = line.char_indices().nth(SUMMARY) else {
        return line;
    };
    let cut = line.get(..end).unwrap_or_default();
    let cut = match cut.rfind(' ') {
        Some(space) if space > end / 2 => cut.get(..space).unwrap_or_default(),
        _ => cut,
    };
    format!("{cut}…")
}

#[cfg(test)]
mod tests {
    use super::{excerpt, is_iri};

    #[test]
    fn an_excerpt_ends_between_words() {
        assert_eq!(excerpt(" Een\n\ntwee "), "Een twee");
        let cut = excerpt(&"woord ".repeat(100));
        assert!(
            cut.ends_with("woord…") && cut.chars().count() <= 301,
            "{cut}"
        );
        assert_eq!(excerpt(&"港".repeat(1000)).chars().count(), 301);
    }

    #[test]
    fn what_has_a_scheme_is_an_iri() {
        assert!(is_iri("https://example.org/?p=1") && is_iri("tag:example.org,2020:1"));
        assert!(!is_iri("7431") && !is_iri("een twee") && !is_iri("https://a.example/<b>"));
    }
}
