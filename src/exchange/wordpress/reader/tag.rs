//! An opening tag and a text, as they are handed on.

use quick_xml::events::BytesStart;

use super::characters::scrub;

/// An opening tag.
pub(super) struct OpenTag {
    pub source: String,
    /// The length of the name it begins with.
    pub name_length: usize,
}

impl OpenTag {
    /// The name, prefix included.
    pub fn name(&self) -> &str {
        self.source.get(..self.name_length).unwrap_or_default()
    }

    /// The value of an attribute, references resolved; `None` also when it can't be read.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let tag = BytesStart::from_content(self.source.as_str(), self.name_length);
        let found = tag.try_get_attribute(name).ok()??;
        let value = quick_xml::escape::unescape(&found.value).ok()?;
        Some(scrub(value.into_owned()))
    }

    /// All attributes as written.
    pub fn attributes(&self) -> &str {
        self.source.get(self.name_length..).unwrap_or_default()
    }
}

/// The text of an element.
pub(super) enum Text {
    /// All of it.
    Whole(String),
    /// It was longer than asked for, and has been passed over.
    TooLong,
}

impl Text {
    /// The text; empty when it was too long.
    pub fn or_empty(self) -> String {
        match self {
            Self::Whole(text) => text,
            Self::TooLong => String::new(),
        }
    }
}
