//! The change log: one number orders everything readers can see.
//!
//! `delivery.head` is one row with the epoch and the `seq` of the last change. The door takes the next under a lock that it holds to its
//! commit, so that numbers have no gaps and become visible in order: who has seen n has seen all up to n.

mod seq;

pub use seq::Seq;
