//! The audit: a row for every write.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::change::Kind;
use super::tx::Attribution;
use crate::db::schema::newsroom::audit;
use crate::error::Result;

/// What was written, and from which version to which.
#[derive(Debug)]
pub struct AuditEntry {
    pub(super) kind: &'static str,
    pub(super) id: Option<Uuid>,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) action: Option<String>,
}

impl AuditEntry {
    /// A write of this thing.
    pub fn of(kind: Kind, id: Option<Uuid>) -> Self {
        Self {
            kind: kind.as_str(),
            id,
            from: None,
            to: None,
            reason: None,
            action: None,
        }
    }

    /// A write of this update.
    pub fn of_update(id: Uuid) -> Self {
        Self {
            kind: "update",
            id: Some(id),
            from: None,
            to: None,
            reason: None,
            action: None,
        }
    }

    /// A write of this preview link.
    pub fn of_preview(id: Uuid) -> Self {
        Self {
            kind: "preview",
            id: Some(id),
            from: None,
            to: None,
            reason: None,
            action: None,
        }
    }

    /// A write of this API key.
    pub fn of_key(id: Uuid) -> Self {
        Self {
            kind: "key",
            id: Some(id),
            from: None,
            to: None,
            reason: None,
            action: None,
        }
    }

    /// A write of this webhook.
    pub fn of_webhook(id: Uuid) -> Self {
        Self {
            kind: "webhook",
            id: Some(id),
            from: None,
            to: None,
            reason: None,
            action: None,
        }
    }

    /// A write of this partner.
    pub fn of_partner(id: Uuid) -> Self {
        Self {
            kind: "partner",
            id: Some(id),
            from: None,
            to: None,
            reason: None,
            action: None,
        }
    }

    /// An acknowledgement of this notice.
    pub fn of_notice(id: Uuid) -> Self {
        Self {
            kind: "notice",
            id: Some(id),
            from: None,
            to: None,
            reason: None,
            action: None,
        }
    }

    /// A write of the log itself: a new epoch.
    pub fn of_log() -> Self {
        Self {
            kind: "log",
            id: None,
            from: None,
            to: None,
            reason: None,
            action: None,
        }
    }

    /// The version before, if there was one.
    #[must_use]
    pub fn from(mut self, version: impl ToString) -> Self {
        self.from = Some(version.to_string());
        self
    }

    /// The version after, if there is one.
    #[must_use]
    pub fn to(mut self, version: impl ToString) -> Self {
        self.to = Some(version.to_string());
        self
    }

    /// What was done, where the transaction does several things.
    #[must_use]
    pub fn done_by(mut self, action: impl Into<String>) -> Self {
        self.action = Some(action.into());
        self
    }

    /// Why, where that must be said.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }
}

/// Rows that one statement writes.
const AT_ONCE: usize = 1000;

/// Writes what was written, when and by whom.
pub(super) async fn record(
    mut conn: &AsyncPgConnection,
    (now, by): (DateTime<Utc>, &Attribution),
    entries: &[AuditEntry],
) -> Result<()> {
    let row = |entry: &AuditEntry| {
        (
            audit::id.eq(Uuid::now_v7()),
            audit::at.eq(now),
            audit::key_id.eq(by.key_id),
            audit::key_name.eq(by.key_name.clone()),
            audit::actor.eq(by.actor.clone()),
            audit::request_id.eq(by.request_id.clone()),
            audit::action.eq(entry.action.clone().unwrap_or_else(|| by.action.clone())),
            audit::subject_kind.eq(entry.kind),
            audit::subject_id.eq(entry.id),
            audit::version_from.eq(entry.from.clone()),
            audit::version_to.eq(entry.to.clone()),
            audit::reason.eq(entry.reason.clone()),
        )
    };
    let into = diesel::insert_into(audit::table);
    // One row alone is a statement that is always the same, and parsed once.
    if let [entry] = entries {
        into.values(row(entry)).execute(&mut conn).await?;
        return Ok(());
    }
    for some in entries.chunks(AT_ONCE) {
        let rows: Vec<_> = some.iter().map(row).collect();
        into.values(rows).execute(&mut conn).await?;
    }
    Ok(())
}
