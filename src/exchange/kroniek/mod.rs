//! Kroniek's own form: a newsroom whole, as JSON Lines, out and in again.
//!
//! ```text
//! {"kind":"kroniek","format":1,"version":"0.1.0"}     the header
//! {"kind":"site","row":{…}}                           a line for each row of each table in TABLES, in its order
//! {"kind":"articles","row":{…}}
//! {"kind":"end","rows":1234}                          how many there were, so that a cut file is known
//! ```
//!
//! A row holds the columns of its table by name. Of rich text only the source is there; an import renders it anew. What is not content stays out
//! (`LEFT_OUT`): keys and their secrets, kept answers, and `delivery`, which an import fills through the door. A file tells
//! nothing of when or where it was made, so the same newsroom always gives the same bytes.

mod export;
mod file;
mod import;
mod queries;
mod read;
mod tables;

pub use export::{ExportError, export};
pub use file::FORMAT;
pub use import::{Counts, ImportError, import};
pub use tables::{LEFT_OUT, TABLES, Table};
