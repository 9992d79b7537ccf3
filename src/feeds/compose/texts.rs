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

/// Whether it can stand as an `atom:id`: it has a scheme (RFC 3987, section 2.2).
pub(super) fn is_iri(guid: &str) -> bool {
    Url::parse(guid).is_ok() && !guid.contains(char::is_whitespace)
}

/// A text in one line, cut between words where it is long.
pub(super) fn excerpt(text: &str) -> String {
    let mut line = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let more = word.chars().count() + 1;
        if length + more > SUMMARY && length > 0 {
            line.push('…');
            return line;
        }
        if length > 0 {
            line.push(' ');
        }
        line.push_str(word);
        length += more;
    }
    line
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
    }

    #[test]
    fn what_has_a_scheme_is_an_iri() {
        assert!(is_iri("https://example.org/?p=1") && is_iri("tag:example.org,2020:1"));
        assert!(!is_iri("7431") && !is_iri("een twee"));
    }
}
