//! Texts with a limit.

use std::fmt;

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use serde::{Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::error::{Fault, FaultCode, Faults};

/// One line of text that says something: at most `MAX` characters, no line breaks or other control characters, trimmed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line<const MAX: usize>(String);

/// Text that may have several lines: at most `MAX` characters, no control characters but line breaks and tabs, trimmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prose<const MAX: usize>(String);

fn bounded(text: &str, max: usize) -> Result<&str, Fault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Fault::value(
            FaultCode::InvalidValue,
            "must say something; leave it out or null for nothing",
        ));
    }
    if text.chars().nth(max).is_some() {
        return Err(Fault::value(
            FaultCode::TooLong,
            format!("must have at most {max} characters"),
        ));
    }
    Ok(text)
}

impl<const MAX: usize> Line<MAX> {
    /// Reads a line.
    ///
    /// # Errors
    /// Empty, over the limit, or with control characters.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let text = bounded(text, MAX)?;
        if text.chars().any(char::is_control) {
            return Err(Fault::value(
                FaultCode::InvalidValue,
                "must be one line without control characters",
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// A line of one word of the code itself.
    pub fn of_word(word: &'static str) -> Self {
        Self(word.to_owned())
    }

    /// A line made to fit, for imports: white space folded, control characters dropped, cut at the limit.
    pub fn fitted(text: &str) -> Option<Self> {
        let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let clean: String = folded
            .chars()
            .filter(|character| !character.is_control())
            .take(MAX)
            .collect();
        Self::parse(&clean).ok()
    }
}

impl<const MAX: usize> Prose<MAX> {
    /// Reads a text.
    ///
    /// # Errors
    /// Empty, over the limit, or with control characters other than line breaks and tabs.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let text = bounded(text, MAX)?;
        if text
            .chars()
            .any(|character| character.is_control() && !matches!(character, '\n' | '\r' | '\t'))
        {
            return Err(Fault::value(
                FaultCode::InvalidValue,
                "must not have control characters",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

macro_rules! text_value {
    ($name:ident, $pattern:expr) => {
        impl<const MAX: usize> $name<MAX> {
            /// As text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text itself.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl<const MAX: usize> fmt::Display for $name<MAX> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<const MAX: usize> Deserr<Faults> for $name<MAX> {
            fn deserialize_from_value<V: IntoValue>(
                value: Value<V>,
                location: ValuePointerRef<'_>,
            ) -> Result<Self, Faults> {
                let text = <String as Deserr<Faults>>::deserialize_from_value(value, location)?;
                Self::parse(&text).map_err(|fault| super::placed(fault, location))
            }
        }

        impl<const MAX: usize> Serialize for $name<MAX> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<const MAX: usize> PartialSchema for $name<MAX> {
            fn schema() -> RefOr<Schema> {
                let mut schema = ObjectBuilder::new()
                    .schema_type(Type::String)
                    .min_length(Some(1))
                    .max_length(Some(MAX));
                if let Some(pattern) = $pattern {
                    schema = schema.pattern(Some(pattern));
                }
                RefOr::T(schema.into())
            }
        }

        impl<const MAX: usize> ToSchema for $name<MAX> {
            fn name() -> std::borrow::Cow<'static, str> {
                format!("{}{MAX}", stringify!($name)).into()
            }
        }
    };
}
text_value!(Line, Some(r"\S"));
text_value!(Prose, Some(r"\S"));
