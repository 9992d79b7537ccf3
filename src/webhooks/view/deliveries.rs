//! Deliveries as answers show them.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::values::to_rfc3339;
use crate::webhooks::model::{Attempt, Delivery, DeliveryEvent, DeliveryState};

/// A delivery: one event on its way to one webhook.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManagedDelivery {
    /// Its id.
    id: Uuid,
    /// The `webhook-id` of each of its attempts, by which a receiver knows that it has it already.
    #[schema(example = "msg_0197f3f2-6c1e-7e0a-9d58-0a4b2b9f5a11")]
    message_id: String,
    /// What it tells.
    #[schema(value_type = DeliveryEvent)]
    event: String,
    /// The change that it tells of; null for a test.
    #[schema(required, example = "1-42")]
    seq: Option<String>,
    /// The article; null for a test.
    #[schema(required)]
    article_id: Option<Uuid>,
    /// The delivery that it repeats; null when it was made from the log.
    #[schema(required)]
    replay_of: Option<Uuid>,
    /// Where it stands.
    #[schema(value_type = DeliveryState)]
    state: String,
    /// Why it was cancelled.
    #[schema(required, example = json!(null))]
    reason: Option<String>,
    /// Whether it waits for an earlier one of the same article, so that they come in order.
    waits: bool,
    /// How often it was begun to be sent.
    #[schema(minimum = 0, example = 1)]
    attempt_count: i32,
    /// When it is sent next; null when it is not, and while it is being sent or waits for another.
    #[schema(required, format = DateTime)]
    next_attempt_at: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was no longer pending.
    #[schema(required, format = DateTime)]
    finished_at: Option<String>,
}

/// A delivery with what was sent and what came of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ToldDelivery {
    #[serde(flatten)]
    delivery: ManagedDelivery,
    /// What is sent, byte by byte, since it is signed; null before the first attempt, and after the article was purged.
    #[schema(required, example = "{\"type\":\"article.published\"}")]
    body: Option<String>,
    /// Each attempt, the newest first. One is missing where a node ended in the midst of it.
    attempts: Vec<DeliveryAttempt>,
}

/// An attempt to deliver.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryAttempt {
    /// Which it was.
    #[schema(minimum = 1)]
    number: i32,
    /// When it was made.
    #[schema(format = DateTime)]
    at: String,
    /// How long it took, in milliseconds.
    #[schema(minimum = 0, example = 84)]
    duration_ms: i32,
    /// The headers that were sent, without signatures.
    #[schema(example = json!({"webhook-id": "msg_0197f3f2-6c1e-7e0a-9d58-0a4b2b9f5a11", "webhook-timestamp": "1777897800", "kroniek-seq": "1-42"}))]
    request_headers: BTreeMap<&'static str, String>,
    /// The status of the answer; null when there was none.
    #[schema(required, example = 204)]
    status: Option<i32>,
    /// Some headers of the answer.
    #[schema(value_type = Object, example = json!({"content-type": "text/plain"}))]
    answer_headers: Value,
    /// The first 2 KB of the answer's body as text.
    #[schema(required, example = "ok")]
    answer: Option<String>,
    /// What went wrong, in words; null when it was taken.
    #[schema(required, example = json!(null))]
    failure: Option<String>,
}

impl From<Delivery> for ManagedDelivery {
    fn from(delivery: Delivery) -> Self {
        let is_due = delivery.state == "pending" && !delivery.waits && delivery.lease.is_none();
        Self {
            id: delivery.id,
            message_id: delivery.message_id(),
            seq: delivery.change().map(|change| change.to_string()),
            event: delivery.event,
            article_id: delivery.article_id,
            replay_of: delivery.replay_of,
            state: delivery.state,
            reason: delivery.note,
            waits: delivery.waits,
            attempt_count: delivery.attempts,
            next_attempt_at: is_due.then(|| to_rfc3339(&delivery.next_at)),
            created_at: to_rfc3339(&delivery.created_at),
            finished_at: delivery.finished_at.as_ref().map(to_rfc3339),
        }
    }
}

impl ToldDelivery {
    /// Shapes a delivery and its attempts.
    pub fn new(mut delivery: Delivery, attempts: Vec<Attempt>) -> Self {
        let body = delivery.body.take();
        let attempts = attempts.into_iter();
        Self {
            attempts: attempts
                .map(|attempt| DeliveryAttempt::new(attempt, &delivery))
                .collect(),
            delivery: delivery.into(),
            body,
        }
    }
}

impl DeliveryAttempt {
    fn new(attempt: Attempt, delivery: &Delivery) -> Self {
        let mut request_headers = BTreeMap::from([
            ("content-type", "application/json".to_owned()),
            ("webhook-id", delivery.message_id()),
            ("webhook-timestamp", attempt.at.timestamp().to_string()),
        ]);
        if let Some(change) = delivery.change() {
            request_headers.insert("kroniek-seq", change.to_string());
        }
        Self {
            number: attempt.number,
            at: to_rfc3339(&attempt.at),
            duration_ms: attempt.duration_ms,
            request_headers,
            status: attempt.status,
            answer_headers: attempt.headers,
            answer: attempt.answer,
            failure: attempt.failure,
        }
    }
}
