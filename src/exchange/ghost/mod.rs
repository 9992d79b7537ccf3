//! Ghost exports (JSON, of Ghost 0.x to 5): reading the file, writing out its documents, loading the lot.
//!
//! [`reader`] streams rows out of a file of any size in constant memory, [`body`] turns a post's document into plain HTML; neither touches
//! the database. [`mod@import`] tells [`super::import`] what is in the file: tags, authors and the rows that tie them to posts, which stand
//! after the posts, and posts and pages.

pub mod body;
mod convert;
mod import;
mod queries;
pub mod reader;

pub use import::{Options, import};
