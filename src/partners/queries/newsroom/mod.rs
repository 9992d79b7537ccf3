//! Partners in the newsroom.

mod embargoes;
mod read;
mod write;

pub use embargoes::Embargoes;
pub use read::{count, get, list, lock, running, standing};
pub use write::{change, check, insert, remove};
