//! Queries of both surfaces.

pub mod delivery;
pub mod newsroom;
