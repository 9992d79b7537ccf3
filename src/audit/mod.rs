//! The audit as it is read: who wrote what, for whom, and when. Nothing here writes it: `publishing` does, in each write's own transaction, and
//! the database refuses to change or remove a row.
//!
//! It knows no content: what was written is told by its kind and id.

pub mod manage;
pub mod model;
pub mod parameters;
pub mod queries;
pub mod view;
