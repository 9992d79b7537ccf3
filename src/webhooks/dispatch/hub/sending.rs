//! One attempt: the request that is made of a subscriber, and what its answer means (WebSub, sections 5 and 7).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, InvalidHeaderValue, LINK};
use url::Url;

use super::copies::Copy;
use crate::error::{Error, Result};
use crate::feeds::topic::HUB;
use crate::http::answer::Hub;
use crate::http::outgoing::{Outgoing, Refusal, Reply, Target};
use crate::webhooks::address::words;
use crate::webhooks::dispatch::sending::wish;
use crate::webhooks::websub::model::{End, Letter, MessageKind, Sight};
use crate::webhooks::websub::signing::signature;

/// The most that is read of an answer, in bytes.
const MOST: usize = 64 * 1024;

/// What came of an attempt: the status of the answer, and what it means.
pub(super) type Came = (Option<u16>, End);

/// A word that nobody guesses, for who is asked to say again.
fn challenge() -> Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Asks whether it was meant, or tells that there is no subscription. What was meant is a subscription to the feed as it is now.
pub(super) async fn ask(outgoing: &Outgoing, letter: &Letter, sight: Option<Sight>) -> Came {
    let Ok(challenge) = challenge() else {
        return failed("there are no random numbers".to_owned(), None);
    };
    let Some(url) = question(letter, &challenge) else {
        return failed("the callback is no address".to_owned(), None);
    };
    match outgoing.ask(&url, MOST).await {
        Ok(reply) => (
            Some(reply.status),
            answered(letter.kind, &reply, (&challenge, sight)),
        ),
        Err(refusal) => failed(format!("the callback {}", words(&refusal)), None),
    }
}

/// The callback, with its own query before what is asked.
fn question(letter: &Letter, challenge: &str) -> Option<Url> {
    let mut url = Url::parse(&letter.callback).ok()?;
    {
        let mut query = url.query_pairs_mut();
        query
            .append_pair("hub.mode", letter.kind.as_str())
            .append_pair("hub.topic", &letter.topic);
        if letter.kind == MessageKind::Denied {
            let reason = letter.reason.as_deref();
            query.append_pair("hub.reason", reason.unwrap_or_default());
        } else {
            query.append_pair("hub.challenge", challenge);
        }
        if let Some(seconds) = letter.lease_seconds {
            query.append_pair("hub.lease_seconds", &seconds.to_string());
        }
    }
    Some(url)
}

fn answered(kind: MessageKind, reply: &Reply, (challenge, sight): (&str, Option<Sight>)) -> End {
    match (kind, reply.status) {
        // Whether it was heard is all there is to know.
        (MessageKind::Denied, 200..500) => End::Heard,
        (_, 200..300) if reply.body == challenge.as_bytes() => End::Meant(sight),
        (_, 200..300) => End::NotMeant("it did not answer with the challenge".to_owned()),
        (_, status @ 500..) => End::Failed {
            failure: format!("it answered with status {status}"),
            wish: None,
            sight: None,
        },
        (_, status) => End::NotMeant(format!("it answered with status {status}")),
    }
}

fn failed(failure: String, sight: Option<Sight>) -> Came {
    let end = End::Failed {
        failure,
        wish: None,
        sight,
    };
    (None, end)
}

/// What a feed is sent with.
pub(super) struct Content {
    /// Where it goes.
    pub target: Result<Target, Refusal>,
    /// What signs it: nothing when nothing is signed, an error when it can't be read.
    pub secret: Result<Option<Vec<u8>>, ()>,
    /// Where clients reach this API.
    pub base: String,
    /// When it is sent.
    pub at: DateTime<Utc>,
}

/// Sends a feed as it is.
pub(super) async fn send(content: Content, topic: &str, copy: &Copy) -> Came {
    let sight = || Some(copy.sight.clone());
    let target = match &content.target {
        Ok(target) => target,
        Err(refusal) => return failed(format!("the callback {}", words(refusal)), sight()),
    };
    let Ok(secret) = &content.secret else {
        let failure = "nothing can sign it: the secret was encrypted under another KRONIEK_SECRET";
        return failed(failure.to_owned(), sight());
    };
    let Ok(headers) = headers((topic, &content.base), secret.as_deref(), copy) else {
        return failed("its headers can't be written".to_owned(), sight());
    };
    match target.post(headers, copy.body.clone(), MOST).await {
        Ok(reply) => (
            Some(reply.status),
            taken(&reply, content.at, copy.sight.clone()),
        ),
        Err(refusal) => failed(format!("the callback {}", words(&refusal)), sight()),
    }
}

fn headers(
    (topic, base): (&str, &str),
    secret: Option<&[u8]>,
    copy: &Copy,
) -> Result<HeaderMap, InvalidHeaderValue> {
    let hub = Hub {
        hub: format!("{base}{HUB}"),
        topic: topic.to_owned(),
    };
    let mut headers = HeaderMap::from_iter([
        (CONTENT_TYPE, HeaderValue::from_static(copy.content_type)),
        (LINK, HeaderValue::try_from(hub.links())?),
    ]);
    if let Some(signed) = secret.and_then(|secret| signature(secret, &copy.body)) {
        let name = HeaderName::from_static("x-hub-signature");
        headers.insert(name, HeaderValue::try_from(signed)?);
    }
    Ok(headers)
}

/// What a status means: 2xx is taken, 410 ends the subscription, all else is not taken. Redirects are not followed.
fn taken(reply: &Reply, at: DateTime<Utc>, sight: Sight) -> End {
    match reply.status {
        200..300 => End::Taken(sight),
        410 => End::Gone,
        status => End::Failed {
            failure: format!("it answered with status {status}"),
            wish: wish(&reply.headers, at),
            sight: Some(sight),
        },
    }
}
