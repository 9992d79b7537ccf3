//! Bodies of requests: JSON, whole, with every fault told at once.

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use deserr::Deserr;
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::json;
use super::pace::is_slow;
use crate::error::{Code, Error, Faults, Result};
use crate::values::Draft;

/// The limit of a request's body, in bytes, where an operation sets no other.
pub const LIMIT: usize = 2 * MEGABYTE;

const MEGABYTE: usize = 1024 * 1024;

/// SHA-256 of the body as sent, kept beside the request for its Idempotency-Key.
#[derive(Clone, Copy)]
pub struct BodyHash(pub [u8; 32]);

/// A JSON body read into `T`.
///
/// Answers 415 for another type or an encoding, 413 over the limit of so many megabytes, 400 for what is not JSON, and 422 with every fault.
pub struct JsonBody<T, const MEGABYTES: usize = 2>(pub T);

/// What an act takes, all of which may be left out: no body at all says the same as `{}`. Answers as [`JsonBody`] does.
pub struct ActBody<T>(pub T);

/// The same on its way to a `T`, for who has to know first whether the caller may be told what is wrong with it.
pub struct ActDraft<T>(pub Draft<T>);

/// A JSON body on its way to a `T`, where the database has a say in what is wrong with it. Answers as [`JsonBody`] does, but for the 422,
/// which comes with [`Draft::finish`].
pub struct DraftBody<T>(pub Draft<T>);

/// A JSON Merge Patch (RFC 7396) to be applied to a resource's own JSON.
pub struct PatchBody(Value, Faults);

impl<T: Deserr<Faults> + 'static, const MEGABYTES: usize> FromRequest for JsonBody<T, MEGABYTES> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let limit = MEGABYTES * MEGABYTE;
        let body = read(request, payload, (&["application/json"], limit));
        Box::pin(async move {
            let (sent, faults) = body.await?;
            Ok(Self(Draft::read(sent, faults).whole()?))
        })
    }
}

impl<T: Deserr<Faults> + 'static> FromRequest for ActBody<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let act = read_act(request, payload);
        Box::pin(async move {
            let (sent, faults) = act.await?;
            Ok(Self(Draft::read(sent, faults).whole()?))
        })
    }
}

impl<T: Deserr<Faults> + 'static> FromRequest for ActDraft<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let act = read_act(request, payload);
        Box::pin(async move {
            let (sent, faults) = act.await?;
            Ok(Self(Draft::read(sent, faults)))
        })
    }
}

/// What an act was told, where nothing is as much as `{}`.
fn read_act(
    request: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Result<(Value, Faults)>> + 'static {
    let (request, payload) = (request.clone(), payload.take());
    async move {
        let bytes = gather(&request, payload, LIMIT).await?;
        let bytes = if bytes.is_empty() {
            web::Bytes::from_static(b"{}")
        } else {
            check_type(&request, &["application/json"])?;
            bytes
        };
        hashed(&request, &bytes);
        json::parse(&bytes)
    }
}

impl<T: Deserr<Faults> + 'static> FromRequest for DraftBody<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = read(request, payload, (&["application/json"], LIMIT));
        Box::pin(async move {
            let (sent, faults) = body.await?;
            Ok(Self(Draft::read(sent, faults)))
        })
    }
}

impl FromRequest for PatchBody {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let types = &["application/merge-patch+json", "application/json"];
        let body = read(request, payload, (types, LIMIT));
        Box::pin(async move {
            let (patch, faults) = body.await?;
            Ok(Self(patch, faults))
        })
    }
}

impl PatchBody {
    /// Whether the patch says anything of this field.
    pub fn names(&self, field: &str) -> bool {
        self.0.get(field).is_some()
    }

    /// The parts of the patch itself that need a look at other things, read past whatever is wrong with it.
    pub fn named<N: Deserr<Faults> + Default>(&self) -> N {
        deserr::deserialize::<N, _, Faults>(self.0.clone()).unwrap_or_default()
    }

    /// The resource's input with this patch applied, checked as a whole: a patch can't make what a new one couldn't be.
    pub fn apply<T: Deserr<Faults>>(self, current: Value) -> Draft<T> {
        let mut merged = current;
        merge(&mut merged, self.0);
        Draft::read(merged, self.1)
    }
}

/// RFC 7396, section 2: a null takes the field away. One that was not there stays, so that reading the result tells when it is unknown.
fn merge(target: &mut Value, patch: Value) {
    match (target, patch) {
        (Value::Object(target), Value::Object(patch)) => {
            for (key, value) in patch {
                if value.is_null() && target.contains_key(&key) {
                    target.remove(&key);
                } else {
                    merge(target.entry(key).or_insert(Value::Null), value);
                }
            }
        }
        (target, patch) => *target = patch,
    }
}

/// Reads a JSON body of one of these types, and the faults that can be told before its meaning is known.
///
/// # Errors
/// 415 for another type or an encoding, 413 over the limit, 400 for what is not JSON.
pub fn read(
    request: &HttpRequest,
    payload: &mut Payload,
    (types, limit): (&'static [&'static str], usize),
) -> impl Future<Output = Result<(Value, Faults)>> + 'static {
    let (request, payload) = (request.clone(), payload.take());
    async move {
        check_type(&request, types)?;
        let bytes = gather(&request, payload, limit).await?;
        hashed(&request, &bytes);
        json::parse(&bytes)
    }
}

/// Lays the hash of the body beside the request.
fn hashed(request: &HttpRequest, bytes: &[u8]) {
    let hash = BodyHash(Sha256::digest(bytes).into());
    request.extensions_mut().insert(hash);
}

/// What is told of a body that was given up ([`is_slow`]).
pub fn too_slow() -> Error {
    Error::new(
        Code::RequestTimeout,
        "The body came too slowly: it has 30 seconds, and one more for each 8 KB that has come. Nothing was written. Send it again.",
    )
}

pub(super) async fn gather(
    request: &HttpRequest,
    mut payload: Payload,
    limit: usize,
) -> Result<web::Bytes> {
    let too_large = || {
        Error::new(
            Code::BodyTooLarge,
            match limit / MEGABYTE {
                0 => format!("The body must have at most {limit} bytes."),
                megabytes => format!("The body must have at most {limit} bytes ({megabytes} MB)."),
            },
        )
    };
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut payload = web::Payload::from_request(request, &mut payload)
        .await
        .map_err(|_| too_large())?;
    let mut bytes = web::BytesMut::with_capacity(announced.unwrap_or(4096));
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| match is_slow(&error) {
            true => too_slow(),
            false => Error::new(Code::InvalidJson, format!("The body broke off: {error}.")),
        })?;
        if bytes.len() + chunk.len() > limit {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// Whether the body is of one of these types, in UTF-8 where it is text, and not encoded.
///
/// # Errors
/// 415, which names the types.
pub fn check_type(request: &HttpRequest, types: &[&str]) -> Result<()> {
    let unsupported = |detail: String| Err(Error::new(Code::UnsupportedMediaType, detail));
    let headers = request.headers();
    if headers
        .get_all(header::CONTENT_ENCODING)
        .any(|encoding| encoding != "identity")
    {
        return unsupported("Send the body without Content-Encoding.".to_owned());
    }
    let given = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut parts = given.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    if !types.contains(&essence.as_str()) {
        return unsupported(format!(
            "Send the body as Content-Type: {}.",
            types.join(" or ")
        ));
    }
    let utf8 = |part: &str| match part.to_ascii_lowercase().strip_prefix("charset=") {
        Some(charset) => matches!(charset.trim_matches('"'), "utf-8" | "utf8"),
        None => true,
    };
    if !parts.all(utf8) {
        return unsupported("Send the body in UTF-8.".to_owned());
    }
    Ok(())
}
