//! The middleware around delivery: answers from what is kept, or lets one request of all that ask for the same read.

use std::sync::Arc;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::HeaderName;
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError, web};

use super::Made;
use super::entry::{Entry, Source};
use super::private;
use super::store::{Cache, Flight, Landing, Leader, count};
use crate::auth::is_refused;
use crate::changes::{Provenance, Reach, Seq, Standing};
use crate::error::{Code, Error, Result};
use crate::http::observe::Route;
use crate::http::query::{accepts_type, decode};
use crate::http::{State, is_api};

/// Longer paths and queries are answered, but not kept.
const LONGEST_KEY: usize = 2048;

/// How long a reading waits for the change that it must not be older than.
const PATIENCE: Duration = Duration::from_secs(1);

static MIN_SEQ: HeaderName = HeaderName::from_static("kroniek-min-seq");

/// Readings that no two clients have in common, or that last: they pass untouched.
const NOT_KEPT: &[&str] = &["/v1/manage", "/v1/preview", "/v1/stream"];

/// What each partner reads for themselves: answers are finished here, and never kept. So are those that are waited for: a cache would give one again
/// to who wants to wait for the next.
const PRIVATE: &str = "/v1/syndication";

/// The middleware.
///
/// # Errors
/// Those of what it wraps; they become answers further out.
pub async fn serve(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    // The path as it is routed, with escapes resolved: nobody shall choose by spelling what is kept.
    let path = request.match_info().as_str();
    let state = request.app_data::<web::Data<State>>().cloned();
    let waits = request.method() == Method::GET && waits(path, request.query_string());
    if waits || path.starts_with(PRIVATE) {
        return private::read(request, next, state).await;
    }
    // Who sends a key that is not valid is told so by the handler, whatever is kept here.
    let reading = !is_refused(&request)
        && request.method() == Method::GET
        && is_api(path)
        && !NOT_KEPT.iter().any(|begin| path.starts_with(begin));
    let Some(state) = state.filter(|_| reading) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let cache = state.cache();
    let least = match least(&request, cache).await {
        Ok(least) => least,
        Err(error) => return Ok(request.into_response(error.error_response())),
    };
    let asked = request.uri().path_and_query();
    let key = asked.map_or("", |asked| asked.as_str()).to_owned();
    if let Some(entry) = cache.current(&key) {
        count(&cache.counts().hits);
        return Ok(given(request, &entry, (Source::Hit, cache)));
    }
    let mut flight = cache.enter(&key, least.is_some() || key.len() > LONGEST_KEY);
    let leader = loop {
        let mut landing = match flight {
            Flight::Lead(leader) => break leader,
            Flight::Join(landing) => landing,
        };
        let landed = landing.wait_for(|how| !matches!(how, Landing::Under)).await;
        flight = match landed.map(|how| how.clone()) {
            Ok(Landing::Answer(entry))
                if cache.log().standing(&entry.provenance) != Standing::Touched =>
            {
                count(&cache.counts().collapsed);
                return Ok(given(request, &entry, (Source::Collapsed, cache)));
            }
            Ok(Landing::Unavailable) => {
                let away = Error::unavailable(
                    "The database is not available at the moment. Try again shortly.",
                );
                return Ok(stale_or(request, &key, cache, away.error_response()));
            }
            // It was of no use to others.
            Ok(_) => cache.enter(&key, true),
            // It came to nothing, as when its client went away: one of those who waited reads for all of them.
            Err(_) => cache.enter(&key, false),
        };
    };
    read(request, next, (&key, leader, cache)).await
}

/// Whether a request may be held until something happens: one that waits stands for no other, and keeps none waiting.
fn waits(path: &str, query: &str) -> bool {
    path == "/v1/changes"
        && query.split('&').any(|pair| {
            decode(pair.split('=').next().unwrap_or_default()).as_deref() == Some("wait")
        })
}

/// The change that a `Kroniek-Seq` names, or the id of an event, which tells the place within its change too.
fn named(text: &str) -> Option<Seq> {
    let of_event = text
        .rsplit_once('-')
        .filter(|(change, _)| change.contains('-'));
    match of_event {
        Some((change, place)) => place.parse::<u32>().ok().and_then(|_| change.parse().ok()),
        None => text.parse().ok(),
    }
}

/// The change that the answer must hold, once this node has applied it.
pub(super) async fn least(request: &ServiceRequest, cache: &Cache) -> Result<Option<Seq>> {
    let Some(value) = request.headers().get(&MIN_SEQ) else {
        return Ok(None);
    };
    let seq = value.to_str().ok().and_then(|text| named(text.trim()));
    let seq = seq.ok_or_else(|| {
        Error::new(
            Code::InvalidHeader,
            "Kroniek-Min-Seq must be a Kroniek-Seq of an earlier answer, such as 1-42, or the id of an event of a stream.",
        )
    })?;
    match cache.log().require(seq, PATIENCE).await {
        Reach::Reached => Ok(Some(seq)),
        Reach::Future => Err(Error::new(
            Code::InvalidHeader,
            "Kroniek-Min-Seq tells a change that there has not been. Send the Kroniek-Seq of an earlier answer.",
        )),
        Reach::OldEpoch => Err(Error::new(
            Code::EpochOver,
            "The log has begun anew since that answer. Read without Kroniek-Min-Seq, and go on from the Kroniek-Seq that comes.",
        )),
        Reach::NotYet => Err(Error::unavailable(
            "This node has not heard of that change yet. Try again shortly.",
        )),
    }
}

/// Reads, keeps what may be kept, and tells those who wait.
async fn read(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    (key, leader, cache): (&str, Leader<'_>, &Cache),
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let mark = cache.log().mark();
    let mut response = next.call(request).await?.map_into_boxed_body();
    count(&cache.counts().misses);
    let error = response
        .response()
        .error()
        .and_then(|error| error.as_error::<Error>());
    if error.is_some_and(|error| error.code() == Code::Unavailable) {
        leader.land(Landing::Unavailable);
        doubt_replica(response.request());
        let (request, response) = response.into_parts();
        let request = ServiceRequest::from_request(request);
        return Ok(stale_or(request, key, cache, response));
    }
    let of_error = error.and_then(|error| {
        let keys = error.keys()?;
        let provenance = Provenance::new(mark, None, keys);
        Some(Entry::problem(provenance, error, keys.clone()))
    });
    let made = response.response_mut().extensions_mut().remove::<Made>();
    let route = response.request().match_pattern();
    let (request, entry) = match (made, of_error) {
        (Some(made), _) => {
            let (request, response) = response.into_parts();
            let (head, body) = response.into_parts();
            let body = to_bytes(body).await.map_err(Error::internal)?;
            let provenance = Provenance::new(mark, made.seq, &made.keys);
            (
                request,
                Entry::answer(provenance, head.status(), head.headers(), body),
            )
        }
        (None, Some(entry)) => (response.into_parts().0, entry),
        (None, None) => {
            leader.land(Landing::Own);
            return Ok(response);
        }
    };
    let entry = Arc::new(entry.routed(route));
    if let Some(pause) = cache.pause() {
        tokio::time::sleep(pause).await;
    }
    if entry.provenance.is_of_nothing() {
        leader.land(Landing::Own);
    } else {
        if key.len() <= LONGEST_KEY {
            cache.keep(key, &entry);
        }
        leader.land(Landing::Answer(entry.clone()));
    }
    let request = ServiceRequest::from_request(request);
    Ok(given(request, &entry, (Source::Miss, cache)))
}

/// It may have been the replica that failed.
fn doubt_replica(request: &HttpRequest) {
    let state = request.app_data::<web::Data<State>>();
    if let Some(replica) = state.and_then(|state| state.replica()) {
        replica.doubt();
    }
}

/// Answers with an entry.
fn given(
    request: ServiceRequest,
    entry: &Entry,
    (source, cache): (Source, &Cache),
) -> ServiceResponse<BoxBody> {
    if let Some(route) = &entry.route {
        request.extensions_mut().insert(Route(route.clone()));
    }
    let acceptable = entry
        .media()
        .map_or(Ok(()), |media| accepts_type(request.headers(), media));
    let seq = cache.log().applied().max(entry.provenance.seq());
    let response = match acceptable {
        Ok(()) => entry.respond(request.request(), source, seq),
        Err(error) => error.error_response(),
    };
    request.into_response(response)
}

/// What is kept and can't be confirmed, or this.
fn stale_or(
    request: ServiceRequest,
    key: &str,
    cache: &Cache,
    response: HttpResponse,
) -> ServiceResponse<BoxBody> {
    match cache.stale(key) {
        Some(entry) => {
            count(&cache.counts().stale);
            given(request, &entry, (Source::Stale, cache))
        }
        None => request.into_response(response),
    }
}
