//! A document of XML, read as strictly as XML asks for.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// An element.
#[derive(Debug, Default)]
pub struct Element {
    pub name: String,
    attributes: Vec<(String, String)>,
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    fn of(start: &BytesStart<'_>) -> Self {
        let attributes = start.attributes().map(|attribute| {
            let attribute = attribute.unwrap();
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).unwrap();
            let name: &str = attribute.key.as_ref();
            (name.to_owned(), value.into_owned())
        });
        let name = start.name();
        let name: &str = name.as_ref();
        Self {
            name: name.to_owned(),
            attributes: attributes.collect(),
            ..Self::default()
        }
    }

    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        let found = attributes.find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The text of the child of this name, which must be there once.
    pub fn child(&self, name: &str) -> &Element {
        let mut children = self.children.iter().filter(|child| child.name == name);
        let found = children.next().unwrap_or_else(|| panic!("no {name}"));
        assert!(children.next().is_none(), "{name} twice");
        found
    }
}

/// The root of a document.
pub fn parsed(text: &str) -> Element {
    let allowed = |character: char| matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(text.chars().all(allowed), "{text:?}");
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    // What is open, within a document.
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => open.push(Element::of(&start)),
            Event::Empty(start) => open.last_mut().unwrap().children.push(Element::of(&start)),
            Event::Text(text) => open
                .last_mut()
                .unwrap()
                .text
                .push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let name = reference.xml10_content();
                let text = &mut open.last_mut().unwrap().text;
                match quick_xml::escape::resolve_predefined_entity(&name) {
                    Some(known) => text.push_str(known),
                    None => text.extend(reference.resolve_char_ref().unwrap()),
                }
            }
            Event::End(_) => {
                let done = open.pop().unwrap();
                open.last_mut().unwrap().children.push(done);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!((open.len(), open[0].children.len()), (1, 1), "{text}");
    open.remove(0).children.remove(0)
}
