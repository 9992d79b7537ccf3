//! Lists, and the lists in their items.

use super::element::{Role, role};
use super::{Item, Part, Place, Reader};
use crate::rich_text::inline::{Inline, Paragraph};
use crate::rich_text::tree::NodeId;

/// How deep lists may stand in each other; a deeper one becomes lines of the item that it is in. A block
/// nests four levels of JSON a list, of which common parsers read 128.
const MAX_LIST_DEPTH: u32 = 16;

impl Reader<'_> {
    pub(super) fn list(&mut self, id: NodeId, ordered: bool) {
        if self.notes.is_list(id) {
            return self.end_paragraph();
        }
        if self.place == Place::Flat || self.list_depth >= MAX_LIST_DEPTH {
            return self.block(id, true);
        }
        self.end_paragraph();
        let mut items = Vec::new();
        self.list_depth += 1;
        self.items(id, &mut items);
        self.list_depth -= 1;
        if items.is_empty() {
            return;
        }
        let list = Part::List { ordered, items };
        match self.place {
            Place::Flow => self.body.push(list),
            _ => self.lists.push(list),
        }
    }

    fn items(&mut self, list: NodeId, items: &mut Vec<Item>) {
        let tree = self.tree;
        for child in tree.children(list) {
            match tree.name(child).map(role) {
                Some(Role::Line) => self.item(child, items),
                Some(Role::Container) => self.items(child, items),
                // A list straight in a list, as old editors indent: it belongs to the item before it.
                Some(Role::List { ordered }) => {
                    let (paragraphs, lists) =
                        self.apart(Inline::default(), Place::Item, |reader| {
                            reader.list(child, ordered)
                        });
                    match items.last_mut() {
                        Some(item) => {
                            item.lists.extend(lists);
                            item.paragraphs.extend(paragraphs);
                        }
                        None => push_item(items, (paragraphs, lists)),
                    }
                }
                // What stands in a list without being an item is one.
                _ => {
                    let read =
                        self.apart(Inline::default(), Place::Item, |reader| reader.node(child));
                    push_item(items, read);
                }
            }
        }
    }

    fn item(&mut self, id: NodeId, items: &mut Vec<Item>) {
        let read = self.gather(id, Place::Item);
        push_item(items, read);
    }
}

fn push_item(items: &mut Vec<Item>, (paragraphs, lists): (Vec<Paragraph>, Vec<Part>)) {
    if !paragraphs.is_empty() || !lists.is_empty() {
        items.push(Item { paragraphs, lists });
    }
}
