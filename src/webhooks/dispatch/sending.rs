//! One attempt: the request that is made, and what its answer means (Standard Webhooks 1.0, "Deliverability and reliability").

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{
    CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, InvalidHeaderValue, RETRY_AFTER,
};
use serde_json::{Map, Value};

use crate::changes::Seq;
use crate::http::outgoing::{Refusal, Reply, Target};
use crate::webhooks::address::words;
use crate::webhooks::model::{Answered, Secrets, message_id};

/// The most that is read of an answer, in bytes.
const MOST: usize = 64 * 1024;

/// The most that is kept of it.
const KEPT: usize = 2 * 1024;

/// The most that is kept of a header.
const KEPT_OF_HEADER: usize = 300;

/// The headers of answers that help who looks for a fault.
const OF_INTEREST: [&str; 7] = [
    "content-type",
    "date",
    "location",
    "retry-after",
    "server",
    "via",
    "x-request-id",
];

/// A message to be sent.
pub(super) struct Message {
    /// The delivery.
    pub id: uuid::Uuid,
    /// The change that it tells of; none of a test.
    pub change: Option<Seq>,
    /// When it is sent.
    pub at: DateTime<Utc>,
    /// What is sent.
    pub body: String,
}

/// Signs a message and sends it. Whatever the target does is a result.
pub(super) async fn send(
    target: &Result<Target, Refusal>,
    secrets: Option<&Secrets>,
    message: Message,
) -> Answered {
    let target = match target {
        Ok(target) => target,
        Err(refusal) => return failed(format!("the address {}", words(refusal))),
    };
    let Some(secrets) = secrets else {
        return failed("nothing can sign it: the webhook's secret was encrypted under another KRONIEK_SECRET. Rotate it".to_owned());
    };
    let Ok(headers) = headers(secrets, &message) else {
        return failed("its headers can't be written".to_owned());
    };
    match target.post(headers, message.body, MOST).await {
        Ok(reply) => answered(&reply, message.at),
        Err(refusal) => failed(format!("the address {}", words(&refusal))),
    }
}

fn failed(failure: String) -> Answered {
    Answered {
        failure: Some(failure),
        ..Answered::default()
    }
}

fn headers(secrets: &Secrets, message: &Message) -> Result<HeaderMap, InvalidHeaderValue> {
    let (id, timestamp) = (message_id(message.id), message.at.timestamp());
    let signature = secrets.sign(&id, timestamp, &message.body);
    let own = HeaderName::from_static;
    let mut headers = HeaderMap::from_iter([
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (own("webhook-id"), HeaderValue::try_from(id)?),
        (own("webhook-timestamp"), HeaderValue::from(timestamp)),
        (own("webhook-signature"), HeaderValue::try_from(signature)?),
    ]);
    if let Some(change) = message.change {
        headers.insert(
            own("kroniek-seq"),
            HeaderValue::try_from(change.to_string())?,
        );
    }
    Ok(headers)
}

/// What a status means: 2xx is taken, all else is not. Redirects are not followed.
fn answered(reply: &Reply, sent: DateTime<Utc>) -> Answered {
    let status = reply.status;
    let failure = match status {
        200..300 => None,
        300..400 => Some(format!(
            "it answered with status {status}; redirects are not followed, so give the address that it leads to"
        )),
        410 => Some("it answered with status 410: it wants no more".to_owned()),
        _ => Some(format!("it answered with status {status}")),
    };
    let wish = failure.as_ref().and_then(|_| wish(&reply.headers, sent));
    Answered {
        status: Some(status),
        headers: of_interest(&reply.headers),
        answer: Some(text(&reply.body, KEPT)),
        failure,
        wish,
    }
}

fn of_interest(headers: &HeaderMap) -> Map<String, Value> {
    let told = OF_INTEREST.iter().filter_map(|name| {
        let value = headers.get(*name)?;
        Some((
            (*name).to_owned(),
            text(value.as_bytes(), KEPT_OF_HEADER).into(),
        ))
    });
    told.collect()
}

/// Bytes as text that the database takes.
fn text(bytes: &[u8], most: usize) -> String {
    let bytes = bytes.get(..most).unwrap_or(bytes);
    String::from_utf8_lossy(bytes).replace('\0', "\u{fffd}")
}

/// How long the target asks to be left alone: seconds, or until a time (RFC 9110, section 10.2.3), by the clock that it was asked by.
pub(super) fn wish(headers: &HeaderMap, sent: DateTime<Utc>) -> Option<TimeDelta> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<u32>() {
        return Some(TimeDelta::seconds(seconds.into()));
    }
    let until = DateTime::parse_from_rfc2822(value).ok()?;
    Some(until.to_utc() - sent)
}
