//! Quotations, and posts of other sites that come as quotations.

use super::element::{Role, role};
use super::{Part, Place, Reader, Source, some_text};
use crate::rich_text::embeds::{self, Embed};
use crate::rich_text::inline::{CITE, Line, Paragraph, Piece, plain_line};
use crate::rich_text::links;
use crate::rich_text::text::{is_blank, on_one_line};
use crate::rich_text::tree::{NodeId, Tree};

impl Reader<'_> {
    pub(super) fn quote(&mut self, id: NodeId) {
        self.end_paragraph();
        let tree = self.tree;
        if let Some(embed) = post(tree, id) {
            let title = self.words(id);
            return self.body.push(Part::Embed { embed, title });
        }
        let footer = last_element(tree, id, |id| tree.name(id) == Some("footer"));
        let (mut cite, mut paragraphs) = (None, Vec::new());
        if let Some(footer) = footer {
            cite = self.words(footer).and_then(|words| name_of_source(&words));
            let before = self.passed_by.replace(footer);
            paragraphs = self.gather(id, Place::Flat).0;
            self.passed_by = before;
        }
        // Without a footer, or with nothing but one, the source may be what stands last as `cite`.
        if paragraphs.is_empty() || cite.is_none() {
            paragraphs = self.gather(id, Place::Flat).0;
            cite = take_source(&mut paragraphs);
        }
        if paragraphs.is_empty() {
            return;
        }
        let address = tree.attribute(id, "cite").and_then(links::link);
        let address = address.filter(|address| links::is_outside(address));
        let cite = cite.map(Source::Name).or(address.map(Source::Address));
        self.body.push(Part::Quote { paragraphs, cite });
    }
}

/// Takes off what stands last as `cite`, unless there is nothing else.
fn take_source(paragraphs: &mut Vec<Paragraph>) -> Option<String> {
    let is_cite = |piece: &Piece| {
        piece.is_blank() || piece.marks().is_some_and(|marks| marks.simple & CITE != 0)
    };
    if paragraphs.iter().flatten().flatten().all(is_cite) {
        return None;
    }
    let last = paragraphs.last()?;
    let mut kept = last.clone();
    let mut taken = Paragraph::new();
    while let Some(mut line) = kept.pop() {
        let from = line
            .iter()
            .rposition(|piece| !is_cite(piece))
            .map_or(0, |at| at + 1);
        taken.insert(0, line.split_off(from));
        if from > 0 {
            end_without_dash(&mut line);
            kept.extend(Some(line).filter(|line| !line.is_empty()));
            break;
        }
    }
    let name = name_of_source(&plain_line(&taken))?;
    paragraphs.pop();
    paragraphs.extend(Some(kept).filter(|kept| !kept.is_empty()));
    Some(name)
}

/// Takes off the spaces and dashes with which a line ends.
fn end_without_dash(line: &mut Line) {
    while let Some(Piece::Text { text, .. }) = line.last_mut() {
        text.truncate(text.trim_end_matches([' ', '\u{2013}', '\u{2014}']).len());
        if !is_blank(text) {
            break;
        }
        line.pop();
    }
}

/// The last thing in an element that shows, if it is what is looked for, in whatever wrapping.
pub(super) fn last_element(
    tree: &Tree,
    id: NodeId,
    is_wanted: impl Fn(NodeId) -> bool,
) -> Option<NodeId> {
    let mut within = id;
    loop {
        let mut last = tree.last_child(within)?;
        while !shows(tree, last) {
            last = tree.previous(last)?;
        }
        if is_wanted(last) {
            return Some(last);
        }
        match role(tree.name(last)?) {
            Role::Through
            | Role::Mark(_)
            | Role::Words(_)
            | Role::Paragraph
            | Role::Container
            | Role::Form => within = last,
            _ => return None,
        }
    }
}

fn shows(tree: &Tree, id: NodeId) -> bool {
    match tree.text(id) {
        Some(text) => !is_blank(text),
        None => tree.name(id).is_some_and(|name| role(name) != Role::Hidden),
    }
}

/// Whom a quotation is from, without the dash that is put before it.
pub(super) fn name_of_source(words: &str) -> Option<String> {
    let name = words.trim_start_matches(|c: char| {
        c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '~' | '\u{2212}')
    });
    some_text(name.to_owned())
}

/// The post that a blockquote stands for until a script replaces it.
fn post(tree: &Tree, id: NodeId) -> Option<Embed> {
    let has = |class| tree.has_class(id, class);
    let address = if has("instagram-media") {
        tree.attribute(id, "data-instgrm-permalink")
            .map(str::to_owned)
    } else if has("tiktok-embed") {
        tree.attribute(id, "cite").map(str::to_owned)
    } else if has("twitter-tweet") || has("twitter-video") || has("bluesky-embed") {
        let links = tree
            .traverse(id)
            .filter(|&(link, entered)| entered && tree.name(link) == Some("a"));
        links
            .filter_map(|(link, _)| tree.attribute(link, "href"))
            .last()
            .map(on_one_line)
    } else {
        None
    };
    embeds::recognise(&address?)
}
