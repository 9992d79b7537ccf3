//! The number of a change.

use std::fmt;
use std::str::FromStr;

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

/// It is not of the form `epoch-seq`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotASeq;

impl FromStr for Seq {
    type Err = NotASeq;

    fn from_str(text: &str) -> Result<Self, NotASeq> {
        let digits =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let (epoch, number) = text.split_once('-').ok_or(NotASeq)?;
        if !digits(epoch) || !digits(number) {
            return Err(NotASeq);
        }
        Ok(Self {
            epoch: epoch.parse().map_err(|_| NotASeq)?,
            number: number.parse().map_err(|_| NotASeq)?,
        })
    }
}
