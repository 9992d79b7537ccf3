//! Keys in the newsroom.

mod read;
mod write;

pub use read::{all, get, list, names};
pub use write::{insert, insert_known, lock, maker, revoke, revoke_of_partner, rotate};
