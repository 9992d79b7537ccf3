//! Recognising footnotes, whoever wrote them: comrak, Pandoc, WordPress, a wiki or a hand.
//!
//! A footnote is an item of a list that is marked as the text's notes, or of a list of which at least
//! one item is where a raised link leads to. What it is called and numbered does not matter: notes are
//! numbered anew in the order in which the text first refers to them.

use std::collections::{HashMap, HashSet};

use super::inline::Piece;
use super::read::{Item, Part, Parts};
use super::tree::{NodeId, Tree};

/// Which elements of a tree are footnotes, their lists and their ways back.
#[derive(Default, Debug)]
pub(super) struct Notes {
    by_id: HashMap<String, NodeId>,
    /// The items, in the order of the source.
    items: Vec<NodeId>,
    lists: HashSet<NodeId>,
    sections: HashSet<NodeId>,
    /// Where a way back may lead to: the ids of references.
    references: HashSet<String>,
}

impl Notes {
    /// Looks through a tree once; cheap when it has none.
    pub fn find(tree: &Tree) -> Self {
        let mut notes = Notes::default();
        let raised = raised_links(tree);
        let targets: HashSet<&str> = raised.iter().map(|raised| raised.target).collect();
        let mut in_section = 0_u32;
        for (id, entered) in tree.traverse(tree.root()) {
            let Some(name) = tree.name(id) else { continue };
            if is_section(tree, id) {
                in_section = if entered {
                    in_section + 1
                } else {
                    in_section.saturating_sub(1)
                };
                notes.sections.insert(id);
            }
            if entered && matches!(name, "ol" | "ul") {
                notes.add_list(tree, id, &targets, in_section > 0);
            }
        }
        notes.references = raised
            .iter()
            .filter(|raised| notes.by_id.contains_key(raised.target))
            .flat_map(|raised| raised.ids.iter().map(|&id| id.to_owned()))
            .collect();
        notes
    }

    pub fn is_list(&self, id: NodeId) -> bool {
        self.lists.contains(&id)
    }

    /// Whether an element is only there to hold the notes.
    pub fn is_section(&self, id: NodeId) -> bool {
        self.sections.contains(&id)
    }

    pub fn items(&self) -> &[NodeId] {
        &self.items
    }

    /// The note that an address within the page leads to.
    pub fn target(&self, address: &str) -> Option<NodeId> {
        self.by_id.get(address.strip_prefix('#')?).copied()
    }

    /// Whether an address is that of a reference, which will have another name, or one that a note or a
    /// reference might get: it would come to mean another one.
    pub fn is_dangling(&self, address: &str) -> bool {
        let Some(fragment) = address.strip_prefix('#') else {
            return false;
        };
        let is_number = |part: Option<&str>| {
            part.is_none_or(|part| {
                !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
            })
        };
        let after = |name: &str| fragment.rsplit_once(name).map(|(_, numbers)| numbers);
        let is_ours = after("fn-")
            .or_else(|| after("fnref-"))
            .is_some_and(|numbers| {
                let mut numbers = numbers.splitn(2, '-');
                is_number(numbers.next()) && is_number(numbers.next())
            });
        self.references.contains(fragment) || (is_ours && !self.by_id.contains_key(fragment))
    }

    /// Whether a link in a note leads back to the text.
    pub fn is_way_back(&self, tree: &Tree, id: NodeId) -> bool {
        let address = tree.attribute(id, "href").unwrap_or_default();
        let Some(fragment) = address.strip_prefix('#') else {
            return false;
        };
        self.references.contains(fragment)
            || tree.attribute(id, "role") == Some("doc-backlink")
            || tree.attribute(id, "data-footnote-backref").is_some()
            || ["footnote-backref", "footnote-back", "reversefootnote"]
                .iter()
                .any(|class| tree.has_class(id, class))
    }

    /// Within a list of notes no other is looked for: a note may hold a list.
    fn add_list(&mut self, tree: &Tree, list: NodeId, targets: &HashSet<&str>, in_section: bool) {
        let items = || {
            tree.children(list)
                .filter(|&item| tree.name(item) == Some("li"))
        };
        let is_within_note = std::iter::successors(tree.parent(list), |&id| tree.parent(id))
            .any(|id| self.lists.contains(&id));
        let is_target = |item| {
            tree.attribute(item, "id")
                .is_some_and(|id| targets.contains(id))
        };
        if is_within_note || !(in_section || items().any(is_target)) {
            return;
        }
        self.lists.insert(list);
        for item in items() {
            self.items.push(item);
            if let Some(id) = tree.attribute(item, "id") {
                self.by_id.entry(id.to_owned()).or_insert(item);
            }
        }
    }
}

struct Raised<'a> {
    target: &'a str,
    ids: Vec<&'a str>,
}

/// The links that are superscript, or marked as references.
fn raised_links(tree: &Tree) -> Vec<Raised<'_>> {
    let mut found: Vec<Raised<'_>> = Vec::new();
    let mut open: Vec<NodeId> = Vec::new();
    let mut superscripts: Vec<NodeId> = Vec::new();
    for (id, entered) in tree.traverse(tree.root()) {
        match tree.name(id) {
            Some("sup") if entered => superscripts.push(id),
            Some("sup") => drop(superscripts.pop()),
            Some("a") if entered => open.push(id),
            Some("a") => drop(open.pop()),
            _ => continue,
        }
        let (Some(&link), true) = (open.last(), entered) else {
            continue;
        };
        let is_raised = !superscripts.is_empty() || is_reference(tree, link);
        let target = tree
            .attribute(link, "href")
            .and_then(|href| href.strip_prefix('#'));
        if let (true, Some(target)) = (is_raised, target.filter(|target| !target.is_empty())) {
            let around = superscripts.last().copied();
            let ids = [Some(link), around, tree.children(link).next()]
                .into_iter()
                .flatten()
                .flat_map(|id| [tree.attribute(id, "id"), tree.attribute(id, "name")])
                .flatten()
                .collect();
            found.push(Raised { target, ids });
        }
    }
    found
}

/// Whether a link says of itself that it refers to a note.
pub(super) fn is_reference(tree: &Tree, link: NodeId) -> bool {
    tree.attribute(link, "data-footnote-ref").is_some()
        || matches!(tree.attribute(link, "role"), Some("doc-noteref"))
        || ["footnote-ref", "footnote", "noteref"]
            .iter()
            .any(|class| tree.has_class(link, class))
}

fn is_section(tree: &Tree, id: NodeId) -> bool {
    matches!(tree.name(id), Some("section" | "div" | "aside" | "footer"))
        && (tree.attribute(id, "role") == Some("doc-endnotes")
            || tree.attribute(id, "data-footnotes").is_some()
            || tree.has_class(id, "footnotes"))
}

/// The numbers of the notes (1 is the first) in the order in which a text refers to them; those to
/// which nothing refers come last.
#[derive(Default, Debug)]
pub(super) struct Numbers {
    order: Vec<NodeId>,
    numbers: HashMap<NodeId, usize>,
}

impl Numbers {
    pub fn of(parts: &Parts) -> Self {
        let mut numbers = Numbers::default();
        if parts.notes.is_empty() {
            return numbers;
        }
        for part in &parts.body {
            numbers.add_part(part);
        }
        numbers.add_notes(parts, 0);
        for (note, paragraphs) in &parts.notes {
            if !paragraphs.is_empty() && !numbers.numbers.contains_key(note) {
                let from = numbers.order.len();
                numbers.add(*note);
                numbers.add_notes(parts, from);
            }
        }
        numbers
    }

    pub fn order(&self) -> &[NodeId] {
        &self.order
    }

    pub fn get(&self, note: NodeId) -> Option<usize> {
        self.numbers.get(&note).copied()
    }

    /// Notes may refer to further notes.
    fn add_notes(&mut self, parts: &Parts, from: usize) {
        let mut next = from;
        while let Some(note) = self.order.get(next).copied() {
            next += 1;
            if let Some(paragraphs) = parts.note(note) {
                self.add_pieces(paragraphs.iter().flatten().flatten());
            }
        }
    }

    fn add_part(&mut self, part: &Part) {
        match part {
            Part::Paragraph(lines) => self.add_pieces(lines.iter().flatten()),
            Part::Heading { line, .. } => self.add_pieces(line.iter()),
            Part::Quote { paragraphs, .. } => {
                self.add_pieces(paragraphs.iter().flatten().flatten())
            }
            Part::List { items, .. } => self.add_items(items),
            Part::Table { header, rows } => {
                let cells = header.iter().chain(rows).flatten();
                self.add_pieces(cells.flatten().flatten().flatten());
            }
            Part::Image(_) | Part::Code { .. } | Part::Embed { .. } | Part::Divider => {}
        }
    }

    fn add_items(&mut self, items: &[Item]) {
        for item in items {
            self.add_pieces(item.paragraphs.iter().flatten().flatten());
            for list in &item.lists {
                self.add_part(list);
            }
        }
    }

    fn add_pieces<'a>(&mut self, pieces: impl Iterator<Item = &'a Piece>) {
        for piece in pieces {
            if let Piece::Note { note, .. } = piece {
                self.add(*note);
            }
        }
    }

    fn add(&mut self, note: NodeId) {
        if !self.numbers.contains_key(&note) {
            self.order.push(note);
            self.numbers.insert(note, self.order.len());
        }
    }
}
