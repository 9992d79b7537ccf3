//! Queries. The audit is the newsroom's alone.

pub mod newsroom;
