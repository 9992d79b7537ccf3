//! Running text: a flat row of pieces, each with the marks (strong, link …) that hold for it.
//!
//! Flat on purpose. `<b><i>x</i></b>`, `<i><b>x</b></i>` and `***x***` are the same row, so whatever way
//! an editor wrote it there is one way it is written out; and no text can be nested deeply.

use std::rc::Rc;

use super::text;
use super::tree::NodeId;

/// The marks without a value, in the order they are written, outermost first: bit n of [`Marks::simple`].
pub(super) const SIMPLE_MARKS: [&str; 12] = [
    "strong", "em", "u", "ins", "del", "mark", "small", "cite", "sup", "sub", "kbd", "code",
];
pub(super) const CITE: u16 = 1 << 7;
pub(super) const SUPERSCRIPT: u16 = 1 << 8;
pub(super) const CODE: u16 = 1 << 11;

/// A link's address and what goes with it.
#[derive(Debug)]
pub(super) struct Link {
    /// As [`super::links::link`] writes it.
    pub address: String,
    pub title: Option<String>,
    /// Of `nofollow`, `sponsored` and `ugc`, those that the editor gave, in this order.
    pub relations: Vec<&'static str>,
    /// The element it came from.
    pub node: NodeId,
    /// The footnote that it leads to, when it does.
    pub note: Option<NodeId>,
}

impl PartialEq for Link {
    /// Two links side by side to the same place are one link; where they came from does not count.
    fn eq(&self, other: &Self) -> bool {
        (&self.address, &self.title, &self.relations)
            == (&other.address, &other.title, &other.relations)
    }
}

/// What holds for a piece of text.
#[derive(Clone, Default, PartialEq, Debug)]
pub(super) struct Marks {
    pub link: Option<Rc<Link>>,
    /// A language tag, where the text is in another language than what is around it.
    pub language: Option<Rc<str>>,
    /// What an abbreviation stands for.
    pub abbreviation: Option<Rc<str>>,
    pub simple: u16,
}

impl Marks {
    /// The marks that both have.
    pub fn shared_with(&self, other: &Marks) -> Marks {
        fn same<T: ?Sized + PartialEq>(
            one: &Option<Rc<T>>,
            other: &Option<Rc<T>>,
        ) -> Option<Rc<T>> {
            one.clone().filter(|_| one == other)
        }
        Marks {
            link: same(&self.link, &other.link),
            language: same(&self.language, &other.language),
            abbreviation: same(&self.abbreviation, &other.abbreviation),
            simple: self.simple & other.simple,
        }
    }

    fn is_note_reference(&self) -> Option<(NodeId, NodeId)> {
        let link = self.link.as_ref()?;
        (self.simple & SUPERSCRIPT != 0).then_some((link.note?, link.node))
    }
}

/// A picture: alone on its line it is a block, else part of the text.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Picture {
    /// As [`super::links::resource`] writes it.
    pub address: String,
    pub alt: Option<String>,
    pub caption: Option<String>,
    pub credit: Option<String>,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Piece {
    Text {
        text: String,
        marks: Marks,
    },
    Break,
    Image {
        picture: Picture,
        marks: Marks,
    },
    /// A reference to a footnote, and the link element that it was.
    Note {
        note: NodeId,
        from: NodeId,
    },
}

impl Piece {
    /// The marks that hold for the piece; none for a break or a reference.
    pub fn marks(&self) -> Option<&Marks> {
        match self {
            Piece::Text { marks, .. } | Piece::Image { marks, .. } => Some(marks),
            Piece::Break | Piece::Note { .. } => None,
        }
    }

    /// Whether it shows nothing.
    pub fn is_blank(&self) -> bool {
        match self {
            Piece::Text { text, .. } => text::is_blank(text),
            Piece::Break => true,
            Piece::Image { .. } | Piece::Note { .. } => false,
        }
    }
}

/// Pieces between two line breaks.
pub(super) type Line = Vec<Piece>;
/// Lines that belong together; never empty, no line blank.
pub(super) type Paragraph = Vec<Line>;

/// Running text while it is read: white space collapsed as a browser shows it.
#[derive(Default, Debug)]
pub(super) struct Inline {
    pieces: Vec<Piece>,
    /// White space was read that shows only if more follows on the line.
    space: bool,
    /// Line breaks become spaces (headings, captions).
    single_line: bool,
}

impl Inline {
    pub fn on_one_line() -> Self {
        Inline {
            single_line: true,
            ..Inline::default()
        }
    }

    /// Adds text as it stands in the source.
    pub fn push_text(&mut self, source: &str, marks: &Marks) {
        let mut rest = source;
        while let Some(first) = rest.bytes().next() {
            if first.is_ascii_whitespace() {
                self.space = true;
                rest = rest.trim_ascii_start();
                continue;
            }
            let end = rest
                .bytes()
                .position(|byte| byte.is_ascii_whitespace())
                .unwrap_or(rest.len());
            let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            rest = after;
            if word.chars().all(text::is_allowed) {
                self.push_word(word, marks);
            } else {
                let allowed: String = word.chars().filter(|&c| text::is_allowed(c)).collect();
                self.push_word(&allowed, marks);
            }
        }
    }

    /// A space that shows only between words.
    pub fn push_space(&mut self) {
        self.space = true;
    }

    pub fn push_image(&mut self, picture: Picture, marks: &Marks) {
        let marks = Marks {
            link: marks.link.clone().filter(|link| link.note.is_none()),
            ..Marks::default()
        };
        self.push_pending_space(Some(&marks));
        self.pieces.push(Piece::Image { picture, marks });
    }

    pub fn push_break(&mut self) {
        if self.single_line {
            self.space = true;
        } else {
            self.space = false;
            self.pieces.push(Piece::Break);
        }
    }

    /// Ends the line if one was begun.
    pub fn end_line(&mut self) {
        if !matches!(self.pieces.last(), None | Some(Piece::Break)) {
            self.push_break();
        }
        self.space = true;
    }

    /// Ends the paragraph if one was begun.
    pub fn end_paragraph(&mut self) {
        if !self.pieces.is_empty() {
            self.end_line();
            self.push_break();
        }
    }

    /// The text read, cut into paragraphs where a line is blank.
    pub fn finish(self) -> Vec<Paragraph> {
        let mut paragraphs = Vec::new();
        let mut paragraph = Paragraph::new();
        let mut line = Line::new();
        for piece in self.pieces.into_iter().chain([Piece::Break]) {
            if piece != Piece::Break {
                line.push(piece);
            } else if !line.iter().all(Piece::is_blank) {
                paragraph.push(std::mem::take(&mut line));
            } else {
                line.clear();
                if !paragraph.is_empty() {
                    paragraphs.push(std::mem::take(&mut paragraph));
                }
            }
        }
        paragraphs.extend(Some(paragraph).filter(|paragraph| !paragraph.is_empty()));
        paragraphs
    }

    fn push_word(&mut self, word: &str, marks: &Marks) {
        if word.is_empty() {
            return;
        }
        if let Some((note, from)) = marks.is_note_reference() {
            let is_same =
                matches!(self.pieces.last(), Some(Piece::Note { from: last, .. }) if *last == from);
            if !is_same {
                self.push_pending_space(None);
                self.pieces.push(Piece::Note { note, from });
            }
            return;
        }
        self.push_pending_space(Some(marks));
        self.extend_text(word, marks);
    }

    /// A space takes the marks that what stands before and after it share.
    fn push_pending_space(&mut self, next: Option<&Marks>) {
        if !std::mem::take(&mut self.space) {
            return;
        }
        let marks = match self.pieces.last() {
            None | Some(Piece::Break) => return,
            Some(last) => match (last.marks(), next) {
                (Some(last), Some(next)) => last.shared_with(next),
                _ => Marks::default(),
            },
        };
        self.extend_text(" ", &marks);
    }

    fn extend_text(&mut self, more: &str, marks: &Marks) {
        match self.pieces.last_mut() {
            Some(Piece::Text { text, marks: last }) if last == marks => text.push_str(more),
            _ => self.pieces.push(Piece::Text {
                text: more.to_owned(),
                marks: marks.clone(),
            }),
        }
    }
}

/// The words of a paragraph as a reader sees them, its lines on one.
pub(super) fn plain_line(paragraph: &[Line]) -> String {
    plain_lines(paragraph).replace('\n', " ")
}

/// The words of a paragraph as a reader sees them. References to footnotes are left out, as the
/// numbers of a list are.
pub(super) fn plain_lines(paragraph: &[Line]) -> String {
    let mut plain = String::new();
    for (index, line) in paragraph.iter().enumerate() {
        if index > 0 {
            plain.push('\n');
        }
        for piece in line {
            match piece {
                Piece::Text { text, .. } => plain.push_str(text),
                Piece::Image { picture, .. } => {
                    plain.push_str(picture.alt.as_deref().unwrap_or_default())
                }
                Piece::Break | Piece::Note { .. } => {}
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests;
