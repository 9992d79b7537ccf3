//! WordPress exports (WXR 1.0 to 1.2): reading the file, cleaning its bodies, finding its updates, loading the lot.
//!
//! [`reader`] streams records out of a file of any size in constant memory, [`body`] turns a WordPress body into plain HTML, [`updates`] finds the
//! paragraphs marked UPDATE, which become updates of their own; none of them touches the database. [`import`] goes through the file twice:
//! first what posts refer to (authors, terms, attachments) is laid aside in temporary tables, since it may stand after them; then posts and
//! pages are written in batches, each batch one transaction and one change of the log.
//!
//! All of it is linear in the length of its input: an export is a file from outside, and may be hostile.

pub mod body;
mod convert;
mod html;
mod import;
mod queries;
pub mod reader;
pub mod updates;

pub use import::{Categories, ImportError, Options, import};

#[cfg(test)]
mod tests;
