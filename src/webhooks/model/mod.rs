//! What a webhook is.

mod delivery;
mod events;
mod retries;
mod secret;

pub use delivery::{Answered, Attempt, Delivery, DeliveryState, Due, Outcome, message_id};
pub use events::{DeliveryEvent, EventFilter, TEST};
pub use retries::{LONGEST_FAILURE, next_attempt};
pub use secret::{Secret, Secrets};

use chrono::{DateTime, Utc};
use deserr::Deserr;
use diesel::{Queryable, Selectable};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::changes::Seq;
use crate::db::schema::newsroom;
use crate::error::{Fault, FaultCode, Faults};
use crate::http::conditional::Version;
use crate::values::{Id, Items, Perhaps, Prose, Reference, UpTo, WebUrl};

/// How many webhooks a publication may have: each has workers of its own.
pub const MOST: i64 = 200;

/// A webhook as an editor writes it.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({"url": "https://example.org/hooks/kroniek", "events": ["article.published", "update.*"], "sections": null}))]
pub struct WebhookInput {
    /// Where events are sent: on the public internet, at the port of its scheme.
    pub url: WebUrl,
    /// What it is told of; everything unless told.
    #[deserr(default, try_from(Option<UpTo<EventFilter, 20>>) = some_events -> Fault)]
    #[schema(value_type = Option<Vec<EventFilter>>, min_items = 1, max_items = 20)]
    pub events: Option<UpTo<EventFilter, 20>>,
    /// Only articles that stand in one of these sections, before the change or after it; by slug or id. Null for all.
    #[deserr(default, try_from(Option<UpTo<Reference, 100>>) = some_sections -> Fault)]
    #[schema(value_type = Option<Vec<Reference>>, min_items = 1, max_items = 100)]
    pub sections: Option<UpTo<Reference, 100>>,
    /// The partner under whose contract it is told: of what that covers, and no more. Null for one of the publisher's own. It can't be changed.
    #[deserr(default)]
    pub partner_id: Option<Id>,
    /// For whom or what it is.
    #[deserr(default)]
    pub description: Option<Prose<500>>,
    /// Whether anything is sent. It is unless told. What happens while nothing is sent is sent once it is enabled again.
    #[deserr(default)]
    #[schema(example = true)]
    pub enabled: Option<bool>,
}

fn some_events(
    events: Option<UpTo<EventFilter, 20>>,
) -> Result<Option<UpTo<EventFilter, 20>>, Fault> {
    let detail = "must name an event at least; leave it out for everything";
    not_empty(events, |events| events.is_empty(), detail)
}

fn some_sections(
    sections: Option<UpTo<Reference, 100>>,
) -> Result<Option<UpTo<Reference, 100>>, Fault> {
    let detail = "must name a section at least; null stands for all";
    not_empty(sections, |sections| sections.is_empty(), detail)
}

fn not_empty<T>(
    list: Option<T>,
    is_empty: impl FnOnce(&T) -> bool,
    detail: &'static str,
) -> Result<Option<T>, Fault> {
    if list.as_ref().is_some_and(is_empty) {
        return Err(Fault::value(FaultCode::InvalidValue, detail));
    }
    Ok(list)
}

/// The parts of a webhook's input that need a look at other things, read past whatever is wrong with them.
#[derive(Debug, Default, Deserr)]
#[deserr(error = Faults)]
pub struct WebhookParts {
    /// Its address.
    #[deserr(default)]
    pub url: Perhaps<WebUrl>,
    /// Its sections.
    #[deserr(default)]
    pub sections: Items<Reference, 100>,
    /// Its partner.
    #[deserr(default)]
    pub partner_id: Perhaps<Id>,
}

impl From<&WebhookInput> for WebhookParts {
    fn from(input: &WebhookInput) -> Self {
        Self {
            url: Perhaps::Given(input.url.clone()),
            sections: (&input.sections).into(),
            partner_id: input.partner_id.into(),
        }
    }
}

/// From where the log is to be told again.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({"since": "1-42"}))]
pub struct ReplayInput {
    /// A change: all that came after it is told again.
    #[deserr(try_from(String) = a_seq -> Fault)]
    #[schema(value_type = String, pattern = "^[0-9]+-[0-9]+$", example = "1-42")]
    pub since: Seq,
}

fn a_seq(text: String) -> Result<Seq, Fault> {
    let detail = "must be the number of a change as answers tell it, such as 1-42";
    text.parse()
        .map_err(|_| Fault::value(FaultCode::InvalidValue, detail))
}

/// A webhook as kept; never its secrets.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = newsroom::webhooks, check_for_backend(diesel::pg::Pg))]
pub struct Webhook {
    /// Its id.
    pub id: Uuid,
    /// How often it was written.
    pub version: i32,
    /// Where events are sent.
    pub url: String,
    /// For whom or what it is.
    pub description: Option<String>,
    /// What it is told of. A version after this one may have events that this one does not know.
    pub events: Vec<String>,
    /// The sections that it is told of; none for all.
    pub sections: Option<Vec<Uuid>>,
    /// Whether anything is sent.
    pub enabled: bool,
    /// Why nothing is.
    pub disabled_reason: Option<String>,
    /// Since when nothing is.
    pub disabled_at: Option<DateTime<Utc>>,
    /// Until when the secret before the last rotation signs too.
    pub previous_until: Option<DateTime<Utc>>,
    /// The epoch of its cursor.
    pub cursor_epoch: i32,
    /// The number of its cursor.
    pub cursor_seq: i64,
    /// How often the log was replayed to it.
    pub round: i32,
    /// The change after which the log was missed.
    pub missed_after: Option<String>,
    /// The change up to which it was.
    pub missed_until: Option<String>,
    /// When that was seen.
    pub missed_at: Option<DateTime<Utc>>,
    /// The first failure since the last success.
    pub failing_since: Option<DateTime<Utc>>,
    /// When it last took a delivery.
    pub last_success_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last written.
    pub modified_at: DateTime<Utc>,
    /// The partner under whose contract it is told.
    pub partner_id: Option<Uuid>,
}

impl Webhook {
    /// Its version, as its ETag names it.
    pub fn version(&self) -> Version {
        Version::single(self.version)
    }

    /// The change up to which deliveries were made.
    pub fn cursor(&self) -> Seq {
        Seq {
            epoch: self.cursor_epoch,
            number: self.cursor_seq,
        }
    }

    /// What an editor would send to make it as it is.
    pub fn input(&self) -> serde_json::Value {
        serde_json::json!({
            "url": self.url, "events": self.events, "sections": self.sections, "description": self.description, "enabled": self.enabled,
            "partner_id": self.partner_id,
        })
    }

    /// What of the log it is told.
    pub fn wants(&self) -> Wants {
        Wants {
            events: self
                .events
                .iter()
                .filter_map(|name| EventFilter::from_name(name))
                .collect(),
            sections: self.sections.clone(),
        }
    }
}

/// What of the log a webhook is told.
#[derive(Debug, Clone)]
pub struct Wants {
    events: Vec<EventFilter>,
    sections: Option<Vec<Uuid>>,
}

impl Wants {
    /// Whether this event is among it.
    pub fn takes(&self, event: &crate::changes::stream::model::BareEvent) -> bool {
        let in_section = self
            .sections
            .as_ref()
            .is_none_or(|sections| sections.iter().any(|id| event.is_of_section(*id)));
        in_section && self.events.iter().any(|filter| filter.takes(event.event))
    }
}

/// A webhook whose parts have been looked at.
#[derive(Debug)]
pub struct Checked {
    /// What was sent.
    pub input: WebhookInput,
    /// The ids of its sections.
    pub sections: Option<Vec<Uuid>>,
}

impl Checked {
    /// What is stored as its events: each once.
    pub fn events(&self) -> Vec<&'static str> {
        let Some(events) = &self.input.events else {
            return vec![EventFilter::Everything.as_str()];
        };
        let mut names: Vec<&str> = Vec::new();
        for name in events.iter().map(|filter| filter.as_str()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Whether anything is to be sent.
    pub fn enabled(&self) -> bool {
        self.input.enabled.unwrap_or(true)
    }
}
