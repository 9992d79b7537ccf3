//! Where a client stands: ids of events, and what it says of itself when it comes.

use std::fmt;
use std::str::FromStr;

use actix_web::http::header::{HeaderMap, HeaderName};
use uuid::Uuid;

use crate::changes::Seq;

static LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The id of an event, `epoch-seq-n`: all up to it are known to who has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventId {
    /// The number of the change.
    pub seq: Seq,
    /// The last part, where it is told: under a contract, which terms of it the client has read under; else 0.
    pub terms: Option<i32>,
}

impl EventId {
    /// Of an event that anyone may read.
    pub fn public(seq: Seq) -> Self {
        let terms = Some(0);
        Self { seq, terms }
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.seq, self.terms.unwrap_or_default())
    }
}

/// It is not of the form `epoch-seq-n` or `epoch-seq`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnId;

impl FromStr for EventId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let (seq, terms) = match text.match_indices('-').nth(1) {
            Some((at, _)) => text.split_at_checked(at).ok_or(NotAnId)?,
            None => (text, ""),
        };
        let terms = match terms.strip_prefix('-') {
            Some(part) if part.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(part.parse().map_err(|_| NotAnId)?)
            }
            Some(_) => return Err(NotAnId),
            None => None,
        };
        let seq = seq.parse().map_err(|_| NotAnId)?;
        Ok(Self { seq, terms })
    }
}

/// How far a stream has come. Under a contract one change may tell of several articles, in the order of their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// A change.
    pub seq: Seq,
    /// The last article of it that was told of; beyond all ids where it was told whole.
    pub within: Uuid,
}

impl Place {
    /// Everything up to this change, and all of it.
    pub fn after(seq: Seq) -> Self {
        let within = Uuid::max();
        Self { seq, within }
    }

    /// Whether its change was told whole.
    pub fn is_whole(self) -> bool {
        self.within == Uuid::max()
    }

    /// The last change that was told whole.
    pub fn whole(self) -> Seq {
        match self.is_whole() {
            true => self.seq,
            false => Seq {
                number: self.seq.number - 1,
                ..self.seq
            },
        }
    }
}

/// Where a client says that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Nowhere: what happens from now on is what it wants.
    Now,
    /// It has everything up to here.
    After(EventId),
    /// What it says can't be read.
    Unreadable,
}

impl Asked {
    /// What the request says: its header `Last-Event-ID`, which a browser that comes again sends, else the parameter, which still tells where
    /// it was the first time. An empty one says nothing (HTML, section 9.2.2).
    pub fn of(headers: &HeaderMap, parameter: Option<&str>) -> Self {
        let header = headers
            .get(&LAST_EVENT_ID)
            .map(|value| value.to_str().unwrap_or("unreadable").trim());
        let given = header.filter(|text| !text.is_empty());
        match given.or(parameter).unwrap_or_default() {
            "" => Self::Now,
            text => match text.parse() {
                Ok(id) => Self::After(id),
                Err(NotAnId) => Self::Unreadable,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_is_shown_and_a_seq_is_one_too() {
        let seq = Seq {
            epoch: 3,
            number: 42,
        };
        assert_eq!(EventId::public(seq).to_string(), "3-42-0");
        for (text, terms) in [("3-42-0", Some(0)), ("3-42", None), ("3-42-7", Some(7))] {
            assert_eq!(text.parse(), Ok(EventId { seq, terms }), "{text}");
        }
    }

    #[test]
    fn of_a_change_that_is_not_told_whole_the_one_before_is() {
        let seq = Seq {
            epoch: 3,
            number: 42,
        };
        let (whole, part) = (
            Place::after(seq),
            Place {
                seq,
                within: Uuid::from_u128(7),
            },
        );
        assert!(part < whole);
        assert_eq!((whole.whole(), part.whole().number), (seq, 41));
    }

    #[test]
    fn what_is_no_id_is_none() {
        for text in [
            "",
            "3",
            "3-",
            "3-42-",
            "3-42-0-",
            "3-42-0-1",
            "-3-42",
            "3--42",
            "3-42--1",
            "a-b-c",
            "3-42-x",
            "3-42-9999999999",
            "3-99999999999999999999-0",
            "99999999999-1-0",
            " 3-42-0",
            "+3-42-0",
        ] {
            assert_eq!(text.parse::<EventId>(), Err(NotAnId), "{text}");
        }
    }
}
