//! `/v1/syndication/stream`: what happens, under a contract.

use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, get, post, web};

use super::{begin, respond};
use crate::auth::{ApiKey, Authorized, SyndicationRead, Visitor, ticket};
use crate::changes::stream::Streams;
use crate::changes::stream::body::{NoEvents, Request};
use crate::changes::stream::filter::Filter;
use crate::changes::stream::parameters::StreamEventsUnder;
use crate::changes::stream::position::{Asked, EventId};
use crate::changes::stream::queries::delivery::{called, is_since};
use crate::changes::stream::under::Under;
use crate::changes::stream::view::StreamTicket;
use crate::error::Result;
use crate::http::answer::managed;
use crate::http::observe::HeadOnly;
use crate::http::query::Events;
use crate::http::{NoParameters, Query, State};
use crate::partners::admission::{Admitted, Entrance, enter, look};
use crate::values::to_rfc3339;

/// How long a ticket holds.
const TICKET: Duration = Duration::from_secs(60);

/// Follow what happens under a contract
///
/// As `/v1/stream`, of what the contract covers, texts as far as it has them, and with `contract_licence` in each event: an article that it no longer covers, or that was withdrawn, comes as `article.withdrawn` with nothing but its id; what is released from an embargo comes as `article.published` then; and what it never covered is not told of at all. A kill, correction or retraction of what you have read, and the contract does not cover now, comes with the article's id and the `notice` alone. The filter `section` is of where an article stands now.
///
/// When the contract changes what may be read comes `reset`, as it does for who comes back with an id of before: what is kept must be read anew, and the stream goes on from where it was. A stream ends soon after its contract or key does. Opening one counts as one request. Browsers, whose `EventSource` sends no headers, open it with a ticket.
#[utoipa::path(
    tag = "Syndication", security(("api_key" = ["syndication:read"]), ()),
    params(
        StreamEventsUnder,
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that the client has; or the `Kroniek-Seq` of an answer, to go on from there.", example = "1-42-3"),
    ),
    responses((
        status = 200,
        description = "Events, without end.",
        body = String,
        content_type = "text/event-stream",
        example = json!("retry: 2000\n: kroniek\n\nid: 1-42-3\nevent: article.withdrawn\ndata: {\"type\":\"article.withdrawn\",\"seq\":42,\"timestamp\":\"2026-05-04T12:30:00.000Z\",\"data\":{\"article\":{\"id\":\"7f3f2a52-6c1e-4e0a-9d58-0a4b2b9f5a11\",\"slug\":null,\"url\":null,\"headline\":null},\"update\":null},\"contract_licence\":null}\n\n"),
    )),
)]
#[get("/v1/syndication/stream")]
pub async fn stream_syndicated_events(
    visitor: Visitor,
    query: Query<StreamEventsUnder, Events>,
    streams: web::Data<Streams>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let asked = &query.parameters;
    let key = who(visitor, asked.ticket.as_deref(), &state).await?;
    let entrance = Entrance::of(&key, &request, &state)?;
    let admitted = enter(&entrance, &state).await?;
    if request.extensions().contains::<HeadOnly>() {
        return Ok(respond(NoEvents));
    }
    let under = Under {
        contract: streams.contracts.watch(&entrance.partner()),
        terms: admitted.contract().terms,
        read_at: Instant::now(),
        tries: 0,
        entrance,
    };
    let request = Request {
        asked: place(&request, asked, (&admitted, &state)).await?,
        filter: filter(asked, &admitted, &state).await?,
        seat: streams.sit(&request, Some(&key))?.reading(),
        key: Some(streams.keys.watch(key.presented())),
        under: Some(Box::new(under)),
    };
    Ok(begin(streams, request))
}

/// What the client asks for. Whatever it names by a slug is followed by its id, since that is all that is told of an article that goes.
async fn filter(asked: &StreamEventsUnder, admitted: &Admitted, state: &State) -> Result<Filter> {
    let mut filter = Filter::from(asked);
    let slugs = filter.slugs();
    if !slugs.is_empty() {
        let mut conn = state.pools().delivery().await?;
        let known = called(&mut conn, &admitted.audience(), slugs).await?;
        filter.follow(known);
    }
    Ok(filter)
}

/// Where the client says that it is. The bare number of a change tells no terms: from before the contract lets it read this, it was read under others.
async fn place(
    request: &HttpRequest,
    asked: &StreamEventsUnder,
    (admitted, state): (&Admitted, &State),
) -> Result<Asked> {
    let place = Asked::of(request.headers(), asked.last_event_id.as_deref());
    let Asked::After(EventId { seq, terms: None }) = place else {
        return Ok(place);
    };
    // From the primary, since a replica may not know of it yet.
    let mut conn = state.pools().delivery().await?;
    let since = admitted.contract().since;
    Ok(match is_since(&mut conn, seq.number, since).await? {
        true => place,
        false => Asked::After(EventId {
            seq,
            terms: Some(admitted.contract().terms - 1),
        }),
    })
}

/// The key that the request carries, or that its ticket stands for.
async fn who(visitor: Visitor, given: Option<&str>, state: &State) -> Result<ApiKey> {
    let Some(given) = given.filter(|_| visitor.key().is_none()) else {
        return visitor.require::<SyndicationRead>();
    };
    let vault = state.signer().vault();
    let key = ticket::redeem(&mut state.newsroom().await?, given, &vault).await?;
    state.uses().note(key.id);
    Ok(key)
}

/// Get a ticket to the stream
///
/// For browsers, whose `EventSource` can't send a key: for a minute, `/v1/syndication/stream?ticket=…` opens the stream as with the key that this is asked with. It is the same stream, and ends with that key. One that breaks off needs a new ticket, and goes on with `last_event_id`. This request is not counted.
#[utoipa::path(
    tag = "Syndication", security(("api_key" = ["syndication:read"])),
    responses((status = 201, description = "The ticket.", body = StreamTicket)),
)]
#[post("/v1/syndication/stream/tickets")]
pub async fn create_stream_ticket(
    caller: Authorized<SyndicationRead>,
    _: Query<NoParameters>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let entrance = Entrance::of(&caller.key, &request, &state)?;
    let standing = look(&mut state.newsroom().await?, &entrance).await?;
    let until = standing.now + TICKET;
    let ticket = StreamTicket {
        ticket: ticket::issue(&caller.key, until, &state.signer().vault())?,
        expires_at: to_rfc3339(&until),
    };
    managed(StatusCode::CREATED, None, &ticket)
}
