//! The rows of an export's tables, one at a time.
//!
//! Nothing in a row but the columns asked for is held, and a row of the wrong shape is told, not an error: only broken JSON ends the reading.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A column, and the most bytes that a text in it may have.
pub(super) type Column = (&'static str, usize);

/// What stands in a column.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Field {
    /// A text, without NUL, which no database of ours can hold.
    Text(String),
    /// A text over the limit of its column, which is not held.
    TooLong(usize),
    /// A number.
    Number(f64),
    /// Yes or no.
    Truth(bool),
    /// Nothing.
    Null,
    /// A list or an object.
    Nested,
}

/// The columns asked for of one row.
pub(super) type Row = BTreeMap<&'static str, Field>;

/// What is made of what should have been something else.
macro_rules! scalars {
    ($value:ty => $made:expr) => {
        fn visit_bool<E: Error>(self, _: bool) -> Result<$value, E> {
            Ok($made)
        }
        fn visit_i64<E: Error>(self, _: i64) -> Result<$value, E> {
            Ok($made)
        }
        fn visit_u64<E: Error>(self, _: u64) -> Result<$value, E> {
            Ok($made)
        }
        fn visit_f64<E: Error>(self, _: f64) -> Result<$value, E> {
            Ok($made)
        }
        fn visit_str<E: Error>(self, _: &str) -> Result<$value, E> {
            Ok($made)
        }
        fn visit_unit<E: Error>(self) -> Result<$value, E> {
            Ok($made)
        }
    };
}
pub(super) use scalars;

/// Reads past a list.
pub(super) fn pass_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<(), A::Error> {
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Reads past an object.
pub(super) fn pass_object<'de, A: MapAccess<'de>>(mut object: A) -> Result<(), A::Error> {
    while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Reads a table, giving each row to `give` with its number from 1; `None` for what is no object. The value is whether it was a list of rows.
/// Ends early when `give` says so.
pub(super) struct Rows<'g> {
    /// The columns asked for.
    pub columns: &'static [Column],
    /// Takes a row; gives whether to go on.
    pub give: &'g mut dyn FnMut(Option<Row>, usize) -> bool,
}

/// What an error says that only means that nobody listens any more.
pub(super) const STOPPED: &str = "stopped";

impl<'de> DeserializeSeed<'de> for Rows<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<bool, D::Error> {
        input.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Rows<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of rows")
    }

    scalars!(bool => false);

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<bool, A::Error> {
        let mut number = 0;
        while let Some(row) = list.next_element_seed(OneRow(self.columns))? {
            number += 1;
            if !(self.give)(row, number) {
                return Err(A::Error::custom(STOPPED));
            }
        }
        Ok(true)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<bool, A::Error> {
        pass_object(object).map(|()| false)
    }
}

struct OneRow(&'static [Column]);

impl<'de> DeserializeSeed<'de> for OneRow {
    type Value = Option<Row>;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Option<Row>, D::Error> {
        input.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OneRow {
    type Value = Option<Row>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Option<Row>, A::Error> {
        let mut row = Row::new();
        while let Some(column) = object.next_key_seed(Name(self.0))? {
            match column {
                // As in JavaScript, the last of equal names counts.
                Some((name, limit)) => {
                    row.insert(name, object.next_value_seed(Value(limit))?);
                }
                None => {
                    object.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(Some(row))
    }

    scalars!(Option<Row> => None);

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Option<Row>, A::Error> {
        pass_list(list).map(|()| None)
    }
}

/// A column's name, when it is one of those asked for.
struct Name(&'static [Column]);

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Option<Column>;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Option<Column>, D::Error> {
        input.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Option<Column>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Option<Column>, E> {
        Ok(self.0.iter().find(|(wanted, _)| *wanted == name).copied())
    }
}

/// A value of at most so many bytes.
struct Value(usize);

impl<'de> DeserializeSeed<'de> for Value {
    type Value = Field;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Field, D::Error> {
        input.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value {
    type Value = Field;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Field, E> {
        Ok(Field::Truth(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Field, E> {
        Ok(Field::Number(value as f64))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Field, E> {
        Ok(Field::Number(value as f64))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Field, E> {
        Ok(Field::Number(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Field, E> {
        Ok(if text.len() > self.0 {
            Field::TooLong(self.0)
        } else {
            Field::Text(text.replace('\0', ""))
        })
    }

    fn visit_unit<E: Error>(self) -> Result<Field, E> {
        Ok(Field::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Field, A::Error> {
        pass_list(list).map(|()| Field::Nested)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Field, A::Error> {
        pass_object(object).map(|()| Field::Nested)
    }
}
