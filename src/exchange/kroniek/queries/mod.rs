//! The queries.

pub mod newsroom;
