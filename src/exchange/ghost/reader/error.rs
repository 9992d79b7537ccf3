//! What can end the reading of an export.

use std::io;

use thiserror::Error;

use super::guard::{MAX_DEPTH, TooDeep};

/// Why an export can't be read further. Positions are bytes from the start of the file, lines and columns count from 1.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The disk or the connection failed.
    #[error(
        "reading failed at byte {position}: {source}; try again, or copy the file to a local disk first"
    )]
    Io {
        /// Where.
        position: u64,
        /// What the system says.
        source: io::Error,
    },
    /// The file is compressed.
    #[error("the file is compressed; unpack it with {tool} and import the .json inside")]
    Compressed {
        /// The program that unpacks it.
        tool: &'static str,
    },
    /// The file is something else than a Ghost export.
    #[error(
        "this is no Ghost export but {found}; make one in Ghost under Settings, Migration tools (formerly Labs), Export content"
    )]
    NotGhost {
        /// What it looks like.
        found: &'static str,
    },
    /// The file ends inside of a list or object.
    #[error(
        "the file ends at byte {position} (line {line}, column {column}) before its JSON does: it is cut off; export it again"
    )]
    Truncated {
        /// The length of the file.
        position: u64,
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// Lists in lists without end.
    #[error(
        "lists and objects are nested deeper than {MAX_DEPTH} at byte {position}; no Ghost writes that: export again, or mend that place by hand"
    )]
    TooDeep {
        /// Where.
        position: u64,
    },
    /// The file is not JSON.
    #[error(
        "the JSON is broken at byte {position} (line {line}, column {column}): {fault}; export again, or mend that place by hand"
    )]
    Broken {
        /// Where, at most a few bytes on.
        position: u64,
        /// The line.
        line: usize,
        /// The column.
        column: usize,
        /// What is wrong.
        fault: String,
    },
}

impl ReadError {
    /// What serde_json says, at this position.
    pub(super) fn from_json(error: serde_json::Error, position: u64) -> Self {
        let (line, column) = (error.line(), error.column());
        if error.is_eof() {
            return Self::Truncated {
                position,
                line,
                column,
            };
        }
        if error.is_io() {
            let source = io::Error::from(error);
            if source.get_ref().is_some_and(|inner| inner.is::<TooDeep>()) {
                return Self::TooDeep { position };
            }
            return Self::Io { position, source };
        }
        let told = error.to_string();
        let fault = told.split(" at line ").next().unwrap_or(&told).to_owned();
        Self::Broken {
            position,
            line,
            column,
            fault,
        }
    }
}
