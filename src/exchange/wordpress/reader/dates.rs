//! The dates of an export.

use chrono::{DateTime, Datelike, Utc};

/// A date as RSS writes it (RFC 2822). What WordPress makes of the zero date, the year -1 or the start of 1970, is none.
pub(super) fn feed(text: &str) -> Option<DateTime<Utc>> {
    let date = DateTime::parse_from_rfc2822(text.trim()).ok()?.to_utc();
    ((1..=9999).contains(&date.year()) && date != DateTime::UNIX_EPOCH).then_some(date)
}
