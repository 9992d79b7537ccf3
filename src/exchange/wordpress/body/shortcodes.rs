//! Shortcodes: `[name key="value"]`, with or without a closing `[/name]`.
//!
//! WordPress knows which names are shortcodes because plugins register them; an export does not say. So what may be
//! prose in brackets, `[sic]` or `[1]`, stays, and only what has the shape of a shortcode goes.

use std::collections::{HashMap, VecDeque};
use std::ops::Range;

use super::{Dropped, media};
use crate::exchange::html::{Piece, pieces};

/// The longest shortcode tag that is looked for, in bytes.
const MAX_TAG: usize = 4 << 10;
/// The longest name.
const MAX_NAME: usize = 60;

/// A tag in brackets.
struct Found<'a> {
    place: Range<usize>,
    name: &'a str,
    attributes: &'a str,
    form: Form,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Opening,
    Closing,
    /// `[[name]]`: meant to be read.
    Escaped,
}

/// `content` with its shortcodes replaced or dropped.
pub(super) fn expand(content: &str, dropped: &mut Dropped) -> String {
    let found = find(content);
    if found.is_empty() {
        return content.to_owned();
    }
    let pairs = pair(&found);
    let mut writer = Expansion {
        content,
        out: String::with_capacity(content.len()),
        at: 0,
        dropped,
    };
    let mut unwanted = vec![false; found.len()];
    for (index, tag) in found.iter().enumerate() {
        if tag.place.start < writer.at {
            continue;
        }
        writer.copy_until(tag.place.start);
        let closing = pairs
            .get(&index)
            .and_then(|&closing| Some((closing, found.get(closing)?)));
        let keep_inside = match tag.form {
            Form::Escaped => {
                writer.replace(&tag.place, |whole| whole.get(1..whole.len() - 1));
                false
            }
            Form::Closing => {
                let known = unwanted.get(index).copied().unwrap_or(false) || is_known(tag.name);
                writer.replace(&tag.place, |whole| (!known).then_some(whole));
                false
            }
            Form::Opening => writer.opening(tag, closing.map(|(_, tag)| tag)),
        };
        if let (true, Some((closing, _))) = (keep_inside, closing)
            && let Some(mark) = unwanted.get_mut(closing)
        {
            *mark = true;
        }
    }
    writer.copy_until(content.len());
    writer.out
}

struct Expansion<'a, 'd> {
    content: &'a str,
    out: String,
    at: usize,
    dropped: &'d mut Dropped,
}

impl<'a> Expansion<'a, '_> {
    fn copy_until(&mut self, end: usize) {
        self.out
            .push_str(self.content.get(self.at..end).unwrap_or_default());
        self.at = end;
    }

    fn replace(&mut self, place: &Range<usize>, by: impl FnOnce(&'a str) -> Option<&'a str>) {
        let whole = self.content.get(place.clone()).unwrap_or_default();
        self.out.push_str(by(whole).unwrap_or_default());
        self.at = place.end;
    }

    /// Writes what an opening tag becomes. True when only its tags go and what is inside stays.
    fn opening(&mut self, tag: &Found<'_>, closing: Option<&Found<'_>>) -> bool {
        let inside =
            closing.and_then(|closing| self.content.get(tag.place.end..closing.place.start));
        let replacement = match (tag.name, inside) {
            ("caption" | "wp_caption", Some(inside)) => Some(media::figure(inside, tag.attributes)),
            ("code" | "sourcecode", Some(inside)) => Some(media::code(inside, tag.attributes)),
            ("audio" | "video", _) => media::player(tag.name, tag.attributes),
            (name, inside) if is_embed(name) => {
                media::embed(tag.attributes, inside.unwrap_or_default())
            }
            _ => None,
        };
        if let Some(replacement) = replacement {
            self.out.push_str(&replacement);
            self.at = closing.unwrap_or(tag).place.end;
            return false;
        }
        let is_marker = tag.attributes.is_empty() && is_update_word(tag.name);
        let is_shortcode =
            is_known(tag.name) || closing.is_some() || (self.stands_alone(tag) && has_shape(tag));
        if is_shortcode && !is_marker && !(is_code(tag.name) && closing.is_none()) {
            self.dropped.note(tag.name);
            self.at = tag.place.end;
        } else {
            self.copy_until(tag.place.end);
        }
        closing.is_some()
    }

    /// Whether the tag has its line, or its element, to itself.
    fn stands_alone(&self, tag: &Found<'_>) -> bool {
        let blank = |letter: char| matches!(letter, ' ' | '\t' | '\r');
        // No line is indented further; without the bound a row of dropped tags would cost a look at all blanks before each.
        let before = self
            .out
            .chars()
            .rev()
            .take(256)
            .find(|&letter| !blank(letter));
        let after = self.content.get(tag.place.end..).unwrap_or_default();
        let after = after.trim_start_matches(blank);
        (self.out.is_empty() || matches!(before, Some('\n' | '>')))
            && (after.is_empty() || after.starts_with(['\n', '<', '[']))
    }
}

/// Every tag in brackets outside of code and of HTML tags, in order.
fn find(content: &str) -> Vec<Found<'_>> {
    let mut found: Vec<Found<'_>> = Vec::new();
    let mut start = 0;
    let mut end_of_last = 0;
    // Within `pre` and `code` brackets are the reader's to see.
    let mut literal = 0_usize;
    for piece in pieces(content) {
        let source = piece.source();
        match piece {
            Piece::Open(tag) if tag.is("pre") || tag.is("code") => literal += 1,
            Piece::Close(tag) if tag.is("pre") || tag.is("code") => {
                literal = literal.saturating_sub(1);
            }
            Piece::Text(text) if literal == 0 => {
                for (at, _) in text.match_indices('[') {
                    let at = start + at;
                    if at < end_of_last {
                        continue;
                    }
                    if let Some(tag) = tag_at(content, at, start + source.len()) {
                        end_of_last = tag.place.end;
                        found.push(tag);
                    }
                }
            }
            _ => {}
        }
        start += source.len();
    }
    found
}

/// The tag that begins at the `[` at `at`. `end` is where its text ends and HTML follows.
fn tag_at(content: &str, at: usize, end: usize) -> Option<Found<'_>> {
    let after = content.get(at + 1..)?;
    let (form, after) = match after.as_bytes().first()? {
        b'/' => (Form::Closing, after.get(1..)?),
        b'[' => (Form::Escaped, after.get(1..)?),
        _ => (Form::Opening, after),
    };
    let name = name_of(after)?;
    // Captions of old hold HTML in an attribute.
    let limit = if matches!(name, "caption" | "wp_caption") {
        content.len()
    } else {
        end
    };
    let begins = content.len() - after.len();
    let mut limit = limit.min(begins + MAX_TAG);
    while !content.is_char_boundary(limit) {
        limit -= 1;
    }
    let inside = content.get(begins..limit)?;
    let close = inside.find(']')?;
    let attributes = inside.get(name.len()..close)?;
    let mut place = at..begins + close + 1;
    match form {
        Form::Escaped if content.get(place.end..)?.starts_with(']') => place.end += 1,
        Form::Escaped => return None,
        Form::Closing if !attributes.trim().is_empty() => return None,
        _ => {}
    }
    if !(attributes.is_empty() || attributes.starts_with([' ', '\t', '\n', '/', '=', '\u{a0}'])) {
        return None;
    }
    Some(Found {
        place,
        name,
        attributes: attributes.trim(),
        form,
    })
}

fn name_of(text: &str) -> Option<&str> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    let length = text
        .find(|letter: char| !is_part(letter))
        .unwrap_or(text.len());
    let name = text.get(..length)?;
    let begins = name.starts_with(|first: char| first.is_ascii_alphabetic());
    (begins && length <= MAX_NAME).then_some(name)
}

/// For each opening tag the closing one that belongs to it: the first of its name that no other has. Like WordPress,
/// without nesting of one name in itself.
fn pair(found: &[Found<'_>]) -> HashMap<usize, usize> {
    let mut closings: HashMap<&str, VecDeque<usize>> = HashMap::new();
    for (index, tag) in found.iter().enumerate() {
        if tag.form == Form::Closing {
            closings.entry(tag.name).or_default().push_back(index);
        }
    }
    let mut pairs = HashMap::new();
    for (index, tag) in found.iter().enumerate() {
        let is_whole = tag.form != Form::Opening || tag.attributes.ends_with('/');
        let Some(waiting) = closings.get_mut(tag.name).filter(|_| !is_whole) else {
            continue;
        };
        while waiting.front().is_some_and(|&closing| closing < index) {
            waiting.pop_front();
        }
        if let Some(closing) = waiting.pop_front() {
            pairs.insert(index, closing);
        }
    }
    pairs
}

/// Shortcodes of WordPress itself and of the plugins most sites had, which are never prose.
const KNOWN: &[&str] = &[
    "archives",
    "audio",
    "caption",
    "contact-form",
    "contact-form-7",
    "gallery",
    "googlemaps",
    "gravityform",
    "mc4wp_form",
    "ninja_form",
    "playlist",
    "polldaddy",
    "slideshow",
    "video",
    "wp_caption",
    "wpforms",
    "wpvideo",
];

/// Shortcodes whose address the renderer may make an embed of.
const EMBEDS: &[&str] = &[
    "embed",
    "youtube",
    "vimeo",
    "tweet",
    "twitter",
    "instagram",
    "soundcloud",
    "facebook",
    "dailymotion",
    "ted",
    "spotify",
];

fn is_embed(name: &str) -> bool {
    EMBEDS.contains(&name)
}

fn is_code(name: &str) -> bool {
    matches!(name, "code" | "sourcecode")
}

fn is_known(name: &str) -> bool {
    KNOWN.contains(&name)
}

fn is_update_word(name: &str) -> bool {
    crate::exchange::import::updates::marker_word(name).is_some()
}

/// Whether an unknown tag that stands alone can only be a shortcode.
fn has_shape(tag: &Found<'_>) -> bool {
    let is_word = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    let assigns = tag
        .attributes
        .split_ascii_whitespace()
        .any(|part| part.split_once('=').is_some_and(|(key, _)| is_word(key)));
    let compound = tag.name.contains(['_', '-'])
        && !tag
            .name
            .contains(|letter: char| letter.is_ascii_uppercase());
    assigns
        || tag.attributes.ends_with('/')
        || (tag.attributes.is_empty() && compound)
        || is_embed(tag.name)
}
