//! `/v1/stream`, and the same under a contract.

pub mod partners;

use actix_web::body::MessageBody;
use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, get, web};

use super::Streams;
use super::body::{EventStream, NoEvents, Request};
use super::filter::Filter;
use super::parameters::StreamEvents;
use super::position::Asked;
use crate::auth::Visitor;
use crate::error::Result;
use crate::http::Query;
use crate::http::observe::{HeadOnly, Lasting};
use crate::http::query::{Events, Media};

/// Follow what happens
///
/// What happens to articles, as it happens, as server-sent events (HTML, section 9.2): `EventSource` in browsers reads them. Each event has an `id`, its type as `event`, and as `data` an `EventView` as JSON: what happened, and the article and update as readers see them when it is sent. What has been taken back since is never sent again.
///
/// Who comes back with the last id that it has, in `Last-Event-ID` or `last_event_id`, gets all that came after it, each once and in order, on any node; browsers do so by themselves. Without an id the stream begins now. Where it can't go on from an id (it is too old, of an epoch that is over, of a change that there has not been, or can't be read) comes an event `reset`, its `data` a `ResetView`: what a client keeps must be read anew, and the stream goes on from there. It may come at any time.
///
/// Every 15 seconds at the latest comes a comment, often with an `id` and no event: where the client then stands. Imports and bulk loads are not told here. A stream that was opened with a key ends soon after the key does; one whose client takes too little of what it is sent is ended, and goes on when the client comes back.
#[utoipa::path(
    tag = "Stream",
    params(
        StreamEvents,
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that the client has; or the `Kroniek-Seq` of an answer, to go on from there.", example = "1-42-0"),
    ),
    responses((
        status = 200,
        description = "Events, without end.",
        body = String,
        content_type = "text/event-stream",
        example = json!("retry: 2000\n: kroniek\n\nid: 1-42-0\nevent: article.withdrawn\ndata: {\"type\":\"article.withdrawn\",\"seq\":42,\"timestamp\":\"2026-05-04T12:30:00.000Z\",\"data\":{\"article\":{\"id\":\"7f3f2a52-6c1e-4e0a-9d58-0a4b2b9f5a11\",\"slug\":\"de-haven\",\"url\":null,\"headline\":null},\"update\":null}}\n\n"),
    )),
)]
#[get("/v1/stream")]
pub async fn stream_events(
    visitor: Visitor,
    query: Query<StreamEvents, Events>,
    streams: web::Data<Streams>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    if request.extensions().contains::<HeadOnly>() {
        return Ok(respond(NoEvents));
    }
    let last_event_id = query.parameters.last_event_id.as_deref();
    let request = Request {
        asked: Asked::of(request.headers(), last_event_id),
        filter: Filter::from(&query.parameters),
        seat: streams.sit(&request, visitor.key())?,
        key: visitor.key().map(|key| streams.keys.watch(key.presented())),
        under: None,
    };
    Ok(begin(streams, request))
}

/// Begins a stream; it is told of in the log when it ends.
fn begin(streams: web::Data<Streams>, request: Request) -> HttpResponse {
    let lasting = Lasting::default();
    let mut response = respond(EventStream::new(streams, request, lasting.clone()));
    response.extensions_mut().insert(lasting);
    response
}

/// Kept by nobody, held back by no proxy, and the last of its connection: a node that shuts down has not to wait for what might be asked next.
fn respond(body: impl MessageBody + 'static) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(Events::TYPE)
        .insert_header((header::CACHE_CONTROL, "no-store, no-transform"))
        .insert_header(("x-accel-buffering", "no"))
        .force_close()
        .body(body)
}
