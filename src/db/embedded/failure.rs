//! What Postgres' own messages mean. They are in English: its programs run with `LC_ALL=C` and `lc_messages=C`.

use std::path::Path;

use super::Error;

/// Lines of Postgres' output that an error quotes.
const QUOTED_LINES: usize = 15;

/// Why the server ended before it was ready.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cause {
    PortTaken,
    /// Processes of a server that was killed still use its shared memory; they end by themselves.
    MemoryInUse,
    DiskFull,
    /// Another: the text says.
    Other,
}

/// Reads the cause from what the server logged.
pub(super) fn cause(log: &str) -> Cause {
    if log.contains("Address already in use") {
        Cause::PortTaken
    } else if log.contains("pre-existing shared memory block") {
        Cause::MemoryInUse
    } else if log.contains("No space left on device") {
        Cause::DiskFull
    } else {
        Cause::Other
    }
}

/// The error for a cluster that could not be made.
pub(super) fn initialising(folder: &Path, output: String) -> Error {
    let folder = folder.to_owned();
    match cause(&output) {
        Cause::DiskFull => Error::DiskFull { folder },
        _ => Error::Initialise { folder, output },
    }
}

/// The last lines of a text.
pub(super) fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let skipped = lines.len().saturating_sub(QUOTED_LINES);
    let last: Vec<&str> = lines.into_iter().skip(skipped).collect();
    last.join("\n")
}
