//! XML that is well-formed whatever stands in it.

use std::borrow::Cow;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::error::{Error, Result};

/// Attributes of an element.
pub type Attributes<'a> = &'a [(&'static str, &'a str)];

/// A document that is being written.
pub struct Xml(Writer<Vec<u8>>);

impl Xml {
    /// A document with nothing in it yet.
    ///
    /// # Errors
    /// None in practice: it is written into memory. The same holds below.
    pub fn new() -> Result<Self> {
        let mut xml = Self(Writer::new(Vec::with_capacity(64 * 1024)));
        xml.event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        Ok(xml)
    }

    /// Begins an element, which [`Xml::close`] ends.
    ///
    /// # Errors
    /// As [`Xml::new`].
    pub fn open(&mut self, name: &'static str, attributes: Attributes<'_>) -> Result<()> {
        self.event(Event::Start(start(name, attributes)))
    }

    /// Ends an element.
    ///
    /// # Errors
    /// As [`Xml::new`].
    pub fn close(&mut self, name: &'static str) -> Result<()> {
        self.event(Event::End(BytesEnd::new(name)))
    }

    /// An element with nothing in it.
    ///
    /// # Errors
    /// As [`Xml::new`].
    pub fn empty(&mut self, name: &'static str, attributes: Attributes<'_>) -> Result<()> {
        self.event(Event::Empty(start(name, attributes)))
    }

    /// An element with a text.
    ///
    /// # Errors
    /// As [`Xml::new`].
    pub fn text(&mut self, name: &'static str, text: &str) -> Result<()> {
        self.text_with(name, &[], text)
    }

    /// An element with attributes and a text.
    ///
    /// # Errors
    /// As [`Xml::new`].
    pub fn text_with(
        &mut self,
        name: &'static str,
        attributes: Attributes<'_>,
        text: &str,
    ) -> Result<()> {
        self.open(name, attributes)?;
        self.event(Event::Text(BytesText::new(&allowed(text))))?;
        self.close(name)
    }

    /// How many bytes it has so far.
    pub fn bytes(&self) -> usize {
        self.0.get_ref().len()
    }

    /// The document.
    pub fn finish(self) -> Vec<u8> {
        self.0.into_inner()
    }

    fn event(&mut self, event: Event<'_>) -> Result<()> {
        self.0.write_event(event).map_err(Error::internal)
    }
}

fn start<'a>(name: &'static str, attributes: Attributes<'a>) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (name, value) in attributes {
        start.push_attribute((*name, allowed(value).as_ref()));
    }
    start
}

/// Without the characters that XML 1.0 has no way to write (section 2.2).
fn allowed(text: &str) -> Cow<'_, str> {
    let forbidden = |character: char| matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    match text.contains(forbidden) {
        true => Cow::Owned(text.replace(forbidden, "")),
        false => Cow::Borrowed(text),
    }
}
