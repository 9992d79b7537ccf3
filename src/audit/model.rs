//! A row of the audit as kept.

use chrono::{DateTime, Utc};
use diesel::{Queryable, Selectable};
use uuid::Uuid;

use crate::db::schema::newsroom;

/// What a write did to one thing.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = newsroom::audit, check_for_backend(diesel::pg::Pg))]
pub struct AuditRow {
    /// Its id, of version 7.
    pub id: Uuid,
    /// The time of the write by the database's clock, in milliseconds.
    pub at: DateTime<Utc>,
    /// The API key; none for the command line and the schedule.
    pub key_id: Option<Uuid>,
    /// The key's name then, or the command.
    pub key_name: String,
    /// The person that the key wrote for.
    pub actor: Option<String>,
    /// The id of the request, or of the run of a command.
    pub request_id: String,
    /// The operation's id, or the command.
    pub action: String,
    /// The kind of thing written.
    pub subject_kind: String,
    /// Its id; none for the site and the log.
    pub subject_id: Option<Uuid>,
    /// Its version before, as its ETag names it.
    pub version_from: Option<String>,
    /// Its version after.
    pub version_to: Option<String>,
    /// Why, where that must be said.
    pub reason: Option<String>,
}
