//! `kroniek export` and `import kroniek`: the same bytes and the same answers in another database, no secrets, and nothing at all of a broken file.

mod command;
mod files;
mod filled;
pub mod publication;
mod round_trip;

pub use publication::export;
