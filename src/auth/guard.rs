//! The extractors that guard handlers: who may call one stands in its signature.

use std::future::{Ready, ready};
use std::marker::PhantomData;

use actix_web::body::MessageBody;
use actix_web::dev::{Extensions, Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest, ResponseError, web};

use super::keys::{ApiKey, PREFIX, authenticate};
use super::scopes::{Needs, Scope};
use crate::error::{Code, Error, Result};
use crate::http::{State, is_api};

/// A request whose key has the scope `S`.
///
/// Answers 401 without a valid key and 403 when the key lacks the scope.
pub struct Authorized<S> {
    /// The key.
    pub key: ApiKey,
    scope: PhantomData<S>,
}

impl<S> Authorized<S> {
    /// Goes on only when the key has this scope too.
    ///
    /// # Errors
    /// 403 naming the scope.
    pub fn also(&self, scope: Scope) -> Result<()> {
        check(&self.key, scope)
    }
}

/// Anyone may read; a key changes nothing. But one that is not valid is refused, so that a mistake is noticed.
pub struct Visitor {
    key: Option<ApiKey>,
}

impl Visitor {
    /// The key that came along, if one did.
    pub fn key(&self) -> Option<&ApiKey> {
        self.key.as_ref()
    }

    /// The key that came along, which must have the scope `S`: for what can be opened in another way too.
    ///
    /// # Errors
    /// 401 without a key; 403 naming the scope.
    pub fn require<S: Needs>(self) -> Result<ApiKey> {
        Authorized::<S>::of(self.key).map(|authorized| authorized.key)
    }
}

fn check(key: &ApiKey, scope: Scope) -> Result<()> {
    if key.has(scope) {
        return Ok(());
    }
    Err(Error::new(
        Code::MissingScope,
        format!("This key lacks the scope {scope}."),
    ))
}

/// Looks the key up. A connection that the server has ended meanwhile is no answer: another is tried.
async fn find(state: &State, secret: &str) -> Result<ApiKey> {
    let mut tries = 0;
    loop {
        tries += 1;
        let mut conn = state.newsroom().await?;
        match authenticate(&mut conn, secret).await {
            Err(error) if error.code() == Code::Unavailable && tries < 3 => conn.discard(),
            found => return found,
        }
    }
}

/// The key that the request carries. Nobody has more keys looked up than the limits of rate let them.
async fn present(request: &HttpRequest) -> Result<Option<ApiKey>> {
    if !request.headers().contains_key(header::AUTHORIZATION) {
        return Ok(None);
    }
    let state = request
        .app_data::<web::Data<State>>()
        .ok_or_else(|| Error::internal("no state"))?;
    let Some(limits) = state.limits() else {
        return read(request, state).await.map(Some);
    };
    limits.before_key(request)?;
    let found = read(request, state).await;
    limits.after_key(request, found).map(Some)
}

async fn read(request: &HttpRequest, state: &State) -> Result<ApiKey> {
    let challenge = |code, detail| {
        Error::new(code, detail).header(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"kroniek\""),
        )
    };
    let mut values = request.headers().get_all(header::AUTHORIZATION);
    let value = values.next().and_then(|value| value.to_str().ok());
    let bearer = value.and_then(|text| {
        let (scheme, secret) = text.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("bearer")
            .then_some(secret.trim())
    });
    let (Some(secret), None) = (bearer, values.next()) else {
        return Err(challenge(
            Code::InvalidKey,
            "Send the key as `Authorization: Bearer kroniek_…`.",
        ));
    };
    match find(state, secret).await {
        Err(error) if error.code() == Code::InvalidKey => Err(error.header(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"kroniek\", error=\"invalid_token\""),
        )),
        Err(error) => Err(error),
        Ok(key) => {
            state.uses().note(key.id);
            Ok(key)
        }
    }
}

/// What became of the key that a request carries. A request without one has none of these.
struct Caller(Result<ApiKey>);

/// Lets a request that Kroniek makes to itself have the key of the one that it makes it for.
pub fn lend(key: &ApiKey, extensions: &mut Extensions) {
    extensions.insert(Caller(Ok(key.clone())));
}

/// Whether a key is looked up for requests of this path, as it is routed, with escapes resolved. Health and the reference have no guards, and
/// must not wait for a database.
pub fn is_guarded(path: &str) -> bool {
    is_api(path) || path == "/metrics"
}

/// Whether the request carries a key that is refused, so that a guard will answer it.
pub fn is_refused(request: &ServiceRequest) -> bool {
    let extensions = request.extensions();
    extensions
        .get::<Caller>()
        .is_some_and(|Caller(found)| found.is_err())
}

/// Whether a query string holds what looks like one of our keys: its prefix and 43 characters of base64.
fn tells_key(query: &str) -> bool {
    let mut rest = query;
    while let Some((_, after)) = rest.split_once(PREFIX) {
        let letters = after
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if letters.count() >= 43 {
            return true;
        }
        rest = after;
    }
    false
}

/// The middleware that looks the key up before any extractor runs. So a guard, which stands first in its handler's signature, has its answer at
/// once: who may not call learns nothing of what else is wrong with the request, and the body is not read.
///
/// # Errors
/// Those of what it wraps.
pub async fn identify(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let refused = |request: ServiceRequest, error: Error| {
        Ok(request
            .into_response(error.error_response())
            .map_into_right_body())
    };
    if tells_key(request.query_string()) {
        let detail = "A key must not stand in an address, where logs and histories keep it. Send it as `Authorization: Bearer kroniek_…`, and rotate this one.";
        return refused(request, Error::new(Code::InvalidParameters, detail));
    }
    if is_guarded(request.match_info().as_str())
        && let Some(found) = present(request.request()).await.transpose()
    {
        match found {
            Err(error) if error.code() == Code::RateLimited => return refused(request, error),
            found => drop(request.extensions_mut().insert(Caller(found))),
        }
    }
    Ok(next.call(request).await?.map_into_left_body())
}

fn caller(request: &HttpRequest) -> Result<Option<ApiKey>> {
    let caller = request.extensions_mut().remove::<Caller>();
    caller.map(|Caller(found)| found).transpose()
}

impl<S: Needs> Authorized<S> {
    fn of(key: Option<ApiKey>) -> Result<Self> {
        let key = key.ok_or_else(|| {
            Error::new(
                Code::MissingKey,
                "Send an API key: `Authorization: Bearer kroniek_…`.",
            )
            .header(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"kroniek\""),
            )
        })?;
        check(&key, S::SCOPE)?;
        Ok(Self {
            key,
            scope: PhantomData,
        })
    }
}

impl<S: Needs> FromRequest for Authorized<S> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(caller(request).and_then(Self::of))
    }
}

impl FromRequest for Visitor {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(caller(request).map(|key| Self { key }))
    }
}
