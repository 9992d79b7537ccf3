//! What html5ever builds into: nodes in one vector, linked by number, so that inserting, moving and
//! dropping cost the same whatever the shape of the tree.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, ExpandedName, LocalName, Namespace, QualName, local_name, ns};

use super::{Kind, MAX_DEPTH, Node, NodeId, Tree};

/// The parser's hold on a node. The name travels along because the parser asks for it all the time.
#[derive(Clone)]
pub(super) struct Handle {
    id: NodeId,
    name: Option<Rc<QualName>>,
    annotation_point: bool,
}

impl Handle {
    fn plain(id: NodeId) -> Self {
        Handle {
            id,
            name: None,
            annotation_point: false,
        }
    }
}

pub(super) struct Sink {
    nodes: RefCell<Vec<Node>>,
    limit: usize,
    events: Cell<usize>,
    overgrown: Cell<bool>,
}

const DOCUMENT: NodeId = 0;
static NO_NAMESPACE: Namespace = ns!();
static NO_NAME: LocalName = local_name!("");

impl Sink {
    /// A sink that calls itself overgrown past so many nodes.
    pub fn with_limit(limit: usize) -> Self {
        let sink = Sink {
            nodes: RefCell::new(Vec::with_capacity(limit.min(1024))),
            limit,
            events: Cell::new(0),
            overgrown: Cell::new(false),
        };
        sink.add(Kind::Other);
        sink
    }

    pub fn is_overgrown(&self) -> bool {
        self.overgrown.get()
    }

    /// Counts up whenever the parser makes or places something.
    pub fn events(&self) -> usize {
        self.events.get()
    }

    fn add(&self, kind: Kind) -> NodeId {
        let mut nodes = self.nodes.borrow_mut();
        let id = NodeId::try_from(nodes.len()).unwrap_or(NodeId::MAX);
        nodes.push(Node {
            kind,
            parent: None,
            previous: None,
            next: None,
            first: None,
            last: None,
            depth: 0,
        });
        self.events.set(self.events.get() + 1);
        if nodes.len() > self.limit {
            self.overgrown.set(true);
        }
        id
    }

    /// Puts a child under a parent, before a sibling or (none) at the end. Text joins the text that it
    /// comes to stand after.
    fn place(&self, parent: NodeId, child: NodeOrText<Handle>, before: Option<NodeId>) {
        let id = match child {
            NodeOrText::AppendNode(handle) => handle.id,
            NodeOrText::AppendText(text) => {
                if self.join_text(parent, &text, before) {
                    return;
                }
                self.add(Kind::Text(text))
            }
        };
        self.unlink(id);
        let mut nodes = self.nodes.borrow_mut();
        let previous = match before {
            Some(sibling) => get(&mut nodes, sibling).and_then(|node| node.previous.replace(id)),
            None => get(&mut nodes, parent).and_then(|node| node.last.replace(id)),
        };
        let depth = get(&mut nodes, parent).map_or(0, |node| node.depth) + 1;
        match previous.and_then(|previous| get(&mut nodes, previous)) {
            Some(previous) => previous.next = Some(id),
            None => {
                if let Some(parent) = get(&mut nodes, parent) {
                    parent.first = Some(id);
                }
            }
        }
        if let Some(node) = get(&mut nodes, id) {
            node.parent = Some(parent);
            node.previous = previous;
            node.next = before;
            node.depth = depth;
        }
        self.events.set(self.events.get() + 1);
        // The root and the document come on top of what the author nested.
        if depth > MAX_DEPTH + 8 {
            self.overgrown.set(true);
        }
    }

    fn join_text(&self, parent: NodeId, text: &StrTendril, before: Option<NodeId>) -> bool {
        let mut nodes = self.nodes.borrow_mut();
        let neighbour = match before {
            Some(sibling) => get(&mut nodes, sibling).and_then(|node| node.previous),
            None => get(&mut nodes, parent).and_then(|node| node.last),
        };
        match neighbour.and_then(|neighbour| get(&mut nodes, neighbour)) {
            Some(Node {
                kind: Kind::Text(there),
                ..
            }) => {
                there.push_tendril(text);
                self.events.set(self.events.get() + 1);
                true
            }
            _ => false,
        }
    }

    fn unlink(&self, id: NodeId) {
        let mut nodes = self.nodes.borrow_mut();
        let Some(node) = get(&mut nodes, id) else {
            return;
        };
        let Some(parent) = node.parent.take() else {
            return;
        };
        let (previous, next) = (node.previous.take(), node.next.take());
        match previous.and_then(|previous| get(&mut nodes, previous)) {
            Some(previous) => previous.next = next,
            None => {
                if let Some(parent) = get(&mut nodes, parent) {
                    parent.first = next;
                }
            }
        }
        match next.and_then(|next| get(&mut nodes, next)) {
            Some(next) => next.previous = previous,
            None => {
                if let Some(parent) = get(&mut nodes, parent) {
                    parent.last = previous;
                }
            }
        }
    }

    fn parent(&self, id: NodeId) -> Option<NodeId> {
        get(&mut self.nodes.borrow_mut(), id).and_then(|node| node.parent)
    }
}

fn get(nodes: &mut [Node], id: NodeId) -> Option<&mut Node> {
    nodes.get_mut(id as usize)
}

impl TreeSink for Sink {
    type Handle = Handle;
    /// None when the tree outgrew its limits, or nothing was parsed.
    type Output = Option<Tree>;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Option<Tree> {
        if self.is_overgrown() {
            return None;
        }
        let nodes = self.nodes.into_inner();
        let root = nodes.first()?.first?;
        Some(Tree { nodes, root })
    }

    fn parse_error(&self, _message: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        Handle::plain(DOCUMENT)
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> ExpandedName<'a> {
        match &target.name {
            Some(name) => name.expanded(),
            None => ExpandedName {
                ns: &NO_NAMESPACE,
                local: &NO_NAME,
            },
        }
    }

    fn create_element(
        &self,
        name: QualName,
        attributes: Vec<Attribute>,
        flags: ElementFlags,
    ) -> Handle {
        let id = self.add(Kind::Element {
            name: name.clone(),
            attributes,
        });
        Handle {
            id,
            name: Some(Rc::new(name)),
            annotation_point: flags.mathml_annotation_xml_integration_point,
        }
    }

    fn create_comment(&self, _text: StrTendril) -> Handle {
        Handle::plain(self.add(Kind::Other))
    }

    fn create_pi(&self, _target: StrTendril, _contents: StrTendril) -> Handle {
        Handle::plain(self.add(Kind::Other))
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        self.place(parent.id, child, None);
    }

    fn append_based_on_parent_node(
        &self,
        element: &Handle,
        previous_element: &Handle,
        child: NodeOrText<Handle>,
    ) {
        match self.parent(element.id) {
            Some(parent) => self.place(parent, child, Some(element.id)),
            None => self.place(previous_element.id, child, None),
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    /// A template's contents stay under it: what reads the tree passes templates by.
    fn get_template_contents(&self, target: &Handle) -> Handle {
        target.clone()
    }

    fn same_node(&self, one: &Handle, other: &Handle) -> bool {
        one.id == other.id
    }

    fn set_quirks_mode(&self, _mode: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, new: NodeOrText<Handle>) {
        if let Some(parent) = self.parent(sibling.id) {
            self.place(parent, new, Some(sibling.id));
        }
    }

    /// Only a second `<html>` or `<body>` asks for this, and their attributes are never used.
    fn add_attrs_if_missing(&self, _target: &Handle, _attributes: Vec<Attribute>) {}

    fn remove_from_parent(&self, target: &Handle) {
        self.unlink(target.id);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        loop {
            let first = get(&mut self.nodes.borrow_mut(), node.id).and_then(|node| node.first);
            let Some(child) = first else { break };
            self.place(
                new_parent.id,
                NodeOrText::AppendNode(Handle::plain(child)),
                None,
            );
        }
    }

    fn is_mathml_annotation_xml_integration_point(&self, handle: &Handle) -> bool {
        handle.annotation_point
    }

    fn allow_declarative_shadow_roots(&self, _intended_parent: &Handle) -> bool {
        false
    }
}
