//! Characters, references and encodings of an export.

use super::error::ReadError;

/// Whether XML 1.0 allows the character (section 2.2).
fn is_allowed(letter: char) -> bool {
    !matches!(letter, '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\u{FFFE}' | '\u{FFFF}')
}

/// Text without the characters that XML forbids and WordPress writes all the same, and with lines that end in `\n`
/// (XML 1.0, section 2.11).
pub(super) fn scrub(text: String) -> String {
    let mut text = text;
    // Control characters are ASCII: bytes are quicker to look through than characters.
    let suspect = |byte: u8| (byte < b' ' && !matches!(byte, b'\n' | b'\t')) || byte == 0xEF;
    if !text.bytes().any(suspect) {
        return text;
    }
    if text.contains('\r') {
        text = text.replace("\r\n", "\n").replace('\r', "\n");
    }
    text.retain(is_allowed);
    text
}

/// What the reference `&name;` stands for: one of the five entities of XML, or a character that XML allows. A
/// forbidden character is nothing; `None` is an entity that is not known.
pub(super) fn resolve(name: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(name).ok()?;
    if let Some(entity) = quick_xml::escape::resolve_predefined_entity(name) {
        return Some(entity.to_owned());
    }
    let digits = name.strip_prefix('#')?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
        None => digits.parse(),
    };
    let letter = char::from_u32(code.ok()?).filter(|&letter| is_allowed(letter));
    Some(letter.map(String::from).unwrap_or_default())
}

/// Whether a declared encoding is UTF-8 or a part of it.
pub(super) fn is_utf8_name(name: &str) -> bool {
    ["", "utf-8", "utf8", "us-ascii", "ascii"]
        .iter()
        .any(|known| name.trim().eq_ignore_ascii_case(known))
}

/// The error of a file in an encoding of that name.
pub(super) fn other_encoding(name: &str) -> ReadError {
    // The name goes into a command that someone may paste: nothing but a name may stand there.
    let plain = name
        .chars()
        .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | ':'));
    let encoding = if plain && name.len() <= 40 && !name.starts_with('-') {
        name
    } else {
        "ENCODING"
    };
    ReadError::Encoding {
        encoding: encoding.to_owned(),
    }
}

/// The error of a file that is something else.
pub(super) fn not_wxr(found: &str) -> ReadError {
    ReadError::NotWxr {
        found: found.to_owned(),
    }
}

/// The start of a name from the file, short enough for a message.
pub(super) fn shorten(name: &str) -> &str {
    match name.char_indices().nth(60) {
        Some((end, _)) => name.get(..end).unwrap_or(name),
        None => name,
    }
}

/// A slug as WordPress keeps it, with what is percent-encoded in it decoded. What would not be UTF-8 stays as it is.
pub(super) fn decode_slug(slug: &str) -> String {
    let slug = slug.trim();
    if !slug.contains('%') {
        return slug.to_owned();
    }
    let mut bytes = Vec::with_capacity(slug.len());
    let mut rest = slug.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let pair = after
            .get(..2)
            .filter(|pair| first == b'%' && pair.iter().all(u8::is_ascii_hexdigit))
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match pair {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).map_or_else(|_| slug.to_owned(), scrub)
}
