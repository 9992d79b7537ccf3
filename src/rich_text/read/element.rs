//! What each element means for a text.

use crate::rich_text::inline::{CITE, CODE, SUPERSCRIPT};

/// What an element does to the text in it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Role {
    /// Nothing of it shows.
    Hidden,
    /// Nothing: only what it holds counts.
    Through,
    /// Marks it: a bit of `SIMPLE_MARKS`.
    Mark(u16),
    Link,
    Quotation,
    Break,
    Image,
    Paragraph,
    Container,
    /// A container whose fields do nothing here.
    Form,
    /// Nothing: only its words count, and it is told by this name.
    Words(&'static str),
    /// A container that is a mere line where only running text can stand.
    Line,
    /// Likewise a mere word.
    Cell,
    Heading(u8),
    List {
        ordered: bool,
    },
    Quote,
    Code,
    Table,
    Figure,
    Divider,
    /// A frame, a film, a sound.
    Player,
}

/// The role of an element; what is unknown is passed through.
pub(super) fn role(name: &str) -> Role {
    match name {
        "script" | "style" | "title" | "template" | "head" | "meta" | "link" | "base"
        | "noframes" | "noembed" | "desc" | "metadata" | "annotation" | "datalist" | "frameset"
        | "area" | "param" | "source" | "track" => Role::Hidden,
        "b" | "strong" => Role::Mark(1),
        "i" | "em" | "var" | "dfn" => Role::Mark(1 << 1),
        "u" => Role::Mark(1 << 2),
        "ins" => Role::Mark(1 << 3),
        "del" | "s" | "strike" => Role::Mark(1 << 4),
        "mark" => Role::Mark(1 << 5),
        "small" => Role::Mark(1 << 6),
        "cite" => Role::Mark(CITE),
        "sup" => Role::Mark(SUPERSCRIPT),
        "sub" => Role::Mark(1 << 9),
        "kbd" => Role::Mark(1 << 10),
        "code" | "tt" | "samp" => Role::Mark(CODE),
        "a" => Role::Link,
        "q" => Role::Quotation,
        "br" => Role::Break,
        "img" => Role::Image,
        "p" => Role::Paragraph,
        "address" | "article" | "aside" | "body" | "caption" | "center" | "details" | "dialog"
        | "div" | "dl" | "fieldset" | "figcaption" | "footer" | "header" | "hgroup" | "html"
        | "main" | "nav" | "search" | "section" | "tbody" | "tfoot" | "thead" => Role::Container,
        "form" => Role::Form,
        "input" | "select" | "textarea" | "button" => Role::Words("form"),
        "svg" => Role::Words("svg"),
        "canvas" => Role::Words("canvas"),
        "math" => Role::Words("math"),
        "li" | "dt" | "dd" | "tr" | "summary" | "legend" | "option" | "optgroup" => Role::Line,
        "td" | "th" => Role::Cell,
        "h1" | "h2" => Role::Heading(2),
        "h3" => Role::Heading(3),
        "h4" => Role::Heading(4),
        "h5" => Role::Heading(5),
        "h6" => Role::Heading(6),
        "ul" | "menu" | "dir" => Role::List { ordered: false },
        "ol" => Role::List { ordered: true },
        "blockquote" => Role::Quote,
        "pre" | "xmp" | "listing" | "plaintext" => Role::Code,
        "table" => Role::Table,
        "figure" => Role::Figure,
        "hr" => Role::Divider,
        "iframe" | "embed" | "object" | "video" | "audio" => Role::Player,
        _ => Role::Through,
    }
}

/// Elements of which it is told what became of them.
const TOLD: [&str; 9] = [
    "script", "style", "template", "area", "iframe", "embed", "object", "video", "audio",
];

/// What is told of an element that is left out or becomes something else.
pub(super) fn told(name: &str) -> Option<&'static str> {
    TOLD.into_iter().find(|told| *told == name)
}
