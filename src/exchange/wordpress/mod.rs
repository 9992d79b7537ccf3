//! WordPress exports (WXR 1.0 to 1.2): reading the file, cleaning its bodies, finding its updates, loading the lot.
//!
//! [`reader`] streams records out of a file of any size in constant memory, [`body`] turns a WordPress body into plain HTML; neither touches
//! the database. [`mod@import`] tells [`super::import`] what is in the file: authors and attachments, which may stand after the posts that refer
//! to them, and posts and pages.
//!
//! All of it is linear in the length of its input: an export is a file from outside, and may be hostile.

pub mod body;
mod convert;
mod import;
mod queries;
pub mod reader;

pub use import::import;

#[cfg(test)]
mod tests;
