//! The slice's SQL.

pub mod delivery;
pub mod newsroom;
