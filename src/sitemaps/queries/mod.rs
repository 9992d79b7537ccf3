//! Queries of sitemaps.

pub mod delivery;
