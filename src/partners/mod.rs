//! Partners: who reads under a contract, what it covers, and the one place where it holds.

pub mod model;
pub mod queries;
