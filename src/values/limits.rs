//! How long a rich text may be, by where it stands.

use std::marker::PhantomData;
use std::ops::Deref;

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};

use super::{RichTextInput, SourceFormat, placed};
use crate::error::{Fault, FaultCode, Faults};

/// A limit on the source of a rich text.
pub trait Limit {
    /// The limit in words, such as "5000 characters".
    const WORDS: &'static str;

    /// Whether the source is within it.
    fn admits(source: &str) -> bool;
}

/// At most 1 MB: a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {}

impl Limit for Body {
    const WORDS: &'static str = "1048576 bytes (1 MB)";

    fn admits(source: &str) -> bool {
        source.len() <= 1024 * 1024
    }
}

/// At most 50,000 characters: a biography, an about text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Short {}

impl Limit for Short {
    const WORDS: &'static str = "50000 characters";

    fn admits(source: &str) -> bool {
        source.chars().nth(50_000).is_none()
    }
}

/// At most 5,000 characters: a standfirst.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standfirst {}

impl Limit for Standfirst {
    const WORDS: &'static str = "5000 characters";

    fn admits(source: &str) -> bool {
        source.chars().nth(5_000).is_none()
    }
}

/// A rich text as an editor writes it, within the limit of its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RichTextUpTo<L>(RichTextInput, PhantomData<L>);

impl<L: Limit> RichTextUpTo<L> {
    /// The text, if it is within the limit.
    pub fn fitted(text: RichTextInput) -> Option<Self> {
        L::admits(&text.source).then_some(Self(text, PhantomData))
    }
}

impl<L> RichTextUpTo<L> {
    /// The text.
    pub fn into_input(self) -> RichTextInput {
        self.0
    }
}

impl<L> Deref for RichTextUpTo<L> {
    type Target = RichTextInput;

    fn deref(&self) -> &RichTextInput {
        &self.0
    }
}

#[derive(Deserr)]
#[deserr(error = Faults, deny_unknown_fields)]
struct Parts<S> {
    format: SourceFormat,
    source: S,
}

struct Source<L>(String, PhantomData<L>);

impl<L: Limit> Deserr<Faults> for Source<L> {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Faults> {
        let source = <String as Deserr<Faults>>::deserialize_from_value(value, location)?;
        if L::admits(&source) {
            return Ok(Self(source, PhantomData));
        }
        let detail = format!("must have at most {}", L::WORDS);
        Err(placed(Fault::value(FaultCode::TooLong, detail), location))
    }
}

impl<L: Limit> Deserr<Faults> for RichTextUpTo<L> {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Faults> {
        let parts = Parts::<Source<L>>::deserialize_from_value(value, location)?;
        let text = RichTextInput {
            format: parts.format,
            source: parts.source.0,
        };
        Ok(Self(text, PhantomData))
    }
}
