//! The queries of notices.

pub mod delivery;
pub mod newsroom;
