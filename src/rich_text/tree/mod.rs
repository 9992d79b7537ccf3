//! Parsing: HTML becomes a flat arena of nodes that can be walked and dropped without recursion.
//!
//! The HTML algorithm is generous: it copies formatting elements into every paragraph they were left
//! open in, and searches its stack of open elements on nearly every tag. A megabyte made for it would
//! cost minutes or gigabytes, so [`parse`] feeds the parser in small pieces and gives up when the
//! tree outgrows what an honest source of that size can need.

mod sink;

use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{Attribute, ParseOpts, QualName, local_name, ns, parse_fragment};

/// How deep elements may stand in each other. Editors' work rarely passes 30.
pub(super) const MAX_DEPTH: u32 = 128;
/// How much is fed between two looks at the growth of the tree, in bytes.
const PIECE: usize = 4 * 1024;
/// How much may pass without a node coming of it when it looks like a tag of countless attributes
/// (each new one is compared with all before it), in bytes.
const MAX_SILENCE: usize = 64 * 1024;

/// A node's place in its [`Tree`].
pub(super) type NodeId = u32;

#[derive(Debug)]
enum Kind {
    /// The document, a comment, a processing instruction: nothing that shows.
    Other,
    Text(StrTendril),
    Element {
        name: QualName,
        attributes: Vec<Attribute>,
    },
}

#[derive(Debug)]
struct Node {
    kind: Kind,
    parent: Option<NodeId>,
    previous: Option<NodeId>,
    next: Option<NodeId>,
    first: Option<NodeId>,
    last: Option<NodeId>,
    depth: u32,
}

/// A parsed fragment. Ids that are not of this tree answer like empty nodes.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    root: NodeId,
}

impl Tree {
    /// The element whose children are the fragment's top level.
    pub fn root(&self) -> NodeId {
        self.root
    }

    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        let first = self.node(id).and_then(|node| node.first);
        std::iter::successors(first, |&child| self.node(child)?.next)
    }

    pub fn last_child(&self, id: NodeId) -> Option<NodeId> {
        self.node(id)?.last
    }

    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.node(id)?.parent
    }

    pub fn previous(&self, id: NodeId) -> Option<NodeId> {
        self.node(id)?.previous
    }

    /// The element's name in lower case (`foreignObject` and its like as the parser has them), none
    /// for what is not an element.
    pub fn name(&self, id: NodeId) -> Option<&str> {
        match &self.node(id)?.kind {
            Kind::Element { name, .. } => Some(&name.local),
            _ => None,
        }
    }

    pub fn text(&self, id: NodeId) -> Option<&str> {
        match &self.node(id)?.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value of an attribute, none when absent.
    pub fn attribute(&self, id: NodeId, wanted: &str) -> Option<&str> {
        match &self.node(id)?.kind {
            Kind::Element { attributes, .. } => attributes
                .iter()
                .find(|attribute| &*attribute.name.local == wanted)
                .map(|attribute| &*attribute.value),
            _ => None,
        }
    }

    /// Whether one of the element's classes is this one.
    pub fn has_class(&self, id: NodeId, wanted: &str) -> bool {
        self.attribute(id, "class").is_some_and(|classes| {
            classes
                .split_ascii_whitespace()
                .any(|class| class.eq_ignore_ascii_case(wanted))
        })
    }

    /// The node and all below it in the order of the source, each with whether it is entered (`true`)
    /// or left.
    pub fn traverse(&self, id: NodeId) -> Traverse<'_> {
        Traverse {
            tree: self,
            top: id,
            at: Some((id, true)),
        }
    }

    fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id as usize)
    }

    /// How deep the tree really is: the parser moves branches about after they were measured.
    fn is_deeper_than(&self, limit: u32) -> bool {
        let mut depth = 0_u32;
        for (_, entered) in self.traverse(self.root) {
            depth = if entered {
                depth + 1
            } else {
                depth.saturating_sub(1)
            };
            if depth > limit {
                return true;
            }
        }
        false
    }
}

/// See [`Tree::traverse`].
pub(super) struct Traverse<'a> {
    tree: &'a Tree,
    top: NodeId,
    at: Option<(NodeId, bool)>,
}

impl Iterator for Traverse<'_> {
    type Item = (NodeId, bool);

    fn next(&mut self) -> Option<Self::Item> {
        let (id, entered) = self.at?;
        let node = self.tree.node(id)?;
        self.at = if entered {
            Some(node.first.map_or((id, false), |child| (child, true)))
        } else if id == self.top {
            None
        } else {
            match node.next {
                Some(next) => Some((next, true)),
                None => node.parent.map(|parent| (parent, false)),
            }
        };
        Some((id, entered))
    }
}

/// Parses a fragment as it would stand in a page's body. `None` when it is nested deeper than
/// [`MAX_DEPTH`] or would grow out of proportion; [`super::sanitize::words_only`] takes it from there.
pub(super) fn parse(html: &str) -> Option<Tree> {
    let options = ParseOpts {
        tree_builder: TreeBuilderOpts {
            scripting_enabled: false,
            ..TreeBuilderOpts::default()
        },
        ..ParseOpts::default()
    };
    let context = QualName::new(None, ns!(html), local_name!("body"));
    // A node takes two bytes of an honest source: `a<b>c` are three in five.
    let sink = sink::Sink::with_limit(html.len() / 2 + 256);
    let mut parser = parse_fragment(sink, options, context, Vec::new(), false);

    let mut rest = html;
    let mut silence = Silence::default();
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE).max(1));
        rest = after;
        parser.process(StrTendril::from_slice(piece));
        let sink = &parser.tokenizer.sink.sink;
        if sink.is_overgrown() || silence.is_too_long(piece, sink.events()) {
            return None;
        }
    }
    let tree = parser.finish()?;
    (!tree.is_deeper_than(MAX_DEPTH)).then_some(tree)
}

/// What has been fed since the parser last made something of it.
#[derive(Default)]
struct Silence {
    events: usize,
    bytes: usize,
    separators: usize,
}

impl Silence {
    /// An image written into its own address is long and quiet too, but has few separators.
    fn is_too_long(&mut self, piece: &str, events: usize) -> bool {
        if events != self.events {
            *self = Silence {
                events,
                ..Silence::default()
            };
            return false;
        }
        self.bytes += piece.len();
        self.separators += piece
            .bytes()
            .filter(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'"' | b'\''))
            .count();
        self.bytes > MAX_SILENCE && self.separators > self.bytes / 32
    }
}

#[cfg(test)]
mod tests;
