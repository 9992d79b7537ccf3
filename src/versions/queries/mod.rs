//! Reading versions.

pub mod newsroom;
