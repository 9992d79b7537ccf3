//! The lines of a file.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Counts up when a reader of the version before could not read a file.
pub const FORMAT: u32 = 1;

/// Of the first line.
pub const HEADER: &str = "kroniek";

/// Of the last line.
pub const END: &str = "end";

/// A line's longest form, in bytes: a body of 1 MB with every character escaped, twice over.
pub const LONGEST: u64 = 16 << 20;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
pub struct Header {
    /// [`HEADER`].
    pub kind: String,
    /// [`FORMAT`] of the version that wrote it.
    pub format: u32,
    /// The version of Kroniek that wrote it.
    pub version: String,
}

impl Header {
    /// This version's.
    pub fn own() -> Self {
        Self {
            kind: HEADER.to_owned(),
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// The last line.
#[derive(Debug, Serialize)]
pub struct End {
    /// [`END`].
    pub kind: &'static str,
    /// How many rows there were.
    pub rows: u64,
}

/// Any line after the first.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// A table, or [`END`].
    pub kind: String,
    /// The row.
    pub row: Option<Row>,
    /// How many rows there were, in the last line.
    pub rows: Option<u64>,
}

/// A row: its columns by name, each as written.
pub type Row = BTreeMap<String, Box<RawValue>>;
