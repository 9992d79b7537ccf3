//! What the known shortcodes become.

use url::Url;

use crate::exchange::html::{self, Piece, pieces};

/// `[caption]`: an image, perhaps linked, and its caption.
pub(super) fn figure(inside: &str, attributes: &str) -> String {
    let (image, after) = split_image(inside);
    let named = html::attributes(attributes)
        .find(|(name, _)| name.eq_ignore_ascii_case("caption"))
        .map_or("", |(_, value)| value);
    let caption = if after.trim().is_empty() {
        named
    } else {
        after
    };
    let caption = caption.trim();
    if image.is_empty() {
        return format!(
            "\n\n{inside}\n\n{}\n\n",
            if after == caption { "" } else { named }
        );
    }
    if caption.is_empty() {
        return format!("\n\n<figure>{image}</figure>\n\n");
    }
    format!("\n\n<figure>{image}<figcaption>{caption}</figcaption></figure>\n\n")
}

/// Parts the image, with the link around it, from what follows; without an image the first is empty.
fn split_image(inside: &str) -> (&str, &str) {
    let mut length = 0;
    let mut linked = false;
    let mut image_end = None;
    for piece in pieces(inside) {
        let end = length + piece.source().len();
        match piece {
            Piece::Text(text) if text.trim().is_empty() => {}
            Piece::Open(tag) if image_end.is_none() && tag.is("a") => linked = true,
            Piece::Open(tag) if image_end.is_none() && tag.is("img") => image_end = Some(end),
            Piece::Close(tag) if image_end.is_some() && linked && tag.is("a") => {
                image_end = Some(end);
                break;
            }
            _ => break,
        }
        length = end;
    }
    image_end
        .and_then(|end| inside.split_at_checked(end))
        .map_or(("", inside), |(image, after)| (image.trim(), after))
}

/// `[code]`: text to be read as it stands.
pub(super) fn code(inside: &str, attributes: &str) -> String {
    let text = escape_code(inside.trim_matches(['\n', '\r']));
    let language = html::attributes(attributes)
        .find(|(name, _)| matches!(name.to_ascii_lowercase().as_str(), "lang" | "language"))
        .map_or("", |(_, value)| value);
    let is_name =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '#' | '-');
    if !inside.contains('\n') && language.is_empty() {
        return format!("<code>{text}</code>");
    }
    if language.is_empty() || !language.chars().all(is_name) {
        return format!("\n\n<pre><code>{text}</code></pre>\n\n");
    }
    format!("\n\n<pre><code class=\"language-{language}\">{text}</code></pre>\n\n")
}

/// Code as HTML. Editors differ in whether they had escaped it, so a character reference stays one.
fn escape_code(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for (at, letter) in text.char_indices() {
        match letter {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' if !is_reference(text.get(at + 1..).unwrap_or_default()) => {
                escaped.push_str("&amp;")
            }
            other => escaped.push(other),
        }
    }
    escaped
}

fn is_reference(after: &str) -> bool {
    let end = after
        .bytes()
        .take(10)
        .position(|byte| !(byte == b'#' || byte.is_ascii_alphanumeric()));
    end.is_some_and(|end| end > 0 && after.as_bytes().get(end) == Some(&b';'))
}

/// `[audio]`, `[video]`: a player of the file, or an embed of another page.
pub(super) fn player(name: &str, attributes: &str) -> Option<String> {
    let address = address_in(attributes)?;
    let file = address
        .path_segments()
        .and_then(|mut parts| parts.next_back())
        .unwrap_or_default();
    if !file.contains('.') {
        return Some(alone(&address));
    }
    let address = html::escape(address.as_str());
    let title = html::escape(&file.replace("%20", " "));
    Some(format!(
        "\n\n<{name} src=\"{address}\" title=\"{title}\"></{name}>\n\n"
    ))
}

/// `[embed]` and its like: the address alone in a paragraph.
pub(super) fn embed(attributes: &str, inside: &str) -> Option<String> {
    let inside = inside.trim();
    address_in(if inside.is_empty() {
        attributes
    } else {
        inside
    })
    .map(|address| alone(&address))
}

fn alone(address: &Url) -> String {
    format!("\n\n<p>{}</p>\n\n", html::escape(address.as_str()))
}

/// The first web address in a text.
fn address_in(text: &str) -> Option<Url> {
    let begin = match (text.find("https://"), text.find("http://")) {
        (Some(one), Some(other)) => one.min(other),
        (one, other) => one.or(other)?,
    };
    let text = text.get(begin..)?;
    let ends = |letter: char| {
        letter.is_whitespace() || matches!(letter, '"' | '\'' | '<' | '>' | ']' | '”' | '″')
    };
    let length = text.find(ends).unwrap_or(text.len());
    web_address(text.get(..length)?)
}

/// The text as a web address, when it is nothing else.
pub(super) fn web_address(text: &str) -> Option<Url> {
    let is_plain = |letter: char| !letter.is_whitespace() && !matches!(letter, '"' | '<' | '>');
    let begins = text.starts_with("https://") || text.starts_with("http://");
    if !begins || text.len() > 2000 || !text.chars().all(is_plain) {
        return None;
    }
    Url::parse(&text.replace("&amp;", "&").replace("&#038;", "&")).ok()
}
