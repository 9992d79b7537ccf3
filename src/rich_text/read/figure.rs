//! Figures with their captions, and frames, films and sounds of other sites.

use super::paragraph::{is_pictures, pictures, shows, sole_address};
use super::quote::{last_element, name_of_source};
use super::{Part, Place, Reader, Source, some_text};
use crate::rich_text::inline::{Link, Marks, Paragraph, plain_line};
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
        let Some(address) = address else {
            // A frame holds text for browsers that know no frames; the others hold what is shown instead.
            return if tree.name(id) == Some("iframe") {
                self.end_paragraph()
            } else {
                self.block(id, true)
            };
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
            }
            _ => self.link_to(id, address, title),
        }
        self.end_paragraph();
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
