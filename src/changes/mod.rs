//! The change log: one number orders everything readers can see.
//!
//! `delivery.head` is one row with the epoch and the `seq` of the last change. The door takes the next under a lock that it holds to its
//! commit, so that numbers have no gaps and become visible in order: who has seen n has seen all up to n.
//!
//! Each node follows it: the listener reads what is new into the node's [`Log`], which tells how far the node is and whether what it keeps
//! still holds. What it knows of a replica stands beside it. [`sync`] and [`stream`] are slices: how readers outside follow it.

mod keys;
pub mod listener;
mod log;
pub mod replica;
mod seq;
pub mod stream;
pub mod sync;

pub use keys::{EVERY_CHANGE, Keys};
pub use log::{CONFIRMED_WITHIN, Entry, Log, Mark, Own, Provenance, Reach, Standing};
pub use seq::Seq;
