//! Queries of the newsroom.

pub mod newsroom;
