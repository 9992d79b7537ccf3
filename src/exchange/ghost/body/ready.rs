//! The HTML that Ghost made, with its cards brought into simple form: their players' buttons and the pictures of link previews are no text.

use super::Written;
use super::cards::Bookmark;
use crate::exchange::html::{Piece, Tag, is_void, pieces, text};

/// Elements that are a card's own, and no text.
const CONTROLS: [&str; 6] = [
    "kg-audio-player",
    "kg-audio-thumbnail",
    "kg-video-overlay",
    "kg-video-player-container",
    "kg-toggle-card-icon",
    "kg-file-card-icon",
];

/// Forms, which do nothing elsewhere.
const FORMS: [&str; 1] = ["kg-signup-card"];

/// Writes the HTML with simple cards. What is no card stays as it is. Linear in the length.
pub(super) fn clean(html: &str, out: &mut Written) {
    let all: Vec<Piece<'_>> = pieces(html).collect();
    let mut rest = all.as_slice();
    // Whether elements still find their ends; remembered, so that a thousand openings cost one search.
    let mut ends = true;
    while let Some((piece, after)) = rest.split_first() {
        rest = after;
        if let Piece::Open(tag) = piece
            && ends
            && !is_void(tag.name)
            && let Some(card) = card(tag)
        {
            let Some(inside) = inside(after, tag.name) else {
                ends = false;
                out.push(piece.source());
                continue;
            };
            match card {
                Kind::Bookmark => out.bookmark(&bookmark(inside)),
                Kind::Control => {}
                Kind::Form => out.note("card signup"),
            }
            rest = after.get(inside.len() + 1..).unwrap_or_default();
            continue;
        }
        out.push(piece.source());
    }
}

/// The most authors and publishers of a link preview.
const ORIGINS: usize = 4;

#[derive(Clone, Copy)]
enum Kind {
    Bookmark,
    Control,
    Form,
}

fn card(tag: &Tag<'_>) -> Option<Kind> {
    if !tag.source.contains("kg-") {
        return None;
    }
    if tag.has_class("kg-bookmark-card") {
        Some(Kind::Bookmark)
    } else if CONTROLS.iter().any(|class| tag.has_class(class)) {
        Some(Kind::Control)
    } else if FORMS.iter().any(|class| tag.has_class(class)) {
        Some(Kind::Form)
    } else {
        None
    }
}

/// What is in the element of this name that has just been opened; none when it has no end.
fn inside<'p, 'h>(after: &'p [Piece<'h>], name: &str) -> Option<&'p [Piece<'h>]> {
    let mut depth = 1;
    let end = after.iter().position(|piece| {
        match piece {
            Piece::Open(tag) if tag.is(name) => depth += 1,
            Piece::Close(tag) if tag.is(name) => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    after.get(..end)
}

/// What a link preview says; of each part the first.
fn bookmark(card: &[Piece<'_>]) -> Bookmark {
    let (mut url, mut title, mut description, mut caption) = (None, None, None, None);
    let mut origin = Vec::new();
    let mut rest = card;
    while let Some((piece, after)) = rest.split_first() {
        rest = after;
        let Piece::Open(tag) = piece else { continue };
        let within = || {
            let within = inside(after, tag.name).unwrap_or_default();
            within.iter().map(Piece::source).collect::<String>()
        };
        if tag.is("a") {
            url.get_or_insert_with(|| text(tag.attribute("href").unwrap_or_default()));
        } else if tag.is("figcaption") {
            caption.get_or_insert_with(within);
        } else if tag.has_class("kg-bookmark-title") {
            title.get_or_insert_with(|| text(&within()));
        } else if tag.has_class("kg-bookmark-description") {
            description.get_or_insert_with(|| text(&within()));
        } else if origin.len() < ORIGINS
            && (tag.has_class("kg-bookmark-author") || tag.has_class("kg-bookmark-publisher"))
        {
            origin.push(text(&within()));
        }
    }
    origin.retain(|name| !name.is_empty());
    Bookmark {
        url: url.unwrap_or_default(),
        title: title.unwrap_or_default(),
        description: description.unwrap_or_default(),
        origin,
        caption: caption.unwrap_or_default(),
    }
}
