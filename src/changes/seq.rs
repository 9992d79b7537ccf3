//! The number of a change.

use std::fmt;

/// A change's number within its epoch, shown as `epoch-seq`. A new epoch begins after a restore or failover that may have lost commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seq {
    /// The epoch.
    pub epoch: i32,
    /// The number, without gaps from 1.
    pub number: i64,
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.epoch, self.number)
    }
}
