//! The cells of a row, as what they should be.

use chrono::{DateTime, Utc};

use super::rows::{Field, Row};
use crate::exchange::import::database_date;

/// The cells of a row, each taken once.
pub(super) struct Cells(Row);

impl Cells {
    /// Those of this row.
    pub fn of(row: Row) -> Self {
        Self(row)
    }

    /// The row's title or name, for the report.
    pub fn name(&self) -> Option<String> {
        ["title", "name", "slug"]
            .iter()
            .find_map(|name| match self.0.get(name) {
                Some(Field::Text(text)) if !text.trim().is_empty() => Some(text.clone()),
                _ => None,
            })
    }

    /// A text; none when it is empty.
    pub fn text(&mut self, name: &'static str) -> Result<Option<String>, String> {
        match self.0.remove(name) {
            None | Some(Field::Null) => Ok(None),
            Some(Field::Text(text)) => Ok(Some(text).filter(|text| !text.is_empty())),
            Some(Field::TooLong(limit)) if limit >= 1 << 20 => {
                Err(format!("{name} over {} MB", limit >> 20))
            }
            Some(Field::TooLong(limit)) => Err(format!("{name} over {} KB", limit >> 10)),
            Some(_) => Err(format!("{name} is not a text")),
        }
    }

    /// What it is known by: a text, in old versions a number.
    pub fn id(&mut self, name: &'static str) -> Result<String, String> {
        self.optional_id(name)?
            .ok_or_else(|| format!("no usable {name}"))
    }

    /// An id that may be missing.
    pub fn optional_id(&mut self, name: &'static str) -> Result<Option<String>, String> {
        if let Some(Field::Number(number)) = self.0.get(name)
            && number.fract() == 0.0
        {
            return Ok(Some(format!("{number:.0}")));
        }
        self.text(name)
    }

    /// A number; 0 for anything else.
    pub fn number(&mut self, name: &'static str) -> f64 {
        match self.0.remove(name) {
            Some(Field::Number(number)) => number,
            _ => 0.0,
        }
    }

    /// Yes: `true`, or a number other than 0.
    pub fn truth(&mut self, name: &'static str) -> bool {
        match self.0.remove(name) {
            Some(Field::Truth(truth)) => truth,
            Some(Field::Number(number)) => number != 0.0,
            _ => false,
        }
    }

    /// Whether there is a text in a column whose text is not held.
    pub fn says_something(&mut self, name: &'static str) -> bool {
        matches!(self.0.remove(name), Some(Field::TooLong(_)))
    }

    /// A date: as the database writes it, as JavaScript does, or in milliseconds since 1970.
    pub fn date(&mut self, name: &'static str) -> Option<DateTime<Utc>> {
        match self.0.remove(name)? {
            Field::Text(text) => database_date(&text).or_else(|| {
                let date = DateTime::parse_from_rfc3339(text.trim()).ok()?;
                Some(date.to_utc())
            }),
            Field::Number(number) => DateTime::from_timestamp_millis(number as i64),
            _ => None,
        }
    }
}
