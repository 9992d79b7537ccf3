//! Queries of questions.

pub mod delivery;
