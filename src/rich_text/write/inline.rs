//! Writing running text, its links and its references to footnotes.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::rich_text::anchors::Anchors;
use crate::rich_text::footnotes::Numbers;
use crate::rich_text::inline::{Line, Link, Marks, Picture, Piece, SIMPLE_MARKS, plain_lines};
use crate::rich_text::links;
use crate::rich_text::tree::NodeId;

/// The marks with a value come before the simple ones, so that what is long is not written again at
/// each change of what is short: link, language, abbreviation.
const VALUED_MARKS: usize = 3;

pub(super) struct InlineWriter<'a> {
    anchors: &'a Anchors,
    numbers: &'a Numbers,
    prefix: &'a str,
    /// How often each note has been referred to so far.
    references: HashMap<NodeId, usize>,
    /// How many more bytes may be written.
    left: usize,
    pub has_led_links: bool,
}

impl<'a> InlineWriter<'a> {
    pub fn new(anchors: &'a Anchors, numbers: &'a Numbers, prefix: &'a str, limit: usize) -> Self {
        InlineWriter {
            anchors,
            numbers,
            prefix,
            references: HashMap::new(),
            left: limit,
            has_led_links: false,
        }
    }

    /// Whether more was written than allowed.
    pub fn is_full(&self) -> bool {
        self.left == 0
    }

    /// A paragraph as inline HTML and as plain text; both empty once too much has been written.
    pub fn paragraph(&mut self, lines: &[Line]) -> (String, String) {
        if self.is_full() {
            return (String::new(), String::new());
        }
        let mut html = String::new();
        let mut open = Marks::default();
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                let next = line
                    .first()
                    .and_then(Piece::marks)
                    .cloned()
                    .unwrap_or_default();
                let shared = open.shared_with(&next);
                self.change(&mut html, &mut open, &shared);
                html.push_str("<br>");
            }
            for piece in line {
                let none = Marks::default();
                self.change(&mut html, &mut open, piece.marks().unwrap_or(&none));
                match piece {
                    Piece::Text { text, .. } => html.push_str(&escape_text(text)),
                    Piece::Image { picture, .. } => html.push_str(&image(picture)),
                    Piece::Note { note, .. } => self.reference(&mut html, *note),
                    Piece::Break => {}
                }
            }
            if html.len() > self.left {
                break;
            }
        }
        self.change(&mut html, &mut open, &Marks::default());
        self.left = self.left.saturating_sub(html.len());
        (html, plain_lines(lines))
    }

    /// What a note begins and ends with: its element with its name, and the ways back to the text.
    pub fn note_ends(&self, note: NodeId) -> (String, String) {
        let (prefix, number) = (self.prefix, self.numbers.get(note).unwrap_or_default());
        let start = format!("<li id=\"{prefix}fn-{number}\">");
        let mut ways_back = String::new();
        for time in 1..=self.references.get(&note).copied().unwrap_or_default() {
            let place = place_of_reference(number, time);
            ways_back.push_str(&format!(
                " <a href=\"#{prefix}{place}\" role=\"doc-backlink\">\u{21a9}</a>"
            ));
        }
        (start, ways_back)
    }

    fn reference(&mut self, html: &mut String, note: NodeId) {
        let Some(number) = self.numbers.get(note) else {
            return;
        };
        let time = self.references.entry(note).or_default();
        *time += 1;
        let (prefix, place) = (self.prefix, place_of_reference(number, *time));
        html.push_str(&format!(
            "<sup><a href=\"#{prefix}fn-{number}\" id=\"{prefix}{place}\">{number}</a></sup>"
        ));
    }

    /// Closes and opens what must be so that just these marks hold.
    fn change(&mut self, html: &mut String, open: &mut Marks, wanted: &Marks) {
        if open == wanted {
            return;
        }
        let slots = 0..VALUED_MARKS + SIMPLE_MARKS.len();
        let differing = slots
            .clone()
            .find(|&slot| !is_same(slot, open, wanted))
            .unwrap_or(slots.end);
        for slot in (differing..slots.end).rev() {
            if let Some(name) = name(slot, open) {
                html.push_str(&format!("</{name}>"));
            }
        }
        for slot in differing..slots.end {
            if let Some(name) = name(slot, wanted) {
                self.open(html, (slot, name), wanted);
            }
        }
        *open = wanted.clone();
    }

    fn open(&mut self, html: &mut String, (slot, name): (usize, &str), marks: &Marks) {
        match (slot, &marks.link, &marks.language, &marks.abbreviation) {
            (0, Some(link), _, _) => self.open_link(html, link),
            (1, _, Some(language), _) => html.push_str(&format!("<span lang=\"{language}\">")),
            (2, _, _, Some(meaning)) => {
                html.push_str(&format!("<abbr title=\"{}\">", escape_attribute(meaning)));
            }
            _ => html.push_str(&format!("<{name}>")),
        }
    }

    fn open_link(&mut self, html: &mut String, link: &Link) {
        let led = self.lead(link);
        self.has_led_links |= led.as_ref().is_some_and(|led| *led != link.address);
        let address = led.as_deref().unwrap_or(&link.address);
        html.push_str(&format!("<a href=\"{}\"", escape_attribute(address)));
        if let Some(title) = &link.title {
            html.push_str(&format!(" title=\"{}\"", escape_attribute(title)));
        }
        let noopener = links::is_outside(address).then_some("noopener");
        let relations: Vec<&str> = noopener
            .into_iter()
            .chain(link.relations.iter().copied())
            .collect();
        if !relations.is_empty() {
            html.push_str(&format!(" rel=\"{}\"", relations.join(" ")));
        }
        html.push('>');
    }

    /// Where a link within the text leads now that its headings and notes have the names they have.
    fn lead(&self, link: &Link) -> Option<String> {
        let fragment = link.address.strip_prefix('#')?;
        let prefix = self.prefix;
        if let Some(number) = link.note.and_then(|note| self.numbers.get(note)) {
            return Some(format!("#{prefix}fn-{number}"));
        }
        self.anchors
            .meant_by(fragment)
            .map(|anchor| format!("#{anchor}"))
    }
}

fn place_of_reference(number: usize, time: usize) -> String {
    if time == 1 {
        format!("fnref-{number}")
    } else {
        format!("fnref-{number}-{time}")
    }
}

/// The element of a slot, if it is on.
fn name(slot: usize, marks: &Marks) -> Option<&'static str> {
    match slot {
        0 => marks.link.is_some().then_some("a"),
        1 => marks.language.is_some().then_some("span"),
        2 => marks.abbreviation.is_some().then_some("abbr"),
        _ => {
            let bit = slot - VALUED_MARKS;
            SIMPLE_MARKS
                .get(bit)
                .copied()
                .filter(|_| marks.simple & (1 << bit) != 0)
        }
    }
}

fn is_same(slot: usize, one: &Marks, other: &Marks) -> bool {
    match slot {
        0 => one.link == other.link,
        1 => one.language == other.language,
        2 => one.abbreviation == other.abbreviation,
        _ => name(slot, one) == name(slot, other),
    }
}

/// A picture's element.
pub(super) fn image(picture: &Picture) -> String {
    let alt = picture.alt.as_deref().unwrap_or_default();
    format!(
        "<img src=\"{}\" alt=\"{}\">",
        escape_attribute(&picture.address),
        escape_attribute(alt)
    )
}

/// Text as the HTML serialiser writes it (HTML Standard, 13.3).
pub(super) fn escape_text(text: &str) -> Cow<'_, str> {
    escape(text, false)
}

/// The value of an attribute, likewise.
pub(super) fn escape_attribute(value: &str) -> Cow<'_, str> {
    escape(value, true)
}

fn escape(text: &str, escapes_quotes: bool) -> Cow<'_, str> {
    let is_special =
        |c: char| matches!(c, '&' | '<' | '>' | '\u{a0}') || (escapes_quotes && c == '"');
    let Some(first) = text.find(is_special) else {
        return Cow::Borrowed(text);
    };
    let (before, rest) = text.split_at_checked(first).unwrap_or(("", text));
    let mut escaped = String::with_capacity(text.len() + 16);
    escaped.push_str(before);
    for c in rest.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\u{a0}' => escaped.push_str("&nbsp;"),
            '"' if escapes_quotes => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    Cow::Owned(escaped)
}
