//! What commands tell on standard output.

use std::fmt::Display;
use std::io::{ErrorKind, Write, stdout};

use super::Failure;

/// Writes a line. Nobody may be reading any more, as behind `| head`: that is no failure.
pub(super) fn say(line: impl Display) -> Result<(), Failure> {
    match writeln!(stdout(), "{line}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(format!("can't write to standard output: {error}").into())
        }
        _ => Ok(()),
    }
}
