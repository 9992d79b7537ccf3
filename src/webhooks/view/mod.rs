//! Webhooks as answers show them.

mod deliveries;

use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

pub use self::deliveries::{ManagedDelivery, ToldDelivery};
use super::model::{EventFilter, Webhook};
use crate::values::to_rfc3339;

/// Whether anything is sent.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WebhookStatus {
    /// It is.
    Enabled,
    /// Nothing is.
    Disabled,
}

/// Why nothing is sent. Reasons may be added.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DisabledReason {
    /// An editor wants it so.
    Asked,
    /// The target answered 410: it wants no more.
    Gone,
    /// For three days nothing came but failures.
    Failing,
}

/// A webhook, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManagedWebhook {
    /// Its id.
    id: Uuid,
    /// How often it was written; its ETag names it. Deliveries do not count.
    version: i32,
    /// Where events are sent.
    #[schema(example = "https://example.org/hooks/kroniek")]
    url: String,
    /// What it is told of.
    #[schema(value_type = Vec<EventFilter>, example = json!(["article.published", "update.*"]))]
    events: Vec<String>,
    /// The sections whose articles it is told of; null for all.
    #[schema(required, example = json!(null))]
    sections: Option<Vec<Uuid>>,
    /// The partner under whose contract it is told; null for one of the publisher's own.
    #[schema(required, example = json!(null))]
    partner_id: Option<Uuid>,
    /// For whom or what it is.
    #[schema(required)]
    description: Option<String>,
    /// Whether anything is sent, as written.
    #[schema(example = true)]
    enabled: bool,
    /// The same as a word.
    status: WebhookStatus,
    /// Why nothing is sent; null while it is.
    #[schema(required)]
    disabled_reason: Option<DisabledReason>,
    /// Since when nothing is sent.
    #[schema(required, format = DateTime)]
    disabled_at: Option<String>,
    /// The first failure since the last success; null when the last was one.
    #[schema(required, format = DateTime)]
    failing_since: Option<String>,
    /// When it last took a delivery.
    #[schema(required, format = DateTime)]
    last_success_at: Option<String>,
    /// How many deliveries are yet to be taken.
    #[schema(minimum = 0, example = 0)]
    pending: i64,
    /// The change up to which deliveries were made.
    #[schema(example = "1-42")]
    cursor: String,
    /// What it was never told, since it was disabled for longer than the log is kept; null when there is no such thing.
    #[schema(required)]
    missed: Option<Missed>,
    /// Until when the secret before the last rotation signs too; null when there is none.
    #[schema(required, format = DateTime)]
    previous_secret_until: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was last written.
    #[schema(format = DateTime)]
    modified_at: String,
}

/// A stretch of the log that a webhook was never told.
#[derive(Debug, Serialize, ToSchema)]
pub struct Missed {
    /// It begins after this change.
    #[schema(example = "1-42")]
    after: String,
    /// It ends with this one.
    #[schema(example = "1-97")]
    until: String,
    /// When that was seen.
    #[schema(format = DateTime)]
    at: String,
}

/// A webhook with its new secret, which no later answer tells.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssuedWebhook {
    #[serde(flatten)]
    managed: ManagedWebhook,
    /// The secret, to verify signatures with. Shown this once: null in the answer to a repetition by its `Idempotency-Key`. Where the first answer
    /// was lost, rotate it with `"grace_seconds": 0`.
    #[schema(
        required,
        example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="
    )]
    secret: Option<String>,
}

impl ManagedWebhook {
    /// Shapes a webhook of which so many deliveries are pending.
    pub fn new(webhook: Webhook, pending: i64) -> Self {
        let cursor = webhook.cursor().to_string();
        let missed = webhook.missed_at.zip(webhook.missed_after);
        let missed = missed.zip(webhook.missed_until);
        let shown = |time: &Option<_>| time.as_ref().map(to_rfc3339);
        Self {
            id: webhook.id,
            version: webhook.version,
            url: webhook.url,
            events: webhook.events,
            sections: webhook.sections,
            partner_id: webhook.partner_id,
            description: webhook.description,
            enabled: webhook.enabled,
            status: if webhook.enabled {
                WebhookStatus::Enabled
            } else {
                WebhookStatus::Disabled
            },
            disabled_reason: webhook.disabled_reason.map(|reason| match reason.as_str() {
                "gone" => DisabledReason::Gone,
                "failing" => DisabledReason::Failing,
                _ => DisabledReason::Asked,
            }),
            disabled_at: shown(&webhook.disabled_at),
            failing_since: shown(&webhook.failing_since),
            last_success_at: shown(&webhook.last_success_at),
            pending,
            cursor,
            missed: missed.map(|((at, after), until)| Missed {
                after,
                until,
                at: to_rfc3339(&at),
            }),
            previous_secret_until: shown(&webhook.previous_until),
            created_at: to_rfc3339(&webhook.created_at),
            modified_at: to_rfc3339(&webhook.modified_at),
        }
    }
}

impl IssuedWebhook {
    /// The answer that shows the secret.
    pub fn telling(webhook: Webhook, pending: i64, secret: &SecretString) -> Self {
        Self {
            managed: ManagedWebhook::new(webhook, pending),
            secret: Some(secret.expose_secret().to_owned()),
        }
    }

    /// The same answer as it is kept for repetitions.
    pub fn silent(webhook: Webhook, pending: i64) -> Self {
        Self {
            managed: ManagedWebhook::new(webhook, pending),
            secret: None,
        }
    }
}
