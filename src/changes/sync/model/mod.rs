//! What a copy consists of, as delivery holds it: everything refers to others by their ids.

mod place;

use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

pub use self::place::{Place, Rank};

/// Something that has changed.
#[derive(Debug, Deserialize)]
pub struct Changed {
    /// The change that last wrote it, or took it away.
    pub seq: i64,
    /// What kind of thing it is.
    pub rank: Rank,
    /// Its id; zeros for the site.
    pub id: Uuid,
    /// Whether it stands beyond what one answer holds, and comes with the next.
    pub is_beyond: bool,
    /// What it now is; none when it is no more, or not of what was asked for.
    pub resource: Option<Box<RawValue>>,
}
