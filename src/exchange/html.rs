//! HTML cut into the pieces it is written in, without building a tree.
//!
//! The pieces tile their input: joined in order they give it back byte for byte. So a caller may move whole
//! elements around and leave the rest as the writer typed it. The cutting follows the tokenizer of the HTML
//! standard (section 13.2.5) as far as a body needs it, takes one pass, and never fails: what is no markup is text.

use std::borrow::Cow;
use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use memchr::memchr;

/// An opening or closing tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// The whole tag, from `<` to `>`.
    pub source: &'a str,
    /// Its name as written, in any case.
    pub name: &'a str,
}

/// One piece of HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Text, with its character references unresolved. A `<` in it is no markup.
    Text(&'a str),
    /// What stands in an element like `script` or `textarea`, where tags mean nothing.
    Raw(&'a str),
    /// An opening tag.
    Open(Tag<'a>),
    /// A closing tag.
    Close(Tag<'a>),
    /// A comment, a doctype or a processing instruction, delimiters included.
    Comment(&'a str),
}

impl<'a> Piece<'a> {
    /// The piece as it is written.
    pub fn source(&self) -> &'a str {
        match self {
            Piece::Text(text) | Piece::Raw(text) | Piece::Comment(text) => text,
            Piece::Open(tag) | Piece::Close(tag) => tag.source,
        }
    }
}

/// The pieces of `html`, in order.
pub(super) fn pieces(html: &str) -> Pieces<'_> {
    Pieces {
        rest: html,
        raw: None,
        comments_end: true,
        tags_end: true,
    }
}

/// See [`pieces`].
pub(super) struct Pieces<'a> {
    rest: &'a str,
    /// The name of the raw element whose content comes next.
    raw: Option<&'a str>,
    /// Whether a comment may still find its end. Remembered, so that a thousand openings cost one search.
    comments_end: bool,
    /// Whether a tag may still find its end.
    tags_end: bool,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if let Some(name) = self.raw.take() {
            let end = raw_end(self.rest, name);
            if end > 0 {
                return Some(Piece::Raw(self.take(end)));
            }
        }
        if self.rest.is_empty() {
            return None;
        }
        if self.rest.starts_with('<')
            && let Some(piece) = self.markup()
        {
            self.take(piece.source().len());
            return Some(piece);
        }
        // A `<` that opens nothing is text, and goes with what follows it.
        let after = self.rest.as_bytes().get(1..).unwrap_or_default();
        let end = memchr(b'<', after).map_or(self.rest.len(), |at| at + 1);
        Some(Piece::Text(self.take(end)))
    }
}

impl<'a> Pieces<'a> {
    /// Takes the first `length` bytes off the rest.
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// The markup that the rest begins with.
    fn markup(&mut self) -> Option<Piece<'a>> {
        match self.rest.as_bytes().get(1)? {
            b'!' if self.rest.starts_with("<!--") => Some(Piece::Comment(self.comment())),
            b'!' | b'?' => self.simple_end().map(Piece::Comment),
            b'/' => self.tag(2).map(Piece::Close),
            _ => {
                let tag = self.tag(1)?;
                if is_raw(tag.name) {
                    self.raw = Some(tag.name);
                }
                Some(Piece::Open(tag))
            }
        }
    }

    /// A comment; without an end only its opening, so that the text behind it is not lost.
    fn comment(&mut self) -> &'a str {
        let end = if self.comments_end {
            self.rest.get(2..).and_then(|after| after.find("-->"))
        } else {
            None
        };
        self.comments_end = end.is_some();
        let length = end.map_or(4, |at| at + 5);
        self.rest.get(..length).unwrap_or(self.rest)
    }

    fn simple_end(&mut self) -> Option<&'a str> {
        if !self.tags_end {
            return None;
        }
        match memchr(b'>', self.rest.as_bytes()) {
            Some(at) => self.rest.get(..=at),
            None => {
                self.tags_end = false;
                None
            }
        }
    }

    /// A tag whose name begins at `from`.
    fn tag(&mut self, from: usize) -> Option<Tag<'a>> {
        let after = self.rest.get(from..)?;
        if !self.tags_end || !after.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return None;
        }
        let name_length = after
            .find(|letter: char| letter.is_ascii_whitespace() || matches!(letter, '/' | '>'))
            .unwrap_or(after.len());
        let (name, attributes) = after.split_at_checked(name_length)?;
        let mut walk = Attributes { rest: attributes };
        while walk.next().is_some() {}
        if !walk.rest.starts_with('>') {
            self.tags_end = false;
            return None;
        }
        let length = self.rest.len() - walk.rest.len() + 1;
        Some(Tag {
            source: self.rest.get(..length)?,
            name,
        })
    }
}

impl<'a> Tag<'a> {
    /// Whether this is the element `name`, in any case.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The value of an attribute as written; empty when it has none.
    pub fn attribute(&self, name: &str) -> Option<&'a str> {
        let after_name = self.source.find(self.name)? + self.name.len();
        let rest = self.source.get(after_name..)?;
        Attributes { rest }
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// Whether the class is among those of the element.
    pub fn has_class(&self, class: &str) -> bool {
        self.attribute("class")
            .is_some_and(|all| all.split_ascii_whitespace().any(|one| one == class))
    }
}

/// The attributes in what follows the name of a tag, or of a shortcode: name and value as written.
pub(super) fn attributes(text: &str) -> Attributes<'_> {
    Attributes { rest: text }
}

/// The attributes of a tag; afterwards `rest` begins with the tag's `>`, or is empty when it has none.
pub(super) struct Attributes<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let space = |letter: char| letter.is_ascii_whitespace();
        self.rest = self
            .rest
            .trim_start_matches(|letter: char| space(letter) || letter == '/');
        if self.rest.is_empty() || self.rest.starts_with('>') {
            return None;
        }
        // The first character belongs to the name whatever it is, a stray `=` included.
        let first = self.rest.chars().next().map_or(0, char::len_utf8);
        let ends = |letter: char| space(letter) || matches!(letter, '/' | '>' | '=');
        let length = self
            .rest
            .get(first..)?
            .find(ends)
            .map_or(self.rest.len(), |at| at + first);
        let (name, after) = self.rest.split_at_checked(length)?;
        self.rest = after.trim_start_matches(space);
        let Some(value) = self.rest.strip_prefix('=') else {
            return Some((name, ""));
        };
        let value = value.trim_start_matches(space);
        let (value, rest) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inside = value.get(1..).unwrap_or_default();
                inside.split_once(quote).unwrap_or((inside, ""))
            }
            _ => {
                let end = value.find(|letter: char| space(letter) || letter == '>');
                value.split_at_checked(end.unwrap_or(value.len()))?
            }
        };
        self.rest = rest;
        Some((name, value))
    }
}

/// Where the content of the raw element `name` ends: at its closing tag, else at the end of `rest`.
fn raw_end(rest: &str, name: &str) -> usize {
    let mut from = 0;
    while let Some(at) = rest.get(from..).and_then(|after| after.find("</")) {
        let start = from + at;
        let after = rest.as_bytes().get(start + 2..).unwrap_or_default();
        let same = after
            .get(..name.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()));
        let ends = after
            .get(name.len())
            .is_none_or(|next| next.is_ascii_whitespace() || matches!(next, b'/' | b'>'));
        if same && ends {
            return start;
        }
        from = start + 2;
    }
    rest.len()
}

const RAW: &[&str] = &[
    "iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp",
];

const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

/// Whether tags mean nothing inside this element.
pub(super) fn is_raw(name: &str) -> bool {
    RAW.iter().any(|raw| name.eq_ignore_ascii_case(raw))
}

/// Whether this element has no content and no closing tag.
pub(super) fn is_void(name: &str) -> bool {
    VOID.iter().any(|void| name.eq_ignore_ascii_case(void))
}

/// The level of a heading, 1 to 6.
pub(super) fn heading_level(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h' | b'H', level @ b'1'..=b'6'] => Some(level - b'0'),
        _ => None,
    }
}

/// Text with a `<` that is no markup made safe for every parser.
pub(super) fn escape_stray(text: &str) -> Cow<'_, str> {
    if text.contains('<') {
        Cow::Owned(text.replace('<', "&lt;"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Plain text as HTML, fit for an attribute too.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// The text that a reader sees of `html`: no tags, character references resolved, each run of whitespace one space.
pub(super) fn text(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return collapse(html);
    }
    let tokenizer = Tokenizer::new(Visible::default(), TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(html));
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    collapse(&tokenizer.sink.0.borrow())
}

fn collapse(text: &str) -> String {
    let mut collapsed = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !collapsed.is_empty() {
            collapsed.push(' ');
        }
        collapsed.push_str(word);
    }
    collapsed
}

#[derive(Default)]
struct Visible(RefCell<String>);

impl TokenSink for Visible {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::CharacterTokens(text) => self.0.borrow_mut().push_str(&text),
            // Two lines of a heading are two words.
            Token::TagToken(tag) if &*tag.name == "br" => self.0.borrow_mut().push(' '),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}
