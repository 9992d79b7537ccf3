//! Points in time, in milliseconds.

use std::fmt;

use chrono::{DateTime, Datelike, SecondsFormat, Timelike, Utc};

use super::string_value;
use crate::error::{Fault, FaultCode};

/// A point in time: RFC 3339, in milliseconds, in UTC. Years 1 to 9999; no leap seconds, no 24:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(DateTime<Utc>);

/// RFC 3339 in UTC with `Z` and milliseconds: how every time is shown.
pub fn to_rfc3339(time: &DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

impl Timestamp {
    /// Reads RFC 3339 with `Z` or an offset; finer than milliseconds is cut.
    ///
    /// # Errors
    /// Another form, a year outside 1 to 9999, a leap second.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let fault = || {
            Fault::value(
                FaultCode::InvalidValue,
                "must be a time such as 2026-05-04T12:30:00Z (RFC 3339); in an address write + as %2B",
            )
        };
        if text.len() > 40 || !text.is_ascii() {
            return Err(fault());
        }
        let time = DateTime::parse_from_rfc3339(text)
            .map_err(|_| fault())?
            .with_timezone(&Utc);
        if !(1..=9999).contains(&time.year()) || time.nanosecond() >= 1_000_000_000 {
            return Err(fault());
        }
        DateTime::from_timestamp_millis(time.timestamp_millis())
            .map(Self)
            .ok_or_else(fault)
    }

    /// The time.
    pub fn time(self) -> DateTime<Utc> {
        self.0
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(time: DateTime<Utc>) -> Self {
        Self(time)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_rfc3339(&self.0))
    }
}

string_value!(Timestamp, |schema: utoipa::openapi::ObjectBuilder| schema
    .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(
        utoipa::openapi::KnownFormat::DateTime
    )))
    .examples(["2026-05-04T12:30:00.000Z"]));
