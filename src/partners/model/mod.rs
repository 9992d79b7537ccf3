//! What a contract is, and who reads.

mod audience;
mod contract;

pub use audience::Audience;
pub use contract::{Contract, ContractText};
