//! Readings that are one partner's, or waited for: finished as all others are, with 304 and coding, and kept by nobody.

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{ResponseError, web};

use super::Made;
use super::entry::{Entry, Source};
use super::serve::least;
use crate::auth::is_refused;
use crate::changes::Provenance;
use crate::error::{Error, Result};
use crate::http::State;

static SURROGATE_KEY: HeaderName = HeaderName::from_static("surrogate-key");

/// Whatever the handler says of caches, this is what is said: a client may ask again with its ETag, and no cache between may keep it.
const KEPT_BY_CLIENTS: HeaderValue = HeaderValue::from_static("private, no-cache");
const KEPT_BY_NOBODY: HeaderValue = HeaderValue::from_static("private, no-store");
const NOR_CHANGED: HeaderValue = HeaderValue::from_static("private, no-store, no-transform");

/// Reads for one client.
///
/// # Errors
/// Those of what it wraps.
pub(super) async fn read(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    state: Option<web::Data<State>>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let Some(state) = state.filter(|_| !is_refused(&request)) else {
        let mut refused = next.call(request).await?.map_into_boxed_body();
        hush(refused.headers_mut(), KEPT_BY_NOBODY);
        return Ok(refused);
    };
    let cache = state.cache();
    if let Err(error) = least(&request, cache).await {
        let mut early = request.into_response(error.error_response());
        hush(early.headers_mut(), KEPT_BY_NOBODY);
        return Ok(early);
    }
    let mark = cache.log().mark();
    let mut response = next.call(request).await?.map_into_boxed_body();
    let made = response.response_mut().extensions_mut().remove::<Made>();
    let Some(made) = made else {
        let said = response.headers().get(header::CACHE_CONTROL);
        // A stream must come as it is sent.
        let as_it_is = said.is_some_and(|it| it.as_bytes().ends_with(b"no-transform"));
        let kept = if as_it_is {
            NOR_CHANGED
        } else {
            KEPT_BY_NOBODY
        };
        hush(response.headers_mut(), kept);
        return Ok(response);
    };
    let (request, response) = response.into_parts();
    let (mut head, body) = response.into_parts();
    let kept = match head.status().is_success() {
        true => KEPT_BY_CLIENTS,
        false => KEPT_BY_NOBODY,
    };
    hush(head.headers_mut(), kept);
    let body = to_bytes(body).await.map_err(Error::internal)?;
    let provenance = Provenance::new(mark, made.seq, &made.keys);
    let applied = cache.log().applied().max(provenance.seq());
    let entry = Entry::answer(provenance, head.status(), head.headers(), body);
    let response = entry.respond(&request, Source::Private, applied);
    Ok(ServiceRequest::from_request(request).into_response(response))
}

fn hush(headers: &mut HeaderMap, kept: HeaderValue) {
    headers.insert(header::CACHE_CONTROL, kept);
    headers.remove(&SURROGATE_KEY);
}
