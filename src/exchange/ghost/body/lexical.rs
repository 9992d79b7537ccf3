//! Lexical: a tree of nodes, each with a `type`, some with `children`; cards are nodes with fields.

use serde_json::Value;

use super::Written;
use super::cards::Card;
use crate::exchange::html::escape;

/// The marks of a text, by the bit of its `format` that stands for them; the outermost first.
const MARKS: [(u64, &str); 8] = [
    (1, "strong"),
    (1 << 1, "em"),
    (1 << 2, "s"),
    (1 << 3, "u"),
    (1 << 5, "sub"),
    (1 << 6, "sup"),
    (1 << 7, "mark"),
    (1 << 4, "code"),
];

/// Writes a document out. Nesting is bounded by what serde_json takes.
pub(super) fn write(document: &str, out: &mut Written) -> Result<(), String> {
    let document: Value = serde_json::from_str(document)
        .map_err(|error| format!("its lexical is not JSON: {error}"))?;
    let Some(root) = document.get("root") else {
        return Err("its lexical has no root".to_owned());
    };
    for node in children(root) {
        block(node, out);
    }
    Ok(())
}

fn children(node: &Value) -> impl Iterator<Item = &Value> {
    let list = node.get("children").and_then(Value::as_array);
    list.into_iter().flatten()
}

fn field<'n>(node: &'n Value, name: &str) -> &'n str {
    node.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn block(node: &Value, out: &mut Written) {
    match field(node, "type") {
        "paragraph" | "extended-paragraph" => around("p", node, out),
        "heading" | "extended-heading" => {
            let name = match field(node, "tag") {
                tag @ ("h1" | "h2" | "h3" | "h4" | "h5" | "h6") => tag,
                _ => "h2",
            };
            around(name, node, out);
        }
        "quote" | "extended-quote" | "aside" => around("blockquote", node, out),
        "list" => {
            list(node, out);
            out.push("\n");
        }
        "root" => children(node).for_each(|node| block(node, out)),
        "text" | "extended-text" | "link" | "autolink" | "linebreak" | "tab" => {
            out.push("<p>");
            inline(node, out);
            out.push("</p>\n");
        }
        name => {
            out.card(name, Card(node));
            // What an unknown node holds is not lost.
            children(node).for_each(|node| block(node, out));
        }
    }
}

fn around(name: &str, node: &Value, out: &mut Written) {
    out.push(&format!("<{name}>"));
    children(node).for_each(|node| inline(node, out));
    out.push(&format!("</{name}>\n"));
}

/// A list. One in it is an item of its own, and belongs to the item before it.
fn list(node: &Value, out: &mut Written) {
    let name = if field(node, "listType") == "number" || field(node, "tag") == "ol" {
        "ol"
    } else {
        "ul"
    };
    match node.get("start").and_then(Value::as_u64) {
        Some(start) if name == "ol" && start != 1 => {
            out.push(&format!("<ol start=\"{start}\">"));
        }
        _ => out.push(&format!("<{name}>")),
    }
    let mut is_open = false;
    for item in children(node) {
        let holds_list = children(item)
            .next()
            .is_some_and(|first| field(first, "type") == "list");
        if !(holds_list && is_open) {
            if is_open {
                out.push("</li>");
            }
            out.push("<li>");
            is_open = true;
        }
        children(item).for_each(|node| inline(node, out));
    }
    if is_open {
        out.push("</li>");
    }
    out.push(&format!("</{name}>"));
}

fn inline(node: &Value, out: &mut Written) {
    match field(node, "type") {
        "text" | "extended-text" | "code-highlight" => text(node, out),
        "linebreak" => out.push("<br>"),
        "tab" => out.push(" "),
        "link" | "autolink" => {
            out.push(&format!("<a href=\"{}\">", escape(field(node, "url"))));
            children(node).for_each(|node| inline(node, out));
            out.push("</a>");
        }
        "list" => list(node, out),
        "paragraph" | "extended-paragraph" => children(node).for_each(|node| inline(node, out)),
        // Helps the editor's cursor, and shows nothing.
        "zwnj" => {}
        name => {
            out.note(&format!(
                "{name} within a line, of which only the words were kept"
            ));
            out.text(field(node, "text"));
            children(node).for_each(|node| inline(node, out));
        }
    }
}

fn text(node: &Value, out: &mut Written) {
    let format = node.get("format").and_then(Value::as_u64).unwrap_or(0);
    let marks = || MARKS.iter().filter(|(bit, _)| format & bit != 0);
    for (_, name) in marks() {
        out.push(&format!("<{name}>"));
    }
    out.text(field(node, "text"));
    for (_, name) in marks().rev() {
        out.push(&format!("</{name}>"));
    }
}
