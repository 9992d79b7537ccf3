//! Queries of embeds.

pub mod delivery;
