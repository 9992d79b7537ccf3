//! Anchors of headings: made from their text, so that they stay when the text around them changes.

use std::collections::{HashMap, HashSet};

use deunicode::AsciiChars;

use super::inline::{Line, plain_line};
use super::read::Part;

/// The longest an anchor made from a text may be, in bytes, before what makes it unique.
const MAX_LENGTH: usize = 80;

/// The anchors of a text's headings, in order, and how they were called in the source.
#[derive(Default, Debug)]
pub(super) struct Anchors {
    anchors: Vec<String>,
    by_source_id: HashMap<String, usize>,
    by_plain_anchor: HashMap<String, usize>,
}

impl Anchors {
    /// Makes the anchors of all headings; `prefix` comes before each.
    pub fn of(body: &[Part], prefix: &str) -> Self {
        let mut made = Anchors::default();
        let mut unique = Unique::default();
        for part in body {
            let Part::Heading { line, id, .. } = part else {
                continue;
            };
            let plain = unique.claim(from_text(line));
            let index = made.anchors.len();
            made.anchors.push(format!("{prefix}{plain}"));
            made.by_plain_anchor.insert(plain, index);
            if let Some(id) = id {
                made.by_source_id.entry(id.clone()).or_insert(index);
            }
        }
        made
    }

    /// The anchor of the n-th heading.
    pub fn get(&self, index: usize) -> Option<&str> {
        self.anchors.get(index).map(String::as_str)
    }

    /// The anchor of the heading that a link within the source meant: by the id that it had there, else
    /// by what its anchor is without prefix.
    pub fn meant_by(&self, fragment: &str) -> Option<&str> {
        let index = self
            .by_source_id
            .get(fragment)
            .or_else(|| self.by_plain_anchor.get(fragment))?;
        self.get(*index)
    }
}

/// Lower-case ASCII letters and digits with single dashes between; `section` for a text that has none.
fn from_text(line: &Line) -> String {
    let text = plain_line(std::slice::from_ref(line));
    let mut anchor = String::new();
    for part in text.ascii_chars().flatten() {
        for c in part.chars() {
            if c.is_ascii_alphanumeric() {
                anchor.push(c.to_ascii_lowercase());
            } else if !anchor.is_empty() && !anchor.ends_with('-') && !matches!(c, '\'' | '"') {
                anchor.push('-');
            }
        }
        if anchor.len() > MAX_LENGTH {
            let end = anchor.get(..=MAX_LENGTH).and_then(|start| start.rfind('-'));
            anchor.truncate(end.unwrap_or(MAX_LENGTH));
            break;
        }
    }
    anchor.truncate(anchor.trim_end_matches('-').len());
    if anchor.is_empty() {
        anchor.push_str("section");
    }
    // Those are the names of footnotes and of the places that refer to them.
    if anchor.starts_with("fn-") || anchor.starts_with("fnref-") {
        anchor.insert_str(0, "section-");
    }
    anchor
}

/// Hands out each name once: `-2`, `-3` … are added to what is taken.
#[derive(Default)]
struct Unique {
    taken: HashSet<String>,
    next: HashMap<String, usize>,
}

impl Unique {
    fn claim(&mut self, name: String) -> String {
        let next = self.next.entry(name.clone()).or_insert(1);
        loop {
            let claimed = if *next == 1 {
                name.clone()
            } else {
                format!("{name}-{next}")
            };
            *next += 1;
            if self.taken.insert(claimed.clone()) {
                return claimed;
            }
        }
    }
}

#[cfg(test)]
mod tests;
