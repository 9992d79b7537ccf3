//! Partners: who reads under a contract, what it covers, and the one place where it holds.

pub mod admission;
pub mod delivery;
pub mod manage;
pub mod model;
pub mod parameters;
pub mod queries;
pub mod view;
