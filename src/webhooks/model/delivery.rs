//! What a delivery is: one event on its way to one webhook.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use deserr::Deserr;
use diesel::{Queryable, Selectable};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::changes::Seq;
use crate::db::schema::newsroom;
use crate::error::Faults;

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[serde(rename_all = "lowercase")]
#[deserr(error = Faults, rename_all = lowercase)]
pub enum DeliveryState {
    /// It is yet to be taken.
    Pending,
    /// It was taken.
    Delivered,
    /// It was not, for three days, and is tried no more. Replay it.
    Dead,
    /// It is not sent: its article was purged, its change is in the log no longer, the log was replayed from before it, or the contract that it was told under has ended.
    Cancelled,
}

impl DeliveryState {
    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A delivery as kept.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = newsroom::webhook_deliveries, check_for_backend(diesel::pg::Pg))]
pub struct Delivery {
    /// Its id.
    pub id: Uuid,
    /// Where it stands in the order in which they were made.
    pub position: i64,
    /// The epoch of the change; none of a test.
    pub epoch: Option<i32>,
    /// The number of the change.
    pub seq: Option<i64>,
    /// What happened.
    pub event: String,
    /// The article.
    pub article_id: Option<Uuid>,
    /// The delivery that it repeats.
    pub replay_of: Option<Uuid>,
    /// Where it stands.
    pub state: String,
    /// Whether an earlier one of the article is pending.
    pub waits: bool,
    /// How often it was begun to be sent.
    pub attempts: i32,
    /// When it is due.
    pub next_at: DateTime<Utc>,
    /// Who has it.
    pub lease: Option<Uuid>,
    /// What is sent.
    pub body: Option<String>,
    /// Why it was cancelled.
    pub note: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was no longer pending.
    pub finished_at: Option<DateTime<Utc>>,
}

/// The `webhook-id` of a delivery.
pub fn message_id(id: Uuid) -> String {
    format!("msg_{id}")
}

impl Delivery {
    /// The change that it tells of.
    pub fn change(&self) -> Option<Seq> {
        let (epoch, number) = self.epoch.zip(self.seq)?;
        Some(Seq { epoch, number })
    }

    /// Its `webhook-id`.
    pub fn message_id(&self) -> String {
        message_id(self.id)
    }
}

/// An attempt as kept.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = newsroom::webhook_attempts, check_for_backend(diesel::pg::Pg))]
pub struct Attempt {
    /// Which it was.
    pub number: i32,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// How long it took.
    pub duration_ms: i32,
    /// The status of the answer.
    pub status: Option<i32>,
    /// Some headers of the answer.
    pub headers: serde_json::Value,
    /// The beginning of the answer's body.
    pub answer: Option<String>,
    /// What went wrong.
    pub failure: Option<String>,
}

/// A delivery that a worker has taken to be sent.
#[derive(Debug, Clone)]
pub struct Due {
    /// Its id.
    pub id: Uuid,
    /// The epoch of the change; none of a test.
    pub epoch: Option<i32>,
    /// The number of the change.
    pub seq: Option<i64>,
    /// The article.
    pub article_id: Option<Uuid>,
    /// What happened.
    pub event: String,
    /// What is sent, where it was made for an attempt before.
    pub body: Option<String>,
    /// Which attempt this is.
    pub number: i32,
    /// When it was first tried.
    pub first_at: DateTime<Utc>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// What a target did.
#[derive(Debug, Clone, Default)]
pub struct Answered {
    /// The status of its answer.
    pub status: Option<u16>,
    /// Some headers of its answer.
    pub headers: serde_json::Map<String, serde_json::Value>,
    /// The beginning of its body.
    pub answer: Option<String>,
    /// What went wrong, in words.
    pub failure: Option<String>,
    /// How long it asks to be left alone.
    pub wish: Option<TimeDelta>,
}

impl Answered {
    /// Whether it was taken.
    pub fn is_taken(&self) -> bool {
        self.failure.is_none()
    }

    /// Whether the target wants no more at all (410).
    pub fn is_gone(&self) -> bool {
        self.status == Some(410)
    }
}

/// What became of a delivery that was sent.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The delivery.
    pub due: Due,
    /// When the attempt was made.
    pub at: DateTime<Utc>,
    /// How long it took.
    pub took: Duration,
    /// What the target did.
    pub result: Answered,
}
