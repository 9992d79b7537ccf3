//! Queries of `robots.txt`.

pub mod delivery;
