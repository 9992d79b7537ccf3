//! What happens around every request: its id, HEAD as GET without the body, the CORS wildcard, the end of its connection when the node
//! shuts down, one event in the log, and its place in the metrics.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, web};

use super::metrics::NO_ROUTE;
use super::pace::{Holding, Unread, paced};
use super::{State, request_id};

/// Headers of answers that scripts of other origins may read.
pub const EXPOSED: &str = "Cache-Status, ETag, Kroniek-Seq, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id";

/// The route of a request that was answered before it was routed.
pub struct Route(pub String);

/// A mark of requests whose answer has a head only (RFC 9110, section 9.3.2), for a handler whose body would not end by itself.
pub struct HeadOnly;

/// What is told of a request in the log.
#[derive(Debug)]
struct Told {
    method: Method,
    route: String,
    status: StatusCode,
    started: Instant,
    id: String,
}

/// An answer that lasts: its handler leaves a copy of this with it, and its body keeps one. The request is told of when the body ends.
#[derive(Debug, Clone, Default)]
pub struct Lasting(Arc<Ending>);

#[derive(Debug, Default)]
struct Ending {
    told: OnceLock<Told>,
    why: OnceLock<&'static str>,
}

impl Drop for Ending {
    fn drop(&mut self) {
        if let Some(told) = self.told.get() {
            told.tell(self.why.get().copied());
        }
    }
}

impl Lasting {
    /// Why its body ends, to be told with it; the first reason counts.
    pub fn because(&self, why: &'static str) {
        // It has one already.
        let _ = self.0.why.set(why);
    }
}

impl Told {
    /// One event, when the request has ended, and why where that is not plain.
    fn tell(&self, ended: Option<&'static str>) {
        let Self { method, route, .. } = self;
        let took = u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX);
        tracing::info!(
            target: "kroniek::request",
            %method,
            route,
            status = self.status.as_u16(),
            milliseconds = took as f64 / 1000.0,
            request_id = self.id,
            ended,
            "request"
        );
    }
}

tokio::task_local! {
    static NOTHING_GOES_OUT: bool;
}

/// Whether this task answers a HEAD: what it finds out reaches nobody.
pub fn nothing_goes_out() -> bool {
    NOTHING_GOES_OUT.try_with(|it| *it).unwrap_or_default()
}

/// Whether browsers of any origin may read answers. Their caches then need the wildcard on every answer, asked for or not.
#[derive(Clone, Copy)]
pub struct AnyOrigin(pub bool);

/// The middleware. Outermost, so that it sees every answer.
///
/// # Errors
/// Those of what it wraps; they become answers further in.
pub async fn observe(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let started = Instant::now();
    let id = request_id::take_or_make(request.headers());
    let method = request.method().clone();
    if method == Method::HEAD {
        request.head_mut().method = Method::GET;
        request.extensions_mut().insert(HeadOnly);
    }
    let (unread, body) = (Unread::default(), request.take_payload());
    request.set_payload(paced(body, &unread));
    // The path as it is routed: escapes such as `%6d` are resolved there.
    let managed = request.match_info().as_str().starts_with("/v1/manage");
    let any_origin = request.app_data::<AnyOrigin>().is_some_and(|any| any.0);
    let answered = request_id::scope(id.clone(), next.call(request));
    let mut response = NOTHING_GOES_OUT
        .scope(method == Method::HEAD, answered)
        .await?;
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(request_id::HEADER.clone(), value);
    }
    if managed {
        // Errors too: what a key may see is nobody else's.
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store, no-transform"),
        );
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    if any_origin && !headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN) {
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static("*"),
        );
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static(EXPOSED),
        );
    }
    let state = response.request().app_data::<web::Data<State>>().cloned();
    if state.as_ref().is_some_and(|state| state.is_stopping()) {
        // A client that keeps its connection would otherwise meet its end between two requests, which it can't always tell from a lost one
        // (RFC 9112, section 9.6).
        response
            .response_mut()
            .head_mut()
            .set_connection_type(ConnectionType::Close);
    }
    let status = response.status();
    let known = response.request().extensions_mut().remove::<Route>();
    let route = known
        .map(|Route(route)| route)
        .or_else(|| response.request().match_pattern())
        .unwrap_or_else(|| NO_ROUTE.to_owned());
    if let Some(state) = &state {
        let took = started.elapsed();
        state.requests().count((&method, &route), status, took);
    }
    let told = Told {
        method,
        route,
        status,
        started,
        id,
    };
    let lasting = response.response_mut().extensions_mut().remove::<Lasting>();
    match lasting {
        // It is empty: nobody else has seen it yet.
        Some(Lasting(ending)) => drop(ending.told.set(told)),
        None => told.tell(None),
    }
    Ok(response.map_body(|_, body| match unread.take() {
        Some(left) => EitherBody::right(Holding::new(body, left)),
        None => EitherBody::left(body),
    }))
}
