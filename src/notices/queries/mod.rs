//! The queries of notices.

pub mod newsroom;
