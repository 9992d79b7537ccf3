//! The wall: nothing is handed out that ammonia would change.

use std::collections::HashSet;
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use url::Url;

/// What may be in a text, kept as narrow as what the writer writes.
static POLICY: LazyLock<Builder<'static>> = LazyLock::new(policy);

pub(super) fn policy() -> Builder<'static> {
    let tags = [
        "a",
        "abbr",
        "blockquote",
        "br",
        "cite",
        "code",
        "del",
        "em",
        "figcaption",
        "figure",
        "footer",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "section",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
    ];
    let attributes: [(&str, &[&str]); 13] = [
        ("a", &["href", "id", "rel", "role", "title"]),
        ("abbr", &["title"]),
        ("blockquote", &["cite"]),
        ("code", &["class"]),
        ("h2", &["id"]),
        ("h3", &["id"]),
        ("h4", &["id"]),
        ("h5", &["id"]),
        ("h6", &["id"]),
        ("img", &["alt", "src"]),
        ("li", &["id"]),
        ("section", &["role"]),
        ("span", &["lang"]),
    ];
    let mut policy = Builder::empty();
    policy
        .tags(HashSet::from(tags))
        .clean_content_tags(HashSet::from(["script", "style"]))
        .tag_attributes(
            attributes
                .into_iter()
                .map(|(tag, names)| (tag, names.iter().copied().collect()))
                .collect(),
        )
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .link_rel(None);
    policy
}

/// What ammonia makes of a text; the same text when there is nothing in it to object to.
pub(super) fn clean(html: &str) -> String {
    POLICY.clean(html).to_string()
}

/// A text that has been cleaned, with the addresses in it that are relative to a page made whole.
pub(super) fn absolute(html: &str, page: &Url) -> String {
    let mut policy = policy();
    policy.url_relative(UrlRelative::RewriteWithBase(page.clone()));
    policy.clean(html).to_string()
}

/// The words of a text as paragraphs, for a source too wild to be parsed: a source of a megabyte that is
/// nested thousands deep. One pass, whatever the source. What looks like a tag ends a paragraph.
pub(super) fn words_only(html: &str) -> String {
    let mut words = String::with_capacity(html.len());
    words.push_str("<p>");
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at_checked(at).unwrap_or((rest, ""));
        push_words(&mut words, text);
        rest = match after_tag(tag) {
            Some(after) => {
                if !words.ends_with("<p>") {
                    words.push_str("</p><p>");
                }
                after
            }
            None => {
                words.push_str("&lt;");
                tag.strip_prefix('<').unwrap_or_default()
            }
        };
    }
    push_words(&mut words, rest);
    words.push_str("</p>");
    words
}

fn push_words(words: &mut String, text: &str) {
    words.push_str(&text.replace('>', "&gt;"));
}

/// What follows a tag, a comment, or a script with its contents; none where `<` is a mere character.
fn after_tag(tag: &str) -> Option<&str> {
    let inner = tag.strip_prefix('<')?;
    let ends = |end: &str| inner.split_once(end).map_or("", |(_, after)| after);
    if inner.starts_with("!--") {
        return Some(ends("-->"));
    }
    let is_tag =
        inner.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
    if !is_tag {
        return None;
    }
    let after = ends(">");
    for name in ["script", "style"] {
        let is_it = inner
            .get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name));
        if is_it {
            let end = after.match_indices("</").find(|(at, _)| {
                after
                    .get(at + 2..at + 2 + name.len())
                    .is_some_and(|end| end.eq_ignore_ascii_case(name))
            });
            return Some(end.and_then(|(at, _)| after.get(at..)).unwrap_or_default());
        }
    }
    Some(after)
}
