//! The outermost elements of a piece of HTML.

use std::collections::HashMap;
use std::ops::Range;

use crate::exchange::html::{Piece, is_void, pieces};

/// An outermost element, or the text between two.
#[derive(Debug, Default)]
pub(super) struct Element<'a> {
    /// Its name in lower case; empty for text.
    pub name: String,
    /// All of it.
    pub source: &'a str,
    /// Its opening tag.
    pub opening: &'a str,
    /// What is inside.
    pub inside: &'a str,
    holds_block: bool,
}

impl Element<'_> {
    /// Whether it is whitespace between two elements.
    pub fn is_blank(&self) -> bool {
        self.name.is_empty() && self.source.trim().is_empty()
    }

    /// Whether it is a paragraph, or a box that some editors use as one.
    pub fn is_line(&self) -> bool {
        self.name == "p" || (self.name == "div" && !self.holds_block)
    }
}

/// The outermost elements; their sources, joined, are `html`. A closing tag that closes nothing is text.
pub(super) fn top_level(html: &str) -> Vec<Element<'_>> {
    let mut walk = Walk {
        html,
        elements: Vec::new(),
        open: Vec::new(),
        counts: HashMap::new(),
        start: 0,
        opening: 0..0,
        holds_block: false,
    };
    let mut at = 0;
    for piece in pieces(html) {
        let end = at + piece.source().len();
        match piece {
            Piece::Open(tag) => walk.open(tag.name.to_ascii_lowercase(), at..end),
            Piece::Close(tag) => walk.close(&tag.name.to_ascii_lowercase(), at..end),
            _ => {}
        }
        at = end;
    }
    walk.end(at, at);
    walk.elements
}

struct Walk<'a> {
    html: &'a str,
    elements: Vec<Element<'a>>,
    open: Vec<String>,
    counts: HashMap<String, usize>,
    /// Where the element or the text under way begins.
    start: usize,
    opening: Range<usize>,
    holds_block: bool,
}

impl Walk<'_> {
    fn open(&mut self, name: String, place: Range<usize>) {
        let block = is_block(&name);
        // A block closes the paragraph before it, wherever its writer left it open.
        if block && self.open.first().is_some_and(|outer| outer == "p") {
            self.end(place.start, place.start);
        }
        if self.open.is_empty() {
            // Inline markup between blocks stays with the text around it.
            if !block {
                return;
            }
            self.end(place.start, place.start);
            if is_void(&name) {
                self.end(place.end, place.end);
                return;
            }
            self.opening = place;
        } else if is_void(&name) {
            return;
        }
        self.holds_block |= block && !self.open.is_empty();
        *self.counts.entry(name.clone()).or_default() += 1;
        self.open.push(name);
    }

    fn close(&mut self, name: &str, place: Range<usize>) {
        if self.counts.get(name).is_none_or(|&count| count == 0) {
            return;
        }
        while let Some(closed) = self.open.pop() {
            if let Some(count) = self.counts.get_mut(&closed) {
                *count -= 1;
            }
            if self.open.is_empty() {
                self.open.push(closed);
                self.end(place.start, place.end);
                return;
            }
            if closed == name {
                return;
            }
        }
    }

    /// Ends what is under way: its inside at `inside_end`, all of it at `end`.
    fn end(&mut self, inside_end: usize, end: usize) {
        let source = self.html.get(self.start..end).unwrap_or_default();
        if !source.is_empty() {
            let name = self.open.drain(..).next().unwrap_or_default();
            let mut element = Element {
                source,
                holds_block: self.holds_block,
                ..Element::default()
            };
            if !name.is_empty() {
                element.name = name;
                element.opening = self.html.get(self.opening.clone()).unwrap_or_default();
                element.inside = self
                    .html
                    .get(self.opening.end..inside_end)
                    .unwrap_or_default();
            }
            self.elements.push(element);
        }
        self.open.clear();
        self.counts.clear();
        self.holds_block = false;
        self.start = end;
    }
}

/// Whether the element ends the text before it.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "center"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "table"
            | "ul"
    )
}
