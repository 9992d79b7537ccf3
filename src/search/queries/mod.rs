//! Queries of search.

pub mod delivery;
