//! What a text that was rendered leads to and shows: its links, pictures and anchors, read from what [`super::write`] wrote.

use std::collections::HashSet;

use super::blocks::{Block, ListItem};
use super::tree::{self, Tree};

/// Something in a block that leads or shows elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lead {
    /// A link, with its address as the text has it: whole, relative to the page, or an anchor after `#`.
    Link(String),
    /// A picture.
    Picture {
        /// Whether it tells what it shows.
        has_alt: bool,
        /// Whether it tells who made it; one that stands within a line has no place for that.
        has_credit: Option<bool>,
    },
}

/// What a block leads to and shows, in order.
pub fn leads_in(block: &Block) -> Vec<Lead> {
    let mut found = Vec::new();
    gather(block, &mut found);
    found
}

/// The anchors of a text: every `id` in its HTML. None when it can't be read, which nothing that was rendered is.
pub fn anchors_in(html: &str) -> Option<HashSet<String>> {
    let tree = tree::parse(html)?;
    let elements = elements(&tree);
    let ids = elements.filter_map(|id| tree.attribute(id, "id").map(str::to_owned));
    Some(ids.collect())
}

fn gather(block: &Block, found: &mut Vec<Lead>) {
    match block {
        Block::Paragraph { html, .. } | Block::Heading { html, .. } | Block::Quote { html, .. } => {
            inline(html, found)
        }
        Block::List { items, .. } => {
            // Lists in lists are at most as deep as a tree may be.
            for ListItem { html, children, .. } in items {
                inline(html, found);
                children.iter().for_each(|child| gather(child, found));
            }
        }
        Block::Image { alt, credit, .. } => found.push(Lead::Picture {
            has_alt: says_something(alt.as_deref()),
            has_credit: Some(says_something(credit.as_deref())),
        }),
        Block::Table { header, rows } => {
            let cells = header.iter().chain(rows).flatten();
            cells.for_each(|cell| inline(&cell.html, found));
        }
        Block::Footnotes { items } => items.iter().for_each(|note| inline(&note.html, found)),
        // What is embedded is another site's.
        Block::Code { .. } | Block::Embed { .. } | Block::Divider {} => {}
    }
}

fn says_something(text: Option<&str>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}

fn inline(html: &str, found: &mut Vec<Lead>) {
    // Text has no `<` of its own, so that most blocks need no parser.
    if !html.contains("<a ") && !html.contains("<img ") {
        return;
    }
    let Some(tree) = tree::parse(html) else {
        return;
    };
    for id in elements(&tree) {
        match tree.name(id) {
            Some("a") => found.extend(
                tree.attribute(id, "href")
                    .map(|address| Lead::Link(address.to_owned())),
            ),
            Some("img") => found.push(Lead::Picture {
                has_alt: says_something(tree.attribute(id, "alt")),
                has_credit: None,
            }),
            _ => {}
        }
    }
}

/// Every element of a tree, in order.
fn elements(tree: &Tree) -> impl Iterator<Item = tree::NodeId> {
    let nodes = tree.traverse(tree.root());
    nodes.filter_map(|(id, entered)| entered.then_some(id))
}

#[cfg(test)]
mod tests;
