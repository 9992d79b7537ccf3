//! The document around the tables.

use std::fmt;
use std::io::Read;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::record::Record;
use super::rows::{Rows, STOPPED, pass_list, scalars};
use super::table::Table;
use super::{ReadError, Wanted};

/// Who takes the records.
struct Taker<'g> {
    wanted: Wanted,
    give: &'g mut dyn FnMut(Record) -> bool,
    /// Whether nobody listens any more.
    stopped: bool,
    /// How many databases have been found.
    databases: usize,
}

/// Reads the document, which `position` follows.
pub(super) fn read(
    input: impl Read,
    position: &AtomicU64,
    wanted: Wanted,
    give: &mut dyn FnMut(Record) -> bool,
) -> Result<(), ReadError> {
    let mut taker = Taker {
        wanted,
        give,
        stopped: false,
        databases: 0,
    };
    let mut json = serde_json::Deserializer::from_reader(input);
    let level = Level {
        taker: &mut taker,
        place: Place::Top,
    };
    let read = level.deserialize(&mut json).and_then(|()| json.end());
    // The guard tells its last position when it goes.
    drop(json);
    match read {
        Err(_) if taker.stopped => Ok(()),
        Err(error) => Err(ReadError::from_json(
            error,
            position.load(Ordering::Relaxed),
        )),
        Ok(()) if taker.databases == 0 => Err(ReadError::NotGhost {
            found: "JSON without `db` or `data`",
        }),
        Ok(()) => Ok(()),
    }
}

/// Where in the document something stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The whole: `db`, or `meta` and `data`.
    Top,
    /// The list of databases.
    Databases,
    /// A database: `meta` and `data`.
    Database,
    /// The tables.
    Tables,
}

struct Level<'t, 'g> {
    taker: &'t mut Taker<'g>,
    place: Place,
}

impl<'de> DeserializeSeed<'de> for Level<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a Ghost export")
    }

    scalars!(() => ());

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        if self.place != Place::Databases {
            return pass_list(list);
        }
        loop {
            let level = Level {
                taker: &mut *self.taker,
                place: Place::Database,
            };
            if list.next_element_seed(level)?.is_none() {
                return Ok(());
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut object: A) -> Result<(), A::Error> {
        while let Some(name) = object.next_key::<String>()? {
            let inner = match (self.place, name.as_str()) {
                (Place::Top, "db") => Some(Place::Databases),
                (Place::Top | Place::Database, "data") => self.database(),
                // Some tools write the one database without its list.
                (Place::Databases, "data") => self.database(),
                (Place::Tables, name) => {
                    self.table(name, &mut object)?;
                    continue;
                }
                _ => None,
            };
            match inner {
                Some(place) => object.next_value_seed(Level {
                    taker: &mut *self.taker,
                    place,
                })?,
                None => {
                    object.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

impl Level<'_, '_> {
    /// The tables of a database. The ids of another one would mean other things.
    fn database(&mut self) -> Option<Place> {
        self.taker.databases += 1;
        if self.taker.databases == 1 {
            return Some(Place::Tables);
        }
        if self.taker.wanted == Wanted::Others {
            (self.taker.give)(Record::Skipped {
                what: format!("database {}", self.taker.databases),
                reason: "a second database in the file".to_owned(),
            });
        }
        None
    }

    fn table<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        object: &mut A,
    ) -> Result<(), A::Error> {
        let taker = &mut *self.taker;
        let is_wanted = |table: &Table| (*table == Table::Posts) == (taker.wanted == Wanted::Posts);
        let Some(table) = Table::from_name(name).filter(is_wanted) else {
            object.next_value::<IgnoredAny>()?;
            return Ok(());
        };
        let Taker { give, stopped, .. } = taker;
        let mut each = |row, number| {
            *stopped = !give(table.record(row, number));
            !*stopped
        };
        let is_list = object.next_value_seed(Rows {
            columns: table.columns(),
            give: &mut each,
        })?;
        if !is_list {
            *stopped = !give(Record::Skipped {
                what: name.to_owned(),
                reason: "a table that is no list of rows".to_owned(),
            });
        }
        if *stopped {
            return Err(A::Error::custom(STOPPED));
        }
        Ok(())
    }
}
