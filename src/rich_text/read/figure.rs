//! Pictures, figures with their captions, and frames, films and sounds of other sites.

use super::element::{Role, role, told};
use super::paragraph::{is_pictures, pictures, shows, sole_address};
use super::quote::{last_element, name_of_source};
use super::{Part, Place, Reader, Source, some_text};
use crate::rich_text::inline::{Link, Marks, Paragraph, Picture, plain_line};
use crate::rich_text::losses::Loss;
use crate::rich_text::text::on_one_line;
use crate::rich_text::tree::NodeId;
use crate::rich_text::{embeds, links};

use std::rc::Rc;

impl Reader<'_> {
    /// What is in a figure, its caption with it where the part has a place for one, else below.
    pub(super) fn figure(&mut self, id: NodeId) {
        let tree = self.tree;
        let caption = tree
            .children(id)
            .find(|&child| tree.name(child) == Some("figcaption"));
        let before = std::mem::replace(&mut self.passed_by, caption);
        let mut parts = self.gather_parts(id);
        self.passed_by = before;
        parts = parts.into_iter().flat_map(without_links).collect();

        let is_told = match (parts.as_mut_slice(), caption) {
            ([Part::Image(picture)], caption) => {
                if let Some(caption) = caption {
                    let (words, credit) = self.caption(caption);
                    picture.caption = words.or(picture.caption.take());
                    picture.credit = credit.or(picture.credit.take());
                }
                if picture.credit.is_none() {
                    picture.credit = tree
                        .attribute(id, "data-credit")
                        .map(on_one_line)
                        .and_then(some_text);
                }
                true
            }
            (
                [
                    Part::Quote {
                        cite: cite @ None, ..
                    },
                ],
                Some(caption),
            ) => {
                *cite = self
                    .words(caption)
                    .and_then(|words| name_of_source(&words))
                    .map(Source::Name);
                cite.is_some()
            }
            (
                [
                    Part::Embed {
                        title: title @ None,
                        ..
                    },
                ],
                Some(caption),
            ) => {
                *title = self.words(caption);
                true
            }
            (_, caption) => caption.is_none(),
        };
        if let ([Part::Embed { embed, title }], _) = (parts.as_mut_slice(), ()) {
            *title = title.take().filter(|title| !shows(title, embed));
        }
        self.body.extend(parts);
        if let (Some(caption), false) = (caption, is_told) {
            self.block(caption, true);
        }
    }

    pub(super) fn image(&mut self, id: NodeId) {
        let tree = self.tree;
        let sources = ["src", "data-src", "data-lazy-src"].into_iter();
        let Some(address) = sources
            .filter_map(|name| tree.attribute(id, name))
            .find_map(links::resource)
        else {
            if tree.attribute(id, "src").is_some_and(|src| !src.is_empty()) {
                self.lose(Loss::Picture);
            }
            return;
        };
        let text = |name| {
            tree.attribute(id, name)
                .map(on_one_line)
                .and_then(some_text)
        };
        let picture = Picture {
            address,
            alt: text("alt"),
            caption: text("title"),
            credit: text("data-credit"),
        };
        self.inline.push_image(picture, &self.marks);
    }

    /// A caption's words, and the credit that stands last in it as `cite`, `small` or a class of that name.
    fn caption(&mut self, id: NodeId) -> (Option<String>, Option<String>) {
        let tree = self.tree;
        let is_credit =
            |id| matches!(tree.name(id), Some("cite" | "small")) || tree.has_class(id, "credit");
        let credit = last_element(tree, id, is_credit);
        let words = credit.and_then(|credit| self.words(credit));
        let before = std::mem::replace(&mut self.passed_by, credit.filter(|_| words.is_some()));
        let caption = self.words(id);
        self.passed_by = before;
        (caption, words)
    }

    /// A frame or the like: an embed when it is of a known provider, else a link to what it shows.
    pub(super) fn player(&mut self, id: NodeId) {
        let tree = self.tree;
        let inner = tree
            .children(id)
            .filter(|&child| tree.name(child) == Some("source"));
        let address = [id].into_iter().chain(inner).find_map(|id| {
            let names = ["src", "data-src", "data-lazy-src", "data"].into_iter();
            names
                .filter_map(|name| tree.attribute(id, name))
                .find_map(links::resource)
        });
        let name = tree.name(id).and_then(told).unwrap_or_default();
        let Some(address) = address else {
            return self.player_without_address(id, name);
        };
        let title = tree
            .attribute(id, "title")
            .map(on_one_line)
            .and_then(some_text);
        self.end_paragraph();
        match embeds::recognise(&address) {
            Some(embed) if self.place == Place::Flow => {
                let title = title.filter(|title| !shows(title, &embed));
                self.body.push(Part::Embed { embed, title });
                self.lose(Loss::Embedded(name));
            }
            _ => {
                self.link_to(id, address, title);
                self.lose(Loss::Linked(name));
            }
        }
        self.end_paragraph();
    }

    /// A frame holds text for browsers that know no frames; the others hold what is shown instead.
    fn player_without_address(&mut self, id: NodeId, name: &'static str) {
        if name == "iframe" {
            self.lose(Loss::LeftOut(name));
            return self.end_paragraph();
        }
        let tree = self.tree;
        let is_player = |node| {
            tree.name(node)
                .is_some_and(|name| role(name) == Role::Player)
        };
        let holds_player = tree
            .traverse(id)
            .any(|(node, _)| node != id && is_player(node));
        if !holds_player {
            self.lose(Loss::OnlyWords(name));
        }
        self.block(id, true);
    }

    fn link_to(&mut self, node: NodeId, address: String, title: Option<String>) {
        let shown = title.unwrap_or_else(|| address.clone());
        let link = Link {
            address,
            title: None,
            relations: Vec::new(),
            node,
            note: None,
        };
        let marks = Marks {
            link: Some(Rc::new(link)),
            ..Marks::default()
        };
        self.inline.push_text(&shown, &marks);
    }
}

/// In a figure, a picture is a picture though it links elsewhere, and a link to a thing of a known
/// provider is that thing, whatever the link says.
fn without_links(part: Part) -> Vec<Part> {
    let Part::Paragraph(paragraph) = part else {
        return vec![part];
    };
    if paragraph.iter().all(|line| is_pictures(line, |_| true)) {
        return paragraph.into_iter().flat_map(pictures).collect();
    }
    match linked_embed(&paragraph) {
        Some(part) => vec![part],
        None => vec![Part::Paragraph(paragraph)],
    }
}

fn linked_embed(paragraph: &Paragraph) -> Option<Part> {
    let embed = embeds::recognise(sole_address(paragraph)??)?;
    Some(Part::Embed {
        embed,
        title: some_text(plain_line(paragraph)),
    })
}
