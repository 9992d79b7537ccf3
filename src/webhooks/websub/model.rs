//! What a subscription is, and what is on its way to subscribers.

use chrono::{DateTime, TimeDelta, Utc};
use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::changes::Seq;
use crate::error::{Fault, FaultCode, Faults};
use crate::http::form::Fields;
use crate::values::WebUrl;
use crate::webhooks::model::next_attempt;

/// How many subscriptions there may be.
pub const MOST: i64 = 1000;

/// How many there may be at one host, and how many of its requests may wait to be confirmed.
pub const MOST_OF_HOST: i64 = 20;

/// For how long a subscription holds, in seconds: an hour to thirty days, ten days unless told.
const LEASE: (i32, i32, i32) = (3600, 864_000, 2_592_000);

/// A secret has fewer bytes (WebSub, section 5.1).
const SECRET_BYTES: usize = 200;

/// After how many seconds a question that was not answered is asked again.
const ASK_AGAIN: [i64; 2] = [10, 60];

/// What is asked of the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Faults, rename_all = lowercase)]
#[schema(rename_all = "lowercase")]
pub enum HubMode {
    /// To be sent the feed when it changes.
    Subscribe,
    /// To be sent it no more.
    Unsubscribe,
}

/// A request to the hub, as a form. Fields that the standard does not have are passed over.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults)]
pub struct HubRequest {
    /// What is asked.
    #[deserr(rename = "hub.mode")]
    #[schema(rename = "hub.mode")]
    pub mode: HubMode,
    /// The address of a feed, as the feed gives it as its own: of the site, a section, an author or an entity, in any format, as a whole or with `language` alone.
    #[deserr(rename = "hub.topic")]
    #[schema(
        rename = "hub.topic",
        max_length = 2048,
        example = "https://api.example.org/feeds/atom.xml"
    )]
    pub topic: String,
    /// Where it is sent: on the public internet, at the port of its scheme. Not to be guessed, since whoever knows it can write to it.
    #[deserr(rename = "hub.callback")]
    #[schema(rename = "hub.callback", value_type = WebUrl)]
    pub callback: WebUrl,
    /// What signs what is sent (`X-Hub-Signature`), fewer than 200 bytes.
    #[deserr(default, rename = "hub.secret", try_from(Option<String>) = a_secret -> Fault)]
    #[schema(rename = "hub.secret", value_type = Option<String>, max_length = 199, example = "a-secret-of-your-own")]
    pub secret: Option<HubSecret>,
    /// For how many seconds; an hour at least and thirty days at most, ten days unless told. What holds is told when it is confirmed.
    #[deserr(default, rename = "hub.lease_seconds")]
    #[schema(rename = "hub.lease_seconds", value_type = Option<u64>, example = 864_000)]
    pub lease: Lease,
}

impl Fields for HubRequest {
    const NAMES: &'static [&'static str] = &[
        "hub.mode",
        "hub.topic",
        "hub.callback",
        "hub.secret",
        "hub.lease_seconds",
    ];
}

/// What signs; never shown by accident.
pub struct HubSecret(pub Vec<u8>);

impl std::fmt::Debug for HubSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HubSecret")
    }
}

fn a_secret(text: Option<String>) -> Result<Option<HubSecret>, Fault> {
    let secret = text.filter(|text| !text.is_empty()).map(String::into_bytes);
    if secret
        .as_ref()
        .is_some_and(|secret| secret.len() >= SECRET_BYTES)
    {
        return Err(Fault::value(
            FaultCode::TooLong,
            "must have fewer than 200 bytes",
        ));
    }
    Ok(secret.map(HubSecret))
}

/// For how long a subscription holds, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease(pub i32);

impl Default for Lease {
    fn default() -> Self {
        Self(LEASE.1)
    }
}

impl Deserr<Faults> for Lease {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Faults> {
        let text = <String as Deserr<Faults>>::deserialize_from_value(value, location)?;
        let (least, usual, most) = LEASE;
        if text.is_empty() {
            return Ok(Self(usual));
        }
        if text.len() > 40 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            let detail = "must be a whole number of seconds";
            return Err(Fault::at("/hub.lease_seconds", FaultCode::InvalidValue, detail).into());
        }
        // What is too long for a number is longer than the longest.
        Ok(Self(text.parse().unwrap_or(most).clamp(least, most)))
    }
}

/// The id of a subscription: of its callback and its topic, which are one together (WebSub, section 5.1).
pub fn subscription_id(callback: &str, topic: &str) -> Uuid {
    id_of(&["subscription", callback, topic])
}

/// The line that all goes by that is sent to a callback.
pub fn line_id(callback: &str) -> Uuid {
    id_of(&["line", callback])
}

fn id_of(parts: &[&str]) -> Uuid {
    let digest = Sha256::digest(parts.join("\0"));
    let mut bytes = [0; 16];
    bytes
        .iter_mut()
        .zip(digest)
        .for_each(|(byte, of)| *byte = of);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// A request that can be kept.
#[derive(Debug)]
pub struct Asked {
    /// What is asked.
    pub mode: HubMode,
    /// The subscription that it is about.
    pub subscription: Uuid,
    /// Where it is to be sent.
    pub callback: String,
    /// The host of that.
    pub host: String,
    /// The address of the feed.
    pub topic: String,
    /// What the feed is of.
    pub scope: Option<Uuid>,
    /// What is to sign, encrypted.
    pub secret: Option<Vec<u8>>,
    /// For how long.
    pub lease: Lease,
}

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    /// Whether to subscribe was meant.
    Subscribe,
    /// Whether to unsubscribe was meant.
    Unsubscribe,
    /// That there is no subscription.
    Denied,
    /// The feed.
    Content,
}

impl MessageKind {
    /// As stored; `hub.mode` of those that have one.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Subscribe => "subscribe",
            Self::Unsubscribe => "unsubscribe",
            Self::Denied => "denied",
            Self::Content => "content",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [
            Self::Subscribe,
            Self::Unsubscribe,
            Self::Denied,
            Self::Content,
        ];
        all.into_iter().find(|kind| kind.as_str() == name)
    }

    /// When one that did not come through is tried again: a feed as what webhooks are told, a question twice and soon, since who asked is there.
    pub fn next_attempt(
        self,
        number: i32,
        times: (DateTime<Utc>, DateTime<Utc>),
        (spread, wish): (f64, Option<TimeDelta>),
    ) -> Option<DateTime<Utc>> {
        if self == Self::Content {
            let (first, now) = times;
            // What was begun first may have lasted until now.
            let begun = if number <= 1 { first } else { now };
            return next_attempt((first, begun, now), spread, wish);
        }
        let done = usize::try_from(number.max(1) - 1).ok()?;
        let pause = ASK_AGAIN.get(done)?;
        Some(times.1 + TimeDelta::seconds(*pause))
    }
}

/// A message that a worker has taken to be sent, and the subscription that it is about as far as it is there.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub kind: MessageKind,
    /// The subscription.
    pub subscription: Uuid,
    /// Where it goes.
    pub callback: String,
    /// The address of the feed.
    pub topic: String,
    /// What the feed is of.
    pub scope: Option<Uuid>,
    /// For how long, of a request to subscribe.
    pub lease_seconds: Option<i32>,
    /// Why, of a denial.
    pub reason: Option<String>,
    /// Which attempt this is.
    pub number: i32,
    /// When it was first tried.
    pub first_at: DateTime<Utc>,
    /// The time of this attempt, by the database's clock.
    pub at: DateTime<Utc>,
    /// What signs, encrypted; none when nothing is signed.
    pub secret: Option<Vec<u8>>,
    /// What the subscriber has; none when there is no subscription that holds.
    pub has: Option<Vec<u8>>,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Who is asked meant it; of who subscribes, what the feed was then.
    Meant(Option<Sight>),
    /// A denial was heard, or nothing more is to be said.
    Heard,
    /// The feed was taken.
    Taken(Sight),
    /// The subscriber has the feed as it is.
    Same(Sight),
    /// There is no subscription, or none that still holds.
    Over,
    /// The subscriber wants no more (410).
    Gone,
    /// There is no such feed any more.
    NoFeed,
    /// Who is asked did not mean it.
    NotMeant(String),
    /// It did not come through.
    Failed {
        /// Why.
        failure: String,
        /// How long the subscriber asks to be left alone.
        wish: Option<TimeDelta>,
        /// What was sent.
        sight: Option<Sight>,
    },
}

/// A feed as it was at a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// The change.
    pub seq: Seq,
    /// SHA-256 of it.
    pub digest: Vec<u8>,
}

/// What became of a message that was sent.
#[derive(Debug, Clone)]
pub struct Told {
    /// The message.
    pub letter: Letter,
    /// The status of the answer.
    pub status: Option<u16>,
    /// How it ended.
    pub end: End,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Faults, Lease, a_secret, line_id, subscription_id};

    fn lease(text: &str) -> Option<i32> {
        let read = deserr::deserialize::<Lease, _, Faults>(json!(text));
        read.ok().map(|lease| lease.0)
    }

    #[test]
    fn a_lease_is_an_hour_to_thirty_days_and_ten_unless_told() {
        let of = |text| lease(text).unwrap();
        assert_eq!((of(""), of("0"), of("60")), (864_000, 3600, 3600));
        assert_eq!((of("7200"), of("999999999999999999999")), (7200, 2_592_000));
        for wrong in ["-1", "1.5", "ever", " 60", "1e9"] {
            assert_eq!(lease(wrong), None, "{wrong}");
        }
        assert_eq!(Lease::default().0, 864_000);
    }

    #[test]
    fn a_secret_has_fewer_than_200_bytes_and_shows_itself_nowhere() {
        assert!(a_secret(Some(String::new())).unwrap().is_none());
        let longest = a_secret(Some("x".repeat(199))).unwrap();
        assert!(!format!("{longest:?}").contains('x'));
        assert!(a_secret(Some("é".repeat(100))).is_err());
    }

    #[test]
    fn a_subscription_is_its_callback_and_its_topic() {
        let id = subscription_id("https://a.example/", "b");
        assert_eq!(id, subscription_id("https://a.example/", "b"));
        assert_ne!(id, subscription_id("https://a.example/b", ""));
        assert_ne!(id, line_id("https://a.example/"));
    }
}
