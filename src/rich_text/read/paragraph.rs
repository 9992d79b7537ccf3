//! The end of a paragraph: what was read becomes text, pictures on lines of their own, or an embed.

use super::{Part, Place, Reader};
use crate::rich_text::embeds::{self, Embed};
use crate::rich_text::inline::{CODE, Line, Paragraph, Piece};
use crate::rich_text::{inline, links};

impl Reader<'_> {
    pub(super) fn end_paragraph(&mut self) {
        if self.place != Place::Flow {
            return self.inline.end_paragraph();
        }
        for paragraph in std::mem::take(&mut self.inline).finish() {
            match embed(&paragraph) {
                Some(embed) => self.body.push(Part::Embed { embed, title: None }),
                None => self.push_lines(paragraph),
            }
        }
    }

    /// A picture alone on its line is a part of its own. One that links elsewhere stays text, for the
    /// sake of its link; one that links to a picture only to show it larger does not.
    fn push_lines(&mut self, paragraph: Paragraph) {
        let mut text = Paragraph::new();
        for line in paragraph {
            if !is_pictures(&line, links::is_picture) {
                text.push(line);
                continue;
            }
            if !text.is_empty() {
                self.body.push(Part::Paragraph(std::mem::take(&mut text)));
            }
            self.body.extend(pictures(line));
        }
        if !text.is_empty() {
            self.body.push(Part::Paragraph(text));
        }
    }
}

/// Whether a line is nothing but pictures, with no link but such as is allowed.
pub(super) fn is_pictures(line: &[Piece], allows: impl Fn(&str) -> bool) -> bool {
    line.iter().all(|piece| match piece {
        Piece::Image { marks, .. } => marks.link.as_ref().is_none_or(|link| allows(&link.address)),
        other => other.is_blank(),
    })
}

/// The pictures of a line, each a part.
pub(super) fn pictures(line: Line) -> impl Iterator<Item = Part> {
    line.into_iter().filter_map(|piece| match piece {
        Piece::Image { picture, .. } => Some(Part::Image(picture)),
        _ => None,
    })
}

/// A paragraph that is only the address of something to embed, as text or as a link that shows it.
fn embed(paragraph: &[Line]) -> Option<Embed> {
    let text = inline::plain_lines(paragraph);
    let shown = text.trim_ascii();
    if shown.contains(char::is_whitespace) {
        return None;
    }
    let address = sole_address(paragraph)?.unwrap_or(shown);
    let found = embeds::recognise(address)?;
    shows(shown, &found).then_some(found)
}

/// Whether a text is an address of this very thing.
pub(super) fn shows(text: &str, embed: &Embed) -> bool {
    let is_same = |address: &str| embeds::recognise(address).as_ref() == Some(embed);
    is_same(text) || (!text.contains(':') && is_same(&format!("https://{text}")))
}

/// The address to which a whole paragraph links: `None` when it is not one plain link and not plain
/// text either, `Some(None)` when it is text.
pub(super) fn sole_address(paragraph: &[Line]) -> Option<Option<&str>> {
    let [line] = paragraph else { return None };
    let mut found: Option<Option<&str>> = None;
    for piece in line {
        let Piece::Text { marks, .. } = piece else {
            return None;
        };
        let address = marks.link.as_ref().map(|link| link.address.as_str());
        if marks.simple & CODE != 0 || found.is_some_and(|found| found != address) {
            return None;
        }
        found = Some(address);
    }
    found
}
