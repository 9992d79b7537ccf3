//! The audit as answers show it.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::AuditRow;
use super::parameters::SubjectKind;
use crate::values::to_rfc3339;

/// What a write did to one thing.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManagedAuditEntry {
    /// Its id.
    id: Uuid,
    /// When it was written.
    #[schema(format = DateTime)]
    at: String,
    /// The API key that wrote; null for the command line and the schedule.
    #[schema(required)]
    key: Option<AuditKey>,
    /// What wrote without a key: a command of the command line, or of what a node does by itself: `kroniek schedule`, `kroniek serve`, `kroniek webhooks`.
    #[schema(required, example = json!(null))]
    command: Option<String>,
    /// The person that the key wrote for, as `Kroniek-Actor` told.
    #[schema(required, example = "Fenna Loman")]
    actor: Option<String>,
    /// The id of the request, which other rows of the same write have too; of a command, that of its run.
    #[schema(example = "5446866f-6a4c-4ceb-ace3-b7de9e18aad2")]
    request_id: String,
    /// What was done: the id of an operation, or a command.
    #[schema(example = "publish_article")]
    action: String,
    /// What was written.
    subject: AuditSubject,
    /// Its version before, as its ETag told; null for what was new.
    #[schema(required, example = "3.7")]
    from: Option<String>,
    /// Its version after; null for what was removed.
    #[schema(required, example = "3.8")]
    to: Option<String>,
    /// Why, where that must be said: of a purge.
    #[schema(required, example = json!(null))]
    reason: Option<String>,
}

/// A key in the audit, which outlives it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditKey {
    /// Its id.
    id: Uuid,
    /// The name that it had.
    #[schema(example = "The desk's tool")]
    name: String,
}

/// What was written.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditSubject {
    /// The kind of thing.
    #[schema(value_type = SubjectKind)]
    kind: String,
    /// Its id; null for the site and the log, of which there is one.
    #[schema(required)]
    id: Option<Uuid>,
}

impl From<AuditRow> for ManagedAuditEntry {
    fn from(row: AuditRow) -> Self {
        let (key, command) = match row.key_id {
            Some(id) => (
                Some(AuditKey {
                    id,
                    name: row.key_name,
                }),
                None,
            ),
            None => (None, Some(row.key_name)),
        };
        Self {
            id: row.id,
            at: to_rfc3339(&row.at),
            key,
            command,
            actor: row.actor,
            request_id: row.request_id,
            action: row.action,
            subject: AuditSubject {
                kind: row.subject_kind,
                id: row.subject_id,
            },
            from: row.version_from,
            to: row.version_to,
            reason: row.reason,
        }
    }
}
