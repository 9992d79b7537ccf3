//! A run of text and inline markup between two blocks, and the paragraphs in it.

use std::collections::HashMap;

use super::media::web_address;
use super::paragraphs::Content;
use crate::exchange::html::{escape, is_void};

/// What stands in a run.
enum Bit {
    /// Text without newlines.
    Text(String),
    /// A tag, or anything else that is kept as it is.
    Markup { html: String, shows: bool },
    /// A newline, with how many elements were open around it.
    Newline { blank: bool, depth: usize },
}

/// A paragraph of a run.
#[derive(Default)]
pub(super) struct Part {
    pub html: String,
    /// Whether a reader sees anything of it.
    pub is_visible: bool,
    /// Whether it is a web address and nothing else.
    pub is_address: bool,
}

/// See the module.
pub(super) struct Run {
    bits: Vec<Bit>,
    open: Vec<String>,
    /// Where in the bits the outermost open element begins.
    open_from: usize,
    counts: HashMap<String, usize>,
    /// How many of the open elements keep their content as it is.
    opaque: usize,
    newlines_break: bool,
}

impl Run {
    pub fn new(newlines_break: bool) -> Self {
        Self {
            bits: Vec::new(),
            open: Vec::new(),
            open_from: 0,
            counts: HashMap::new(),
            opaque: 0,
            newlines_break,
        }
    }

    /// Whether an element is open whose content is none of our concern.
    pub fn is_opaque(&self) -> bool {
        self.opaque > 0
    }

    pub fn has_open(&self) -> bool {
        !self.open.is_empty()
    }

    pub fn text(&mut self, text: &str) {
        if self.is_opaque() {
            self.push_markup(text, is_visible(text));
            return;
        }
        let mut rest = text;
        while let Some((line, after)) = rest.split_once('\n') {
            self.push_text(line.trim_end_matches('\r'));
            // All the blank lines that follow are one.
            let is_space = |letter: char| matches!(letter, ' ' | '\t' | '\r' | '\n');
            let next = after.trim_start_matches(is_space);
            let spaces = after.get(..after.len() - next.len()).unwrap_or_default();
            self.bits.push(Bit::Newline {
                blank: spaces.contains('\n'),
                depth: self.open.len(),
            });
            rest = next;
        }
        self.push_text(rest);
    }

    fn push_text(&mut self, text: &str) {
        if !text.is_empty() {
            self.bits.push(Bit::Text(text.to_owned()));
        }
    }

    pub fn raw(&mut self, text: &str) {
        self.push_markup(text, false);
    }

    fn push_markup(&mut self, html: &str, shows: bool) {
        self.bits.push(Bit::Markup {
            html: html.to_owned(),
            shows,
        });
    }

    pub fn open(&mut self, name: &str, source: &str) {
        if self.open.is_empty() {
            self.open_from = self.bits.len();
        }
        self.push_markup(source, shows(name));
        if is_void(name) {
            return;
        }
        self.opaque += usize::from(is_opaque(name));
        *self.counts.entry(name.to_owned()).or_default() += 1;
        self.open.push(name.to_owned());
    }

    /// Closes an element of the run; false when it is not the run's. In an opaque element everything is, and what closes
    /// nothing is left out.
    pub fn close(&mut self, name: &str) -> bool {
        if self.counts.get(name).is_none_or(|&count| count == 0) {
            return self.is_opaque();
        }
        while let Some(closed) = self.pop() {
            let done = closed == name;
            self.push_markup(&format!("</{closed}>"), false);
            if done {
                break;
            }
        }
        true
    }

    fn pop(&mut self) -> Option<String> {
        let name = self.open.pop()?;
        if let Some(count) = self.counts.get_mut(&name) {
            *count -= 1;
        }
        self.opaque -= usize::from(is_opaque(&name));
        Some(name)
    }

    /// Gives up the end of the run, from the outermost open element on: what is written there, and the names of what is
    /// open.
    pub fn give_up(&mut self) -> (String, Vec<String>) {
        let mut written = String::new();
        let from = self.open_from.min(self.bits.len());
        for bit in self.bits.drain(from..) {
            match bit {
                Bit::Text(text) => written.push_str(&text),
                Bit::Markup { html, .. } => written.push_str(&html),
                Bit::Newline { .. } => written.push('\n'),
            }
        }
        self.opaque = 0;
        self.counts.clear();
        (written, std::mem::take(&mut self.open))
    }

    /// The paragraphs of the run, which is empty afterwards.
    pub fn finish(&mut self, content: Content) -> Vec<Part> {
        while let Some(name) = self.pop() {
            self.push_markup(&format!("</{name}>"), false);
        }
        self.counts.clear();
        let bits = std::mem::take(&mut self.bits);
        let mut parts = Parts {
            done: Vec::new(),
            part: Part::default(),
            content,
            newlines_break: self.newlines_break,
        };
        let mut bits = bits.into_iter().peekable();
        // Addresses count only where a line begins outside of all elements.
        let mut line_begins = true;
        while let Some(bit) = bits.next() {
            let line_ends = matches!(bits.peek(), None | Some(Bit::Newline { depth: 0, .. }));
            match bit {
                Bit::Text(text) if line_begins && line_ends && parts.takes_addresses() => {
                    parts.line(&text)
                }
                Bit::Text(text) => parts.text(&text),
                Bit::Markup { html, shows } => parts.markup(&html, shows),
                Bit::Newline { blank, depth } => {
                    parts.newline(blank, depth);
                    line_begins = depth == 0;
                    continue;
                }
            }
            line_begins = false;
        }
        parts.end();
        parts.done
    }
}

/// The paragraphs being made.
struct Parts {
    done: Vec<Part>,
    part: Part,
    content: Content,
    newlines_break: bool,
}

impl Parts {
    fn takes_addresses(&self) -> bool {
        matches!(
            self.content,
            Content::Flow | Content::Item | Content::Paragraph
        )
    }

    /// A line that is text alone.
    fn line(&mut self, text: &str) {
        let address = text.trim();
        if web_address(address).is_none() {
            self.text(text);
            return;
        }
        self.end();
        let plain = address.replace("&amp;", "&").replace("&#038;", "&");
        self.done.push(Part {
            html: escape(&plain),
            is_visible: true,
            is_address: true,
        });
    }

    fn text(&mut self, text: &str) {
        let text = if self.part.html.is_empty() {
            text.trim_start()
        } else {
            text
        };
        self.part.html.push_str(text);
        self.part.is_visible |= is_visible(text);
    }

    fn markup(&mut self, html: &str, shows: bool) {
        self.part.html.push_str(html);
        self.part.is_visible |= shows;
    }

    fn newline(&mut self, blank: bool, depth: usize) {
        if self.content == Content::Structure || self.part.html.is_empty() {
            return;
        }
        let may_part = depth == 0 && self.content != Content::Line;
        if blank && may_part {
            self.end();
        } else if !self.newlines_break {
            self.part.html.push('\n');
        } else if blank {
            self.part.html.push_str("<br>\n<br>\n");
        } else if ends_in_break(&self.part.html) {
            self.part.html.push('\n');
        } else {
            self.part.html.push_str("<br>\n");
        }
    }

    /// Ends the paragraph under way. What shows nothing and has no anchor is left out.
    fn end(&mut self) {
        let mut part = std::mem::take(&mut self.part);
        trim_end(&mut part.html);
        let matters = part.is_visible || part.html.contains("id=") || part.html.contains("name=");
        if !part.html.is_empty()
            && (matters || part.html.contains("<script") || part.html.contains("<style"))
        {
            self.done.push(part);
        }
    }
}

/// Cuts spaces and line breaks off the end.
fn trim_end(html: &mut String) {
    loop {
        let trimmed = html.trim_end_matches([' ', '\t', '\r', '\n']);
        let trimmed = trimmed.strip_suffix("<br>").unwrap_or(trimmed);
        if trimmed.len() == html.len() {
            return;
        }
        html.truncate(trimmed.len());
    }
}

fn ends_in_break(html: &str) -> bool {
    let html = html.trim_end_matches([' ', '\t', '\r', '\n']);
    let tag = html
        .rfind('<')
        .and_then(|at| html.get(at..))
        .unwrap_or_default();
    tag.len() < 40
        && tag
            .get(..3)
            .is_some_and(|begin| begin.eq_ignore_ascii_case("<br"))
}

/// Whether text shows anything; the spacers of old editors do not.
fn is_visible(text: &str) -> bool {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let after = ["&nbsp;", "&#160;", "&#xa0;", "&#xA0;"]
            .iter()
            .find_map(|space| rest.strip_prefix(space));
        match after {
            Some(after) => rest = after,
            None => return !rest.is_empty(),
        }
    }
}

/// Whether an element shows something without any text in it.
fn shows(name: &str) -> bool {
    matches!(
        name,
        "audio"
            | "canvas"
            | "embed"
            | "iframe"
            | "img"
            | "input"
            | "math"
            | "object"
            | "picture"
            | "svg"
            | "textarea"
            | "video"
    )
}

/// Whether whitespace and tags in an element are its own affair.
fn is_opaque(name: &str) -> bool {
    matches!(
        name,
        "audio"
            | "button"
            | "canvas"
            | "iframe"
            | "map"
            | "math"
            | "noscript"
            | "object"
            | "picture"
            | "ruby"
            | "script"
            | "select"
            | "style"
            | "svg"
            | "template"
            | "textarea"
            | "video"
    )
}
