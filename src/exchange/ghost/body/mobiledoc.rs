//! Mobiledoc 0.3: sections of markers, with their markups, atoms and cards told once and referred to by number.

use serde_json::Value;

use super::Written;
use super::cards::Card;
use crate::exchange::html::escape;

/// The numbers of the kinds of sections.
const MARKUP: u64 = 1;
const IMAGE: u64 = 2;
const LIST: u64 = 3;
const CARD: u64 = 10;

/// Writes a document out.
pub(super) fn write(document: &str, out: &mut Written) -> Result<(), String> {
    let document: Value = serde_json::from_str(document)
        .map_err(|error| format!("its mobiledoc is not JSON: {error}"))?;
    let Some(sections) = document.get("sections").and_then(Value::as_array) else {
        return Err("its mobiledoc has no sections".to_owned());
    };
    let mut writer = Writer {
        document: &document,
        out,
    };
    for section in sections {
        writer.section(section);
    }
    Ok(())
}

struct Writer<'d, 'o> {
    document: &'d Value,
    out: &'o mut Written,
}

impl<'d> Writer<'d, '_> {
    /// Number `index` of what is told once.
    fn told(&self, list: &str, index: &Value) -> Option<&'d Value> {
        self.document
            .get(list)?
            .get(usize::try_from(index.as_u64()?).ok()?)
    }

    fn section(&mut self, section: &'d Value) {
        let part = |index: usize| section.get(index).unwrap_or(&Value::Null);
        match part(0).as_u64() {
            Some(MARKUP) => {
                let name = block_name(part(1).as_str().unwrap_or("p"));
                self.out.push(&format!("<{name}>"));
                self.markers(part(2));
                self.out.push(&format!("</{name}>\n"));
            }
            Some(IMAGE) => {
                let card = serde_json::json!({"src": part(1)});
                self.out.card("image", Card(&card));
            }
            Some(LIST) => {
                let name = if part(1).as_str() == Some("ol") {
                    "ol"
                } else {
                    "ul"
                };
                self.out.push(&format!("<{name}>"));
                for item in part(2).as_array().into_iter().flatten() {
                    self.out.push("<li>");
                    self.markers(item);
                    self.out.push("</li>");
                }
                self.out.push(&format!("</{name}>\n"));
            }
            Some(CARD) => match self.told("cards", part(1)) {
                Some(card) => {
                    let name = card.get(0).and_then(Value::as_str).unwrap_or_default();
                    self.out
                        .card(name, Card(card.get(1).unwrap_or(&Value::Null)));
                }
                None => self.out.note("a card that is missing from its document"),
            },
            _ => self.out.note("a section of an unknown kind"),
        }
    }

    /// Markers: `[kind, markups that open, how many close behind it, text or number of an atom]`.
    fn markers(&mut self, markers: &'d Value) {
        let mut open: Vec<&str> = Vec::new();
        for marker in markers.as_array().into_iter().flatten() {
            let part = |index: usize| marker.get(index).unwrap_or(&Value::Null);
            for markup in part(1).as_array().into_iter().flatten() {
                open.push(self.open(markup));
            }
            match (part(0).as_u64(), part(3)) {
                (Some(0), Value::String(text)) => self.out.text(text),
                (Some(1), index) => self.atom(index),
                _ => {}
            }
            for _ in 0..part(2).as_u64().unwrap_or(0) {
                match open.pop() {
                    Some(name) => self.close(name),
                    None => break,
                }
            }
        }
        while let Some(name) = open.pop() {
            self.close(name);
        }
    }

    /// Opens a markup, and gives its name; an unknown one has none.
    fn open(&mut self, index: &Value) -> &'d str {
        let Some(markup) = self.told("markups", index) else {
            return "";
        };
        let name = inline_name(markup.get(0).and_then(Value::as_str).unwrap_or_default());
        if name == "a" {
            let href = address(markup.get(1)).unwrap_or_default();
            self.out.push(&format!("<a href=\"{}\">", escape(href)));
        } else if !name.is_empty() {
            self.out.push(&format!("<{name}>"));
        }
        name
    }

    fn close(&mut self, name: &str) {
        if !name.is_empty() {
            self.out.push(&format!("</{name}>"));
        }
    }

    fn atom(&mut self, index: &Value) {
        let atom = self.told("atoms", index).unwrap_or(&Value::Null);
        match atom.get(0).and_then(Value::as_str) {
            Some("soft-return") => self.out.push("<br>"),
            Some(name) => {
                self.out
                    .note(&format!("atom {name}, of which only the words were kept"));
                self.out
                    .text(atom.get(1).and_then(Value::as_str).unwrap_or_default());
            }
            None => {}
        }
    }
}

/// The address among a markup's attributes, which stand name, value, name, value.
fn address(attributes: Option<&Value>) -> Option<&str> {
    let mut walk = attributes?.as_array()?.iter();
    while let (Some(name), Some(value)) = (walk.next(), walk.next()) {
        if name.as_str() == Some("href") {
            return value.as_str();
        }
    }
    None
}

fn block_name(name: &str) -> &str {
    match name {
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" => name,
        "aside" | "pull-quote" => "blockquote",
        _ => "p",
    }
}

/// A markup's element; empty for one that is not known, whose text stays.
fn inline_name(name: &str) -> &str {
    match name {
        "a" | "b" | "strong" | "i" | "em" | "u" | "s" | "code" | "sub" | "sup" | "mark" => name,
        _ => "",
    }
}
