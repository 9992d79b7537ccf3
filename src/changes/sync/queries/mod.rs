//! Queries of delivery.

pub mod delivery;
