//! What a contract is, and who reads.

mod audience;
mod contract;
mod input;
mod partner;

pub use audience::Audience;
pub use contract::{Contract, ContractText};
pub use input::{Checked, PartnerInput, PartnerKeyInput, PartnerParts};
pub use partner::{ContractStatus, Partner, Standing};
