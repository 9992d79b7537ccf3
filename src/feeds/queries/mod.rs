//! Queries of feeds.

pub mod delivery;
