//! The hub in the newsroom: subscriptions, and messages that are on their way to them.

mod looking;
mod queue;
mod record;
mod requests;
mod tidying;

pub use looking::{announce, behind};
pub use queue::{due, lease};
pub use record::record;
pub use requests::ask;
pub use tidying::{clean, count, encrypt_anew, end_leases};
