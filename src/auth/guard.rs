//! The extractors that guard handlers: who may call one stands in its signature.

use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use tokio::sync::watch;

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

async fn present(request: HttpRequest) -> Result<Option<ApiKey>> {
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
        other => other.map(Some),
    }
}

/// Whether the request's key has been found good: what reads the body waits for it, so that nobody learns what is wrong with a body that they
/// may not send. Guards stand before bodies in handlers' signatures.
#[derive(Clone)]
pub struct Admission(watch::Receiver<bool>);

impl Admission {
    /// Goes on once the guard has admitted the request. A request that is refused never gets here: the guard's error ends it.
    pub async fn wait(mut self) {
        if self.0.wait_for(|admitted| *admitted).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl<S: Needs> FromRequest for Authorized<S> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        let (admit, admission) = watch::channel(false);
        request.extensions_mut().insert(Admission(admission));
        Box::pin(async move {
            let key = present(request).await?.ok_or_else(|| {
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
            admit.send_replace(true);
            Ok(Self {
                key,
                scope: PhantomData,
            })
        })
    }
}

impl FromRequest for Visitor {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { present(request).await.map(|_| Self) })
    }
}
