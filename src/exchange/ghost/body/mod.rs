//! The text of a post as plain HTML.
//!
//! Ghost keeps what its editor writes as a document ([`lexical`] since 5, [`mobiledoc`] from 1), and beside it the HTML it made of that. Where
//! there is HTML it is taken, since it is what readers saw; its [`ready`] cards are brought into simple form. Else the document is written out
//! here. Nothing is sanitised: that is the rich text renderer's work, which also makes embeds of addresses it knows.

mod cards;
mod lexical;
mod mobiledoc;
mod ready;

#[cfg(test)]
mod tests;

use super::reader::Source;
use crate::exchange::html::escape;
use crate::rich_text::{Format, render};

/// The most names that [`Written::dropped`] gives.
const MAX_DROPPED: usize = 100;

/// A text written out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// HTML whose elements are closed.
    pub html: String,
    /// What could not be kept, or only its words, each name once.
    pub dropped: Vec<String>,
    /// Why the whole could not be read, if so.
    pub fault: Option<String>,
}

/// Writes a text out as HTML. Takes anything.
///
/// ```
/// use kroniek::exchange::ghost::{body, reader::Source};
///
/// let document = r#"{"version":"0.3.1","atoms":[],"cards":[["hr",{}]],"markups":[["em"]],
///     "sections":[[1,"p",[[0,[],0,"De haven slibt "],[0,[0],1,"dicht"]]],[10,0]]}"#;
/// let written = body::write(&Source::Mobiledoc(document.to_owned()));
/// assert_eq!(written.html, "<p>De haven slibt <em>dicht</em></p>\n<hr>\n");
/// ```
pub fn write(source: &Source) -> Written {
    let mut written = Written::default();
    let done = match source {
        Source::None => Ok(()),
        Source::Html(html) => {
            ready::clean(html, &mut written);
            Ok(())
        }
        Source::Markdown(text) => {
            written.markdown(text);
            Ok(())
        }
        Source::Lexical(document) => lexical::write(document, &mut written),
        Source::Mobiledoc(document) => mobiledoc::write(document, &mut written),
    };
    written.fault = done.err();
    written
}

impl Written {
    fn note(&mut self, name: &str) {
        if self.dropped.len() < MAX_DROPPED && !self.dropped.iter().any(|noted| noted == name) {
            self.dropped.push(name.chars().take(80).collect());
        }
    }

    fn push(&mut self, html: &str) {
        self.html.push_str(html);
    }

    fn text(&mut self, text: &str) {
        self.html.push_str(&escape(text));
    }

    /// HTML in an element of its own; nothing when it says nothing.
    fn element(&mut self, name: &str, inside: &str) {
        if !inside.trim().is_empty() {
            self.push(&format!("<{name}>{inside}</{name}>\n"));
        }
    }

    fn markdown(&mut self, text: &str) {
        self.push(&render(Format::Markdown, text, "").html);
        self.push("\n");
    }
}
