//! What changed between two versions of a thing, told so that a tool can show it: field by field, rich text block by block, and what changed
//! in a block word by word. Two sides in, a difference out; nothing here reads or writes.
//!
//! Whatever is compared, the time and the answer are bounded: past either, the difference is told coarser, and is as right as before.

mod blocks;
mod effort;
mod fields;
mod pairs;
mod view;
mod words;

use std::time::{Duration, Instant};

use serde_json::{Map, Value};

pub use effort::Effort;
pub use view::{BlockChange, Diff, FieldChange, ItemChange, Op, TextChange, WordChange};

use crate::error::{Error, Result};
use crate::rich_text::RENDERER_VERSION;
use crate::values::RichText;

/// How long a comparison may look for a fine difference, when it has a thread to itself.
const APART: Duration = Duration::from_millis(250);

/// How long while others wait for it.
const AT_ONCE: Duration = Duration::from_millis(50);

/// A version as it is compared.
#[derive(Debug, Clone, Default)]
pub struct Side {
    /// Its number.
    pub number: i32,
    /// Its fields, but for rich text. What is null stands for what is not there.
    pub fields: Map<String, Value>,
    /// Its rich texts, in the order in which a reader meets them.
    pub texts: Vec<(&'static str, Option<RichText>)>,
    /// How the anchors of its rich texts begin.
    pub anchors: String,
}

impl Side {
    /// The rich text of this name, as today's renderer makes it: of two texts made by different ones, not all that differs was written.
    fn text(&self, name: &str) -> Option<RichText> {
        let (_, text) = self.texts.iter().find(|(known, _)| *known == name)?;
        let text = text.clone()?;
        if text.renderer_version == RENDERER_VERSION {
            return Some(text);
        }
        Some(text.input().render(&self.anchors))
    }
}

/// What leads from one side to the other. Without the first everything of the second is added.
pub fn compare(from: Option<&Side>, to: &Side, effort: &mut Effort) -> Diff {
    let nothing = Map::new();
    let before = from.map_or(&nothing, |side| &side.fields);
    let mut texts = Vec::new();
    for (name, _) in &to.texts {
        let (before, after) = (from.and_then(|side| side.text(name)), to.text(name));
        let source = |text: &Option<RichText>| text.as_ref().map(RichText::input);
        if source(&before) != source(&after) {
            let blocks = |text: Option<RichText>| text.map(|text| text.blocks).unwrap_or_default();
            texts.push(TextChange {
                field: (*name).to_owned(),
                blocks: blocks::blocks(&blocks(before), &blocks(after), effort),
            });
        }
    }
    Diff {
        from: from.map(|side| side.number),
        to: to.number,
        fields: fields::fields(before, &to.fields, effort),
        texts,
    }
}

/// As [`compare`], on a thread of its own, so that nobody waits for it but who asked.
///
/// # Errors
/// None in practice.
pub async fn compare_apart(from: Option<Side>, to: Side) -> Result<Diff> {
    let compared = tokio::task::spawn_blocking(move || {
        compare(
            from.as_ref(),
            &to,
            &mut Effort::until(Instant::now() + APART),
        )
    });
    compared.await.map_err(Error::internal)
}

/// As [`compare`], within a transaction, which others may wait for.
pub fn compare_at_once(from: &Side, to: &Side) -> Diff {
    let mut effort = Effort::until(Instant::now() + AT_ONCE);
    compare(Some(from), to, &mut effort)
}

#[cfg(test)]
mod tests;
