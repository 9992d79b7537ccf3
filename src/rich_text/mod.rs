//! Rich text: what an editor writes becomes what readers ask for, once, when it is written.
//!
//! ```text
//! Markdown ──comrak──▶ HTML ──tree──▶ nodes ──read──▶ parts ──write──▶ html, blocks, text, outline
//!                       ▲                                               │
//!                       └──── until ammonia would change nothing ◀──────┘
//! ```
//!
//! The text is read into *parts* that know nothing of markup (flat runs of text with marks), and
//! everything is written from those. So the same text gives the same answer whether it was written as
//! Markdown or as HTML, only what [`write`] knows can ever come out, and rendering what was rendered
//! changes nothing. ammonia has the last word on every byte of the HTML.
//!
//! Belongs to the floor: it imports no slice, no database and no clock.

mod anchors;
mod blocks;
mod embeds;
mod footnotes;
mod inline;
mod leads;
mod links;
mod losses;
mod markdown;
mod pictures;
mod read;
mod sanitize;
mod text;
mod tree;
mod write;

use std::borrow::Cow;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::Url;

pub use blocks::{Block, Cell, Footnote, ListItem, OutlineItem};
pub use leads::{Lead, anchors_in, leads_in};
pub use losses::{Loss, losses};
pub use pictures::{blocks_without_pictures, strip_blocks, strip_html, without_pictures};
use write::Written;

/// Told with each rendering. Counts up when the same source would come out otherwise, so that
/// `kroniek rebuild` knows what to render again.
pub const RENDERER_VERSION: i32 = 1;

/// How a text may grow: at most this many times its source.
const MAX_GROWTH: usize = 8;
/// And by this many bytes, so that a short text may have many anchors.
const SPARE_BYTES: usize = 64 * 1024;
/// How often a text is read again before only its words are kept. Two rounds are the most seen.
const MAX_ROUNDS: usize = 5;

/// What a source is written in.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// CommonMark with tables, footnotes, strikethrough and autolinks.
    Markdown,
    /// HTML; what is not allowed is left out.
    Html,
}

impl Format {
    /// Its name in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Markdown => "markdown",
            Format::Html => "html",
        }
    }
}

/// A name that is no format's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnknownFormat;

impl std::fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the format of a rich text is `markdown` or `html`: use one of these")
    }
}

impl std::error::Error for UnknownFormat {}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        match name {
            "markdown" => Ok(Format::Markdown),
            "html" => Ok(Format::Html),
            _ => Err(UnknownFormat),
        }
    }
}

/// A text in all the forms that readers ask for.
#[derive(Clone, PartialEq, Debug)]
pub struct Rendered {
    /// Safe HTML; headings and footnotes have anchors. Rendering it again gives the same.
    pub html: String,
    /// Typed blocks, for readers that render natively.
    pub blocks: Vec<Block>,
    /// Without markup, a blank line between blocks.
    pub text: String,
    /// The headings, in order; levels 2 to 6.
    pub outline: Vec<OutlineItem>,
    /// Words; each Chinese or Japanese character is one.
    pub word_count: i32,
    /// Begun minutes; 0 only for no words.
    pub reading_minutes: i32,
}

/// Renders a source. Never fails: what is not allowed is left out and its words stay.
///
/// `anchor_prefix` comes before every anchor that this text makes (headings, footnotes), so that an
/// update's anchors never meet the body's on one page; `""` for the body. Letters, digits, `-` and `_`
/// of it count.
///
/// A heading of level 1 counts as 2: the headline is the page's only one. A source nested more than
/// about a hundred elements deep, or made to grow out of proportion, keeps its words as paragraphs.
pub fn render(format: Format, source: &str, anchor_prefix: &str) -> Rendered {
    let prefix: String = anchor_prefix
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    let mut html = match format {
        Format::Markdown => match markdown::to_html(source) {
            Some(html) => Cow::Owned(html),
            None => return finish(words_only(source, &prefix)),
        },
        Format::Html => Cow::Borrowed(source),
    };
    for _ in 0..MAX_ROUNDS {
        let written = render_once(&html, &prefix);
        let clean = sanitize::clean(&written.html);
        if clean == written.html && !written.has_led_links {
            return finish(written);
        }
        html = Cow::Owned(clean);
    }
    finish(words_only(&html, &prefix))
}

/// A rendered text for who reads it elsewhere than on its page: addresses that are relative to the page are whole in it.
pub fn absolute(html: String, page: &Url) -> String {
    let is_whole = |attribute: &str| {
        let values = html.split(attribute).skip(1);
        let mut ends = values.map(|value| {
            ["http:", "https:", "mailto:", "tel:"]
                .iter()
                .any(|begin| value.starts_with(begin))
        });
        ends.all(|whole| whole)
    };
    if [" href=\"", " src=\"", " cite=\""]
        .into_iter()
        .all(is_whole)
    {
        return html;
    }
    sanitize::absolute(&html, page)
}

/// Sanitises HTML: the `html` that [`render`] makes of it. Doing so twice equals once.
pub fn sanitize(html: &str) -> String {
    render(Format::Html, html, "").html
}

/// How long may come out of a source, in bytes.
fn limit(source: &str) -> usize {
    source
        .len()
        .saturating_mul(MAX_GROWTH)
        .saturating_add(SPARE_BYTES)
}

fn render_once(html: &str, prefix: &str) -> Written {
    tree::parse(html)
        .and_then(|tree| write::write(&read::read(&tree), prefix, limit(html)))
        .unwrap_or_else(|| words_only(html, prefix))
}

/// What is left when a source can't be taken as HTML: its words, in paragraphs, which always can.
fn words_only(html: &str, prefix: &str) -> Written {
    tree::parse(&sanitize::words_only(html))
        .and_then(|tree| write::write(&read::read(&tree), prefix, usize::MAX))
        .unwrap_or_default()
}

fn finish(written: Written) -> Rendered {
    let word_count = text::count_words(&written.text);
    Rendered {
        html: written.html,
        blocks: written.blocks,
        text: written.text,
        outline: written.outline,
        word_count,
        reading_minutes: text::reading_minutes(word_count),
    }
}

#[cfg(test)]
mod tests;
