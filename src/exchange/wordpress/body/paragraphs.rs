//! Paragraphs out of blank lines, and every element closed.
//!
//! WordPress keeps paragraphs as blank lines and line breaks as newlines, and puts the tags in when it shows a page. This
//! does the same in one pass over the pieces, with a stack of what is open, so that markup that is already there
//! stays and never gets a paragraph around it.

use std::collections::HashMap;

use super::Dropped;
use super::run::Run;
use crate::exchange::html::{Piece, Tag, escape_stray, is_void, pieces};

/// How an element treats the text in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// Text stands in paragraphs.
    Flow,
    /// Text stands in paragraphs only when there are several.
    Item,
    /// A paragraph, which may part into several.
    Paragraph,
    /// Text with line breaks: a heading, a term.
    Line,
    /// Text is only layout between other elements.
    Structure,
}

/// An element that is open and not part of a run of text.
struct Open {
    name: String,
    content: Content,
    /// The tag that begins its paragraphs.
    paragraph: String,
    /// What closes it; empty for what was left out.
    close: String,
}

/// `html` in paragraphs. `newlines_break` makes a newline in text a line break.
pub(super) fn write(html: &str, newlines_break: bool, dropped: &mut Dropped) -> String {
    let mut writer = Writer {
        out: String::with_capacity(html.len() + html.len() / 8),
        open: Vec::new(),
        counts: HashMap::new(),
        run: Run::new(newlines_break),
        verbatim: None,
    };
    for piece in pieces(html) {
        match piece {
            Piece::Comment(comment) => note_block(comment, dropped),
            Piece::Text(text) => writer.text(text),
            Piece::Raw(text) => writer.raw(text),
            Piece::Open(tag) => writer.open(&tag),
            Piece::Close(tag) => writer.close(&tag),
        }
    }
    writer.finish()
}

/// A block that closes itself has no content in the export: WordPress makes it when it shows the page.
fn note_block(comment: &str, dropped: &mut Dropped) {
    let inside = comment
        .trim_start_matches("<!--")
        .trim_end_matches("-->")
        .trim();
    if let Some(block) = inside.strip_suffix('/')
        && let Some(name) = block
            .strip_prefix("wp:")
            .and_then(|block| block.split_ascii_whitespace().next())
        && !matches!(
            name,
            "paragraph" | "separator" | "spacer" | "shortcode" | "more" | "nextpage"
        )
    {
        let name: String = name.chars().take(60).collect();
        dropped.note(&format!("wp:{name}"));
    }
}

struct Writer {
    out: String,
    open: Vec<Open>,
    /// How many of each name are open, so that a stray closing tag costs no search.
    counts: HashMap<String, usize>,
    run: Run,
    /// How many `pre` are open: in it all is kept as it is.
    verbatim: Option<usize>,
}

impl Writer {
    fn text(&mut self, text: &str) {
        let text = escape_stray(text);
        if self.verbatim.is_some() {
            self.out.push_str(&text);
        } else {
            self.run.text(&text);
        }
    }

    fn raw(&mut self, text: &str) {
        if self.verbatim.is_some() {
            self.out.push_str(text);
        } else {
            self.run.raw(text);
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        let name = tag.name.to_ascii_lowercase();
        if let Some(depth) = &mut self.verbatim {
            *depth += usize::from(name == "pre");
            self.out.push_str(tag.source);
        } else if self.run.is_opaque() || !is_block(&name) {
            self.run.open(&name, tag.source);
        } else {
            self.open_block(name, tag);
        }
    }

    fn open_block(&mut self, name: String, tag: &Tag<'_>) {
        if self.counts.get("p").is_some_and(|&count| count > 0) {
            self.close_to("p");
        }
        if let Some(last) = self.open.last()
            && ends_itself(&last.name, &name)
        {
            self.flush();
            self.pop();
        }
        self.break_out();
        if name == "hr" || is_void(&name) {
            self.line();
            self.out.push_str(tag.source);
            return;
        }
        if name == "pre" {
            self.line();
            self.out.push_str(tag.source);
            self.verbatim = Some(1);
            return;
        }
        let parent_is_embed = self
            .open
            .iter()
            .rev()
            .take(2)
            .any(|open| open.name == "figure" && open.close.is_empty());
        let content = match name.as_str() {
            "p" => Content::Paragraph,
            "figcaption" if parent_is_embed => Content::Paragraph,
            other => content_of(other),
        };
        let is_embed = (name == "figure" && tag.has_class("wp-block-embed"))
            || (name == "div" && tag.has_class("wp-block-embed__wrapper"));
        let paragraph = if name == "p" { tag.source } else { "<p>" };
        let close = if is_embed || content == Content::Paragraph {
            String::new()
        } else {
            self.line();
            self.out.push_str(tag.source);
            format!("</{name}>")
        };
        self.push(Open {
            content: if is_embed { Content::Flow } else { content },
            paragraph: paragraph.to_owned(),
            close,
            name,
        });
    }

    /// A block inside a link or another inline element: what is open in the run becomes what it stands in.
    fn break_out(&mut self) {
        if !self.run.has_open() {
            self.flush();
            return;
        }
        let (written, names) = self.run.give_up();
        self.flush();
        self.line();
        self.out.push_str(&written);
        for name in names {
            self.push(Open {
                content: Content::Item,
                paragraph: "<p>".to_owned(),
                close: format!("</{name}>"),
                name,
            });
        }
    }

    fn close(&mut self, tag: &Tag<'_>) {
        let name = tag.name.to_ascii_lowercase();
        if let Some(depth) = self.verbatim {
            self.out.push_str(tag.source);
            self.verbatim = match name.as_str() {
                "pre" if depth == 1 => None,
                "pre" => Some(depth - 1),
                _ => Some(depth),
            };
        } else if !self.run.close(&name) && self.counts.get(&name).is_some_and(|&count| count > 0) {
            self.close_to(&name);
        }
    }

    /// Closes elements up to the innermost of that name.
    fn close_to(&mut self, name: &str) {
        self.flush();
        while let Some(closed) = self.pop() {
            if closed == name {
                return;
            }
        }
    }

    fn push(&mut self, open: Open) {
        *self.counts.entry(open.name.clone()).or_default() += 1;
        self.open.push(open);
    }

    fn pop(&mut self) -> Option<String> {
        let open = self.open.pop()?;
        if let Some(count) = self.counts.get_mut(&open.name) {
            *count -= 1;
        }
        self.out.push_str(&open.close);
        Some(open.name)
    }

    /// Writes the run of text that has come to its end.
    fn flush(&mut self) {
        let (content, paragraph) = self.open.last().map_or((Content::Flow, "<p>"), |open| {
            (open.content, open.paragraph.as_str())
        });
        let parts = self.run.finish(content);
        if parts.is_empty() {
            return;
        }
        let several = parts.iter().filter(|part| part.is_visible).count() > 1;
        let wraps = match content {
            Content::Flow | Content::Paragraph => true,
            Content::Item => several,
            Content::Line | Content::Structure => false,
        };
        let mut begin = paragraph;
        for part in &parts {
            let wrapped =
                part.is_visible && (wraps || (part.is_address && content == Content::Item));
            if wrapped {
                line(&mut self.out);
                self.out.push_str(begin);
                self.out.push_str(&part.html);
                self.out.push_str("</p>");
                // Only the first of them may have the tag's id.
                begin = "<p>";
            } else {
                self.out.push_str(&part.html);
            }
        }
    }

    fn line(&mut self) {
        line(&mut self.out);
    }

    fn finish(mut self) -> String {
        if self.verbatim.is_some() {
            self.out.push_str("</pre>");
        }
        self.flush();
        while self.pop().is_some() {}
        self.out.trim().to_owned()
    }
}

/// Begins a new line in what is written.
fn line(out: &mut String) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

/// Whether the opening of `next` closes `last` (HTML standard, section 13.1.2.4).
fn ends_itself(last: &str, next: &str) -> bool {
    match next {
        "li" => last == "li",
        "dd" | "dt" => matches!(last, "dd" | "dt"),
        "td" | "th" => matches!(last, "td" | "th"),
        "tr" => matches!(last, "td" | "th" | "tr"),
        _ => false,
    }
}

fn content_of(name: &str) -> Content {
    match name {
        "blockquote" | "section" | "article" | "main" | "aside" | "header" | "footer" | "nav"
        | "form" | "fieldset" | "details" | "dialog" => Content::Flow,
        "ul" | "ol" | "menu" | "dl" | "table" | "thead" | "tbody" | "tfoot" | "tr" | "colgroup"
        | "hgroup" => Content::Structure,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dt" | "summary" | "caption" | "legend"
        | "address" => Content::Line,
        _ => Content::Item,
    }
}

const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "caption",
    "center",
    "col",
    "colgroup",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

fn is_block(name: &str) -> bool {
    BLOCKS.binary_search(&name).is_ok()
}
