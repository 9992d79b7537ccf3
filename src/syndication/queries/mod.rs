//! The slice's SQL.

pub mod delivery;
