//! Code: text that keeps its white space.

use super::element::{Role, role};
use super::{Part, Place, Reader};
use crate::rich_text::inline::CODE;
use crate::rich_text::text::{is_allowed, is_blank};
use crate::rich_text::tree::{NodeId, Tree};

impl Reader<'_> {
    pub(super) fn code(&mut self, id: NodeId) {
        let text = self.raw_text(id);
        if self.place != Place::Flow {
            self.inline.end_paragraph();
            let mut marks = self.marks.clone();
            marks.simple |= CODE;
            for line in text.lines() {
                self.inline.push_text(line, &marks);
                self.inline.end_line();
            }
            return self.inline.end_paragraph();
        }
        self.end_paragraph();
        if !is_blank(&text) {
            let language = code_language(self.tree, id);
            self.body.push(Part::Code { language, text });
        }
    }

    /// Text as it stands, white space included, without empty lines around it.
    fn raw_text(&self, id: NodeId) -> String {
        let mut raw = String::new();
        let mut hidden = 0_u32;
        for (node, entered) in self.tree.traverse(id) {
            match self.tree.name(node).map(role_in_code) {
                Some(Role::Hidden) if entered => hidden += 1,
                Some(Role::Hidden) => hidden = hidden.saturating_sub(1),
                Some(Role::Break) if entered => raw.push('\n'),
                _ => {}
            }
            if let (Some(text), true, 0) = (self.tree.text(node), entered, hidden) {
                raw.extend(
                    text.chars()
                        .filter(|&c| is_allowed(c) || matches!(c, '\n' | '\t')),
                );
            }
        }
        raw.trim_matches('\n').to_owned()
    }
}

/// The role of an element within code, where a frame has no place.
fn role_in_code(name: &str) -> Role {
    match name {
        "iframe" => Role::Hidden,
        other => role(other),
    }
}

/// The language of a code block: the class `language-…` (HTML's own advice) or `lang-…` of it or of the
/// `code` in it, without what Markdown's info string may add after a comma or a brace.
fn code_language(tree: &Tree, block: NodeId) -> Option<String> {
    let inner = tree
        .children(block)
        .filter(|&child| tree.name(child) == Some("code"));
    [block].into_iter().chain(inner).find_map(|id| {
        let class = tree.attribute(id, "class").unwrap_or_default();
        let of_class = class.split_ascii_whitespace().find_map(|class| {
            class
                .strip_prefix("language-")
                .or_else(|| class.strip_prefix("lang-"))
        });
        let named = of_class.or_else(|| tree.attribute(id, "data-language"))?;
        let is_part =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '.' | '-' | '_');
        let name: String = named.chars().take_while(|&c| is_part(c)).take(40).collect();
        (!name.is_empty()).then(|| name.to_ascii_lowercase())
    })
}
