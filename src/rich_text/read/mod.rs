//! Reading a tree into parts: what the text is made of, free of how it was marked up.
//!
//! Only what is named here gets through. Elements without a meaning of their own are passed through to
//! what they hold, so that no word is lost; only what a browser does not show is left out whole.

mod code;
mod element;
mod figure;
mod list;
mod paragraph;
mod quote;
mod table;

use std::rc::Rc;

use element::Role;

use super::embeds::Embed;
use super::footnotes::{self, Notes};
use super::inline::{Inline, Line, Link, Marks, Paragraph, Picture, SUPERSCRIPT};
use super::links;
use super::losses::Loss;
use super::text::{is_blank, on_one_line};
use super::tree::{NodeId, Tree};

/// A part of a text: what becomes one block.
#[derive(Debug)]
pub(super) enum Part {
    Paragraph(Paragraph),
    /// `id` is the one it had in the source.
    Heading {
        level: u8,
        line: Line,
        id: Option<String>,
    },
    List {
        ordered: bool,
        items: Vec<Item>,
    },
    Quote {
        paragraphs: Vec<Paragraph>,
        cite: Option<Source>,
    },
    Image(Picture),
    Code {
        language: Option<String>,
        text: String,
    },
    Table {
        header: Vec<Row>,
        rows: Vec<Row>,
    },
    Embed {
        embed: Embed,
        title: Option<String>,
    },
    Divider,
}

/// Whom or what a quotation is from.
#[derive(Debug)]
pub(super) enum Source {
    /// What the text says of it.
    Name(String),
    /// What only the markup says, written as [`links::link`] does.
    Address(String),
}

/// An item of a list; `lists` are [`Part::List`]s.
#[derive(Debug)]
pub(super) struct Item {
    pub paragraphs: Vec<Paragraph>,
    pub lists: Vec<Part>,
}

/// The cells of a row of a table.
pub(super) type Row = Vec<Vec<Paragraph>>;

/// A text in parts: its body, and its notes in the order of the source.
#[derive(Debug)]
pub(super) struct Parts {
    pub body: Vec<Part>,
    pub notes: Vec<(NodeId, Vec<Paragraph>)>,
    /// What was lost of it.
    pub losses: Vec<Loss>,
}

impl Parts {
    pub fn note(&self, note: NodeId) -> Option<&Vec<Paragraph>> {
        let index = self.notes.binary_search_by_key(&note, |(id, _)| *id).ok()?;
        self.notes.get(index).map(|(_, paragraphs)| paragraphs)
    }
}

/// Reads a whole tree.
pub(super) fn read(tree: &Tree) -> Parts {
    let notes = Notes::find(tree);
    let mut reader = Reader {
        tree,
        notes: &notes,
        marks: Marks::default(),
        place: Place::Flow,
        is_loose: true,
        is_in_note: false,
        inline: Inline::default(),
        body: Vec::new(),
        lists: Vec::new(),
        list_depth: 0,
        passed_by: None,
        losses: Vec::new(),
    };
    reader.children(tree.root());
    reader.end_paragraph();
    reader.is_in_note = true;
    let mut read: Vec<_> = notes
        .items()
        .iter()
        .map(|&item| (item, reader.gather(item, Place::Flat).0))
        .collect();
    read.sort_by_key(|(item, _)| *item);
    Parts {
        body: reader.body,
        notes: read,
        losses: reader.losses,
    }
}

/// What can stand where the reader is.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Place {
    /// Every kind of part.
    Flow,
    /// Running text and lists: an item of a list.
    Item,
    /// Running text only.
    Flat,
}

struct Reader<'t> {
    tree: &'t Tree,
    notes: &'t Notes,
    marks: Marks,
    place: Place,
    /// Whether text stands in no paragraph, so that a blank line in the source ends one.
    is_loose: bool,
    is_in_note: bool,
    inline: Inline,
    body: Vec<Part>,
    lists: Vec<Part>,
    list_depth: u32,
    /// An element that was read apart, such as whom a quotation is from.
    passed_by: Option<NodeId>,
    losses: Vec<Loss>,
}

impl Reader<'_> {
    fn children(&mut self, id: NodeId) {
        let tree = self.tree;
        for child in tree.children(id) {
            self.node(child);
        }
    }

    fn node(&mut self, id: NodeId) {
        if self.passed_by == Some(id) {
            return;
        }
        let tree = self.tree;
        if let Some(text) = tree.text(id) {
            self.text(text);
        } else if let Some(name) = tree.name(id) {
            self.element(id, element::role(name));
        }
    }

    fn text(&mut self, text: &str) {
        if !(self.is_loose && self.place == Place::Flow) {
            return self.inline.push_text(text, &self.marks);
        }
        let mut lines = text.split('\n').peekable();
        let mut is_first = true;
        while let Some(line) = lines.next() {
            let is_between_two_ends = !is_first && lines.peek().is_some();
            if is_between_two_ends && line.trim_ascii().is_empty() {
                self.end_paragraph();
            } else {
                self.inline.push_text(line, &self.marks);
            }
            if lines.peek().is_some() {
                self.inline.push_space();
            }
            is_first = false;
        }
    }

    fn element(&mut self, id: NodeId, role: Role) {
        match role {
            Role::Hidden => self.hidden(id),
            Role::Through => self.inline_element(id, 0),
            Role::Mark(mark) => self.inline_element(id, mark),
            Role::Link => self.link(id),
            Role::Quotation => {
                self.inline.push_text("\u{201c}", &self.marks);
                self.inline_element(id, 0);
                self.inline.push_text("\u{201d}", &self.marks);
            }
            Role::Break => self.inline.push_break(),
            Role::Image => self.image(id),
            Role::Words(name) => {
                self.lose(Loss::OnlyWords(name));
                self.inline_element(id, 0);
            }
            Role::Paragraph => self.block(id, false),
            Role::Container => self.block(id, true),
            Role::Form => {
                self.lose(Loss::OnlyWords("form"));
                self.block(id, true);
            }
            Role::Line if self.place == Place::Flow => self.block(id, true),
            Role::Line => {
                self.inline.end_line();
                self.children(id);
                self.inline.end_line();
            }
            Role::Cell if self.place == Place::Flow => self.block(id, true),
            Role::Cell => {
                self.inline.push_space();
                self.children(id);
                self.inline.push_space();
            }
            Role::List { ordered } => self.list(id, ordered),
            Role::Code => self.code(id),
            Role::Player => self.player(id),
            Role::Heading(_) | Role::Quote | Role::Table | Role::Figure | Role::Divider
                if self.place != Place::Flow =>
            {
                self.block(id, true);
            }
            Role::Heading(level) => self.heading(id, level),
            Role::Quote => self.quote(id),
            Role::Table => self.table(id),
            Role::Figure => self.figure(id),
            Role::Divider => self.divider(id),
        }
    }

    fn hidden(&mut self, id: NodeId) {
        if let Some(name) = self.tree.name(id).and_then(element::told) {
            self.lose(Loss::LeftOut(name));
        }
    }

    fn lose(&mut self, loss: Loss) {
        if !self.losses.contains(&loss) {
            self.losses.push(loss);
        }
    }

    fn inline_element(&mut self, id: NodeId, mark: u16) {
        let before = self.marks.clone();
        self.marks.simple |= mark;
        let tree = self.tree;
        if let Some(language) = tree
            .attribute(id, "lang")
            .filter(|tag| is_language_tag(tag))
        {
            self.marks.language = Some(Rc::from(language));
        }
        if matches!(tree.name(id), Some("abbr" | "acronym")) {
            // What is longer is no abbreviation's meaning, and would be repeated with each change of marks.
            let meaning = tree.attribute(id, "title").map(on_one_line);
            let meaning = meaning.filter(|meaning| !is_blank(meaning) && meaning.len() <= 200);
            self.marks.abbreviation = meaning.map(Rc::from).or(self.marks.abbreviation.take());
        }
        self.children(id);
        self.marks = before;
    }

    fn link(&mut self, id: NodeId) {
        let tree = self.tree;
        if self.is_in_note && self.notes.is_way_back(tree, id) {
            return;
        }
        let href = tree.attribute(id, "href").unwrap_or_default();
        let address = links::link(href);
        if address.is_none() && !href.trim().is_empty() {
            self.lose(Loss::LinkAddress);
        }
        let Some(address) = address.filter(|address| !self.notes.is_dangling(address)) else {
            return self.inline_element(id, 0);
        };
        let relation = tree.attribute(id, "rel").unwrap_or_default();
        let has = |name: &&str| {
            relation
                .split_ascii_whitespace()
                .any(|word| word.eq_ignore_ascii_case(name))
        };
        let title = tree.attribute(id, "title").map(on_one_line);
        let note = self.notes.target(&address);
        let link = Link {
            title: title.filter(|title| !is_blank(title)),
            relations: ["nofollow", "sponsored", "ugc"]
                .into_iter()
                .filter(|name| has(name))
                .collect(),
            node: id,
            note,
            address,
        };
        let before = self.marks.link.replace(Rc::new(link));
        let is_reference = note.is_some() && footnotes::is_reference(tree, id);
        self.inline_element(id, if is_reference { SUPERSCRIPT } else { 0 });
        self.marks.link = before;
    }

    /// A block: what came before is a paragraph of its own, and so is what it holds.
    fn block(&mut self, id: NodeId, is_loose: bool) {
        self.end_paragraph();
        let before = std::mem::replace(&mut self.is_loose, is_loose);
        self.children(id);
        self.is_loose = before;
        self.end_paragraph();
    }

    fn divider(&mut self, id: NodeId) {
        self.end_paragraph();
        let is_above_notes = self
            .tree
            .parent(id)
            .is_some_and(|parent| self.notes.is_section(parent));
        if !is_above_notes {
            self.body.push(Part::Divider);
        }
    }

    fn heading(&mut self, id: NodeId, level: u8) {
        self.end_paragraph();
        let (paragraphs, _) = self.apart(Inline::on_one_line(), Place::Flat, |reader| {
            reader.children(id)
        });
        let line: Line = paragraphs.into_iter().flatten().flatten().collect();
        if !line.is_empty() {
            let id = self.tree.attribute(id, "id").map(str::to_owned);
            self.body.push(Part::Heading { level, line, id });
        }
    }

    /// Reads what an element holds as running text, and the lists in it when the place allows for them.
    fn gather(&mut self, id: NodeId, place: Place) -> (Vec<Paragraph>, Vec<Part>) {
        self.apart(Inline::default(), place, |reader| reader.children(id))
    }

    /// Reads into a fresh line of text, whatever is being read meanwhile.
    fn apart(
        &mut self,
        inline: Inline,
        place: Place,
        read: impl FnOnce(&mut Self),
    ) -> (Vec<Paragraph>, Vec<Part>) {
        let inline = std::mem::replace(&mut self.inline, inline);
        let lists = std::mem::take(&mut self.lists);
        let before = std::mem::replace(&mut self.place, place);
        read(self);
        self.place = before;
        let lists = std::mem::replace(&mut self.lists, lists);
        let inline = std::mem::replace(&mut self.inline, inline);
        (inline.finish(), lists)
    }

    /// Reads what an element holds as parts of their own.
    fn gather_parts(&mut self, id: NodeId) -> Vec<Part> {
        self.end_paragraph();
        let body = std::mem::take(&mut self.body);
        self.block(id, true);
        std::mem::replace(&mut self.body, body)
    }

    /// The words that an element holds, on one line.
    fn words(&mut self, id: NodeId) -> Option<String> {
        let (paragraphs, _) = self.gather(id, Place::Flat);
        let words: Vec<String> = paragraphs
            .iter()
            .map(|lines| super::inline::plain_line(lines))
            .collect();
        some_text(words.join(" "))
    }
}

/// A text if it shows anything.
fn some_text(text: String) -> Option<String> {
    Some(text.trim_ascii().to_owned()).filter(|text| !is_blank(text))
}

/// The shape of a BCP 47 tag; whether it is registered does not matter here.
fn is_language_tag(tag: &str) -> bool {
    (2..=35).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}
