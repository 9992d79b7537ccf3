//! What a version is.

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::diff::Side;
use crate::error::{Code, Error};
use crate::http::cursor::{Position, SortKey};
use crate::publishing::Kind;
use crate::values::{RichText, RichTextInput, SourceFormat};

/// Whose versions: a thing whose row is written over, and of which each version is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// What kind of thing it is.
    pub kind: Kind,
    /// Its id; all zeros for the site.
    pub id: Uuid,
}

/// Which version, and who wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Its number, from 1.
    pub number: i32,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// The person that a shared key wrote for.
    pub actor: Option<String>,
    /// The name of the API key; none when it was written by a command, or the key is not of this deployment.
    pub key: Option<String>,
}

impl Heading {
    /// Where it stands in the list of a thing's versions.
    pub fn position(&self, owner: Uuid) -> Position {
        Position {
            key: SortKey::Number(self.number.into()),
            id: owner,
        }
    }
}

/// A version of a thing, as kept.
#[derive(Debug, Clone)]
pub struct KeptVersion {
    /// Which, and who wrote it.
    pub heading: Heading,
    /// What it says, as an editor would send it.
    pub content: Value,
}

impl KeptVersion {
    /// What it was called, if such a thing has a name.
    pub fn name(&self) -> Option<&str> {
        let name = self.content.get("name").or(self.content.get("title"))?;
        name.as_str()
    }

    /// Takes out the ids of the donation links that hung on it, where such a thing has any.
    pub fn take_links(&mut self) -> Value {
        let content = self.content.as_object_mut();
        content
            .and_then(|content| content.remove("donation_links"))
            .unwrap_or_default()
    }

    /// As it is compared. Rich texts are kept as their source, and rendered here.
    pub fn side(self) -> Side {
        let mut side = Side {
            number: self.heading.number,
            ..Side::default()
        };
        if let Value::Object(fields) = self.content {
            side.fields = fields;
        }
        for name in ["biography", "about"] {
            if let Some(text) = side.fields.remove(name) {
                side.texts.push((name, rendered(&text)));
            }
        }
        side
    }
}

fn rendered(text: &Value) -> Option<RichText> {
    let format = match text.get("format")?.as_str()? {
        "html" => SourceFormat::Html,
        _ => SourceFormat::Markdown,
    };
    let source = text.get("source")?.as_str()?.to_owned();
    Some(RichTextInput { format, source }.render(""))
}

/// There is no version of this number.
pub fn missing(number: i32) -> Error {
    let detail = format!(
        "There is no version {number} of this. The list of its versions has those that there are."
    );
    Error::new(Code::NotFound, detail)
}

/// Why a version can't be made the present one again: what was right when it was written no longer is. There is no body whose fields could be pointed at,
/// so that the first fault is told in words.
pub fn refused(number: i32, error: Error) -> Error {
    match (error.code(), error.faults()) {
        (Code::InvalidBody, [fault, ..]) => {
            let detail = format!(
                "Version {number} can't be restored as it is: {} {}.",
                fault.place(),
                fault.detail()
            );
            Error::new(Code::StateConflict, detail)
        }
        _ => error,
    }
}
