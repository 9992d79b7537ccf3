//! The door: the only way from newsroom to delivery.
//!
//! Every write is one transaction ([`Tx`]): newsroom rows first, then the audit, then, if readers can see the change, the door. It locks
//! `delivery.head`, only then reads what it projects, writes `delivery`, records the change, and commits. Nothing in newsroom is locked
//! after the counter, so that writers can't block each other in a circle; READ COMMITTED lets what the door reads be as new as its lock.

mod analysis;
mod audit;
mod beside;
pub mod card;
mod change;
mod door;
mod epoch;
pub mod holdings;
mod kept;
mod lineage;
mod pictures;
mod project;
pub mod rebuild;
pub mod removed;
mod reveal;
pub mod schedule;
pub mod slugs;
pub mod trial;
mod tx;

pub(crate) use analysis::forget as forget_stems;
pub use audit::AuditEntry;
pub use beside::bring_in_words;
pub use change::{Change, Event, Kind, Merge, Touched};
pub use door::wait_for_door;
pub use epoch::{begin_epoch, last_change};
pub(crate) use holdings::concerns;
pub use kept::{Kept, forget_changes, kept};
pub use lineage::recognise;
pub use pictures::Pictures;
pub use tx::{Attribution, Record, Tx, write};
