//! The slice's SQL.

pub mod newsroom;
