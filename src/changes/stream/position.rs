//! Where a client stands: ids of events, and what it says of itself when it comes.

use std::fmt;
use std::str::FromStr;

use actix_web::http::header::{HeaderMap, HeaderName};

use crate::changes::Seq;

static LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The id of an event, `epoch-seq-n`: all up to it are known to who has it. Of one change there is one event today, so that n is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventId(pub Seq);

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-0", self.0)
    }
}

/// It is not of the form `epoch-seq-n` or `epoch-seq`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnId;

impl FromStr for EventId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let (seq, part) = match text.match_indices('-').nth(1) {
            Some((at, _)) => text.split_at_checked(at).ok_or(NotAnId)?,
            None => (text, "-0"),
        };
        let part = part.strip_prefix('-').ok_or(NotAnId)?;
        if part.is_empty() || part.len() > 9 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotAnId);
        }
        seq.parse().map(Self).map_err(|_| NotAnId)
    }
}

/// Where a client says that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Nowhere: what happens from now on is what it wants.
    Now,
    /// It has everything up to here.
    After(Seq),
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
                Ok(EventId(seq)) => Self::After(seq),
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
        let id = EventId(Seq {
            epoch: 3,
            number: 42,
        });
        assert_eq!(id.to_string(), "3-42-0");
        for text in ["3-42-0", "3-42", "3-42-7"] {
            assert_eq!(text.parse(), Ok(id), "{text}");
        }
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
