//! The extractors that guard handlers: who may call one stands in its signature.

use std::future::{Ready, ready};
use std::marker::PhantomData;

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};

use super::keys::{ApiKey, authenticate};
use super::scopes::{Needs, Scope};
use crate::error::{Code, Error, Result};
use crate::http::State;

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
pub struct Visitor;

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

async fn present(request: &HttpRequest) -> Result<Option<ApiKey>> {
    let challenge = |code, detail| {
        Error::new(code, detail).header(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"kroniek\""),
        )
    };
    let mut values = request.headers().get_all(header::AUTHORIZATION);
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let bearer = value.to_str().ok().and_then(|text| {
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
    let state = request
        .app_data::<web::Data<State>>()
        .ok_or_else(|| Error::internal("no state"))?;
    match find(state, secret).await {
        Err(error) if error.code() == Code::InvalidKey => Err(error.header(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"kroniek\", error=\"invalid_token\""),
        )),
        Err(error) => Err(error),
        Ok(key) => {
            state.uses().note(key.id);
            Ok(Some(key))
        }
    }
}

/// What became of the key that a request carries. A request without one has none of these.
struct Caller(Result<ApiKey>);

/// The middleware that looks the key up before any extractor runs. So a guard, which stands first in its handler's signature, has its answer at
/// once: who may not call learns nothing of what else is wrong with the request, and the body is not read.
///
/// # Errors
/// Those of what it wraps.
pub async fn identify(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    // Health and the reference have no guards, and must not wait for a database. The path is looked at as it is routed, with escapes resolved.
    let guarded = request.match_info().as_str().starts_with("/v1/");
    if guarded && let Some(found) = present(request.request()).await.transpose() {
        request.extensions_mut().insert(Caller(found));
    }
    next.call(request).await
}

fn caller(request: &HttpRequest) -> Result<Option<ApiKey>> {
    let caller = request.extensions_mut().remove::<Caller>();
    caller.map(|Caller(found)| found).transpose()
}

impl<S: Needs> Authorized<S> {
    fn of(request: &HttpRequest) -> Result<Self> {
        let key = caller(request)?.ok_or_else(|| {
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
        ready(Self::of(request))
    }
}

impl FromRequest for Visitor {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(caller(request).map(|_| Self))
    }
}
