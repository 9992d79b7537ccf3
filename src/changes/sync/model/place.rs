//! Where a client is.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::changes::Seq;
use crate::values::PublicText;

/// The kinds of things in the order in which they are sent: what others refer to comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub enum Rank {
    /// Before all of them.
    Beginning,
    /// The site.
    Site,
    /// Sections.
    Section,
    /// Authors.
    Author,
    /// Entities.
    Entity,
    /// Donation links.
    DonationLink,
    /// Articles and pages.
    Article,
    /// After all of these.
    End,
}

impl From<Rank> for i64 {
    fn from(rank: Rank) -> Self {
        rank as Self
    }
}

impl TryFrom<i64> for Rank {
    type Error = String;

    fn try_from(number: i64) -> Result<Self, String> {
        let all = [
            Self::Beginning,
            Self::Site,
            Self::Section,
            Self::Author,
            Self::Entity,
            Self::DonationLink,
            Self::Article,
            Self::End,
        ];
        let known = all.into_iter().find(|rank| i64::from(*rank) == number);
        known.ok_or_else(|| format!("no kind of thing has the rank {number}"))
    }
}

/// How far a client has read: all up to here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The epoch of the log.
    epoch: i32,
    /// While it reads everything there is, by kind and id: the last change of before it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<i64>,
    /// Afterwards the change that it has come to.
    #[serde(default, skip_serializing_if = "is_zero")]
    seq: i64,
    /// Within that, the last thing that it has.
    rank: Rank,
    id: Uuid,
    /// How much of a text anyone could read when it began.
    #[serde(default)]
    public_text: PublicText,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // what serde wants
fn is_zero(number: &i64) -> bool {
    *number == 0
}

impl Place {
    /// Everything there is, from the beginning.
    pub fn beginning(head: Seq, public_text: PublicText) -> Self {
        Self {
            public_text,
            epoch: head.epoch,
            from: Some(head.number),
            seq: 0,
            rank: Rank::Beginning,
            id: Uuid::nil(),
        }
    }

    /// All that had changed up to this one.
    #[must_use]
    pub fn at(self, seq: Seq) -> Self {
        Self {
            epoch: seq.epoch,
            from: None,
            seq: seq.number,
            rank: Rank::End,
            id: Uuid::nil(),
            ..self
        }
    }

    /// How much of a text anyone could read when it began.
    pub fn public_text(&self) -> PublicText {
        self.public_text
    }

    /// Having come to this thing, which was last written by this change.
    #[must_use]
    pub fn past(self, seq: i64, rank: Rank, id: Uuid) -> Self {
        let seq = if self.from.is_some() { 0 } else { seq };
        Self {
            seq,
            rank,
            id,
            ..self
        }
    }

    /// What it must be read with at least, for nothing to be passed over.
    pub fn least(&self) -> Seq {
        Seq {
            epoch: self.epoch,
            number: self.from.unwrap_or(self.seq),
        }
    }

    /// The last change of before the reading of everything began, while that lasts.
    pub fn from(&self) -> Option<i64> {
        self.from
    }

    /// The change, kind and id up to which all has been read.
    pub fn position(&self) -> (i64, Rank, Uuid) {
        (self.seq, self.rank, self.id)
    }
}
