//! `/feeds/…`.

use actix_web::{HttpRequest, HttpResponse, get, web};
use uuid::Uuid;

use super::making::{Here, make};
use super::parameters::{ByAuthor, FormatSchema, GetFeed, InSection};
use super::view::JsonFeed;
use crate::auth::{Authorized, SyndicationRead, Visitor};
use crate::error::{Error, Result};
use crate::http::answer::moved;
use crate::http::query::Feed;
use crate::http::{Answer, Path, Query, State};
use crate::notices::reads::note;
use crate::partners::admission::admit;
use crate::partners::model::Audience;
use crate::publishing::Kind;
use crate::resolve::{Found, locate};
use crate::values::{FeedFormat, Reference};

/// Answers with a page of a feed; nothing when what it is of has just gone.
async fn answer<W>(
    query: &Query<GetFeed<W>, Feed>,
    (format, audience): (FeedFormat, &Audience),
    within: Option<(Kind, Uuid, &Reference)>,
    state: &State,
) -> Result<Option<HttpResponse>> {
    let base = state.base_url();
    let here = Here {
        signer: state.signer(),
        base: &base,
        is_hub: state.api_url().is_some(),
    };
    let of = (audience, within);
    let made = make(state.delivery().await?, (query, format), of, here).await?;
    Ok(made.map(|made| {
        note(state, audience, made.seq, made.articles);
        Answer::feed(made.seq, format.content_type(), made.body)
            .language(&made.language)
            .next(made.next)
            .hub(made.hub)
            .made_of(made.keys)
            .respond(state)
    }))
}

/// The same within a section, an author or an entity, or where its slug of before leads.
async fn answer_within<W>(
    request: &HttpRequest,
    query: &Query<GetFeed<W>, Feed>,
    (kind, folder): (Kind, &'static str),
    (which, format): &(Reference, FeedFormat),
    state: &State,
) -> Result<HttpResponse> {
    // One that goes after it was found is looked for once more.
    for _ in 0..2 {
        let located = locate(&mut state.delivery().await?, kind, which).await?;
        let id = match located {
            Found::Here(id) => id,
            Found::Moved(to) => {
                return Ok(moved(request, state, to, |slug| {
                    format!("/feeds/{folder}/{slug}/{}", format.file())
                }));
            }
        };
        let reader = (*format, &Audience::Public);
        if let Some(feed) = answer(query, reader, Some((kind, id, which)), state).await? {
            return Ok(feed);
        }
    }
    Err(Error::not_found())
}

async fn of_site(
    query: &Query<GetFeed, Feed>,
    format: FeedFormat,
    state: &State,
) -> Result<HttpResponse> {
    let feed = answer(query, (format, &Audience::Public), None, state).await?;
    feed.ok_or_else(Error::not_found)
}

/// Read a feed under a contract
///
/// What is new of what the contract covers, in the format that the address tells, with all filters of the list of articles. Its rights are the contract's licence.
#[utoipa::path(
    tag = "Syndication", security(("api_key" = ["syndication:read"])),
    params(("format" = FormatSchema, Path, description = "Which format."), GetFeed<All>),
    responses((status = 200, description = "A page of the feed.", content((String = "application/rss+xml"), (String = "application/atom+xml"), (JsonFeed = "application/feed+json")))),
)]
#[get("/v1/syndication/feeds/{format}")]
pub async fn get_syndicated_feed(
    caller: Authorized<SyndicationRead>,
    path: Path<FeedFormat>,
    query: Query<GetFeed, Feed>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let admitted = admit(&caller, &request, &state).await?;
    let reader = (path.0, &admitted.audience());
    let feed = answer(&query, reader, None, &state).await?;
    feed.ok_or_else(Error::not_found)
}

/// Read the site's feed as RSS 2.0
///
/// What is new, for readers' own programs. An appended update moves its article to the top, a typo does not. All filters of the list of articles apply; pages are linked (RFC 5005).
#[utoipa::path(
    tag = "Feeds",
    params(GetFeed<All>),
    responses((status = 200, description = "A page of the feed.", body = String, content_type = "application/rss+xml")),
)]
#[get("/feeds/rss.xml")]
pub async fn get_site_rss_feed(
    _: Visitor,
    query: Query<GetFeed, Feed>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    of_site(&query, FeedFormat::Rss, &state).await
}

/// Read the site's feed as Atom
///
/// What is new, for readers' own programs. An appended update moves its article to the top, a typo does not. All filters of the list of articles apply; pages are linked (RFC 5005).
#[utoipa::path(
    tag = "Feeds",
    params(GetFeed<All>),
    responses((status = 200, description = "A page of the feed.", body = String, content_type = "application/atom+xml")),
)]
#[get("/feeds/atom.xml")]
pub async fn get_site_atom_feed(
    _: Visitor,
    query: Query<GetFeed, Feed>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    of_site(&query, FeedFormat::Atom, &state).await
}

/// Read the site's feed as JSON Feed 1.1
///
/// What is new, for readers' own programs. An appended update moves its article to the top, a typo does not. All filters of the list of articles apply; pages are linked (RFC 5005).
#[utoipa::path(
    tag = "Feeds",
    params(GetFeed<All>),
    responses((status = 200, description = "A page of the feed.", body = JsonFeed, content_type = "application/feed+json")),
)]
#[get("/feeds/feed.json")]
pub async fn get_site_json_feed(
    _: Visitor,
    query: Query<GetFeed, Feed>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    of_site(&query, FeedFormat::Json, &state).await
}

/// Read a section's feed
///
/// What is new in a section. A slug that it had before answers with a redirect.
#[utoipa::path(
    tag = "Feeds",
    params(
        ("section" = Reference, Path, description = "The section's slug or id."),
        ("format" = FormatSchema, Path, description = "Which format."),
        GetFeed<InSection>,
    ),
    responses((status = 200, description = "A page of the feed.", content((String = "application/rss+xml"), (String = "application/atom+xml"), (JsonFeed = "application/feed+json")))),
)]
#[get("/feeds/sections/{section}/{format}")]
pub async fn get_section_feed(
    _: Visitor,
    path: Path<(Reference, FeedFormat)>,
    query: Query<GetFeed<InSection>, Feed>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    answer_within(
        &request,
        &query,
        (Kind::Section, "sections"),
        &path.0,
        &state,
    )
    .await
}

/// Read an author's feed
///
/// What is new by an author. A slug that they had before answers with a redirect.
#[utoipa::path(
    tag = "Feeds",
    params(
        ("author" = Reference, Path, description = "The author's slug or id."),
        ("format" = FormatSchema, Path, description = "Which format."),
        GetFeed<ByAuthor>,
    ),
    responses((status = 200, description = "A page of the feed.", content((String = "application/rss+xml"), (String = "application/atom+xml"), (JsonFeed = "application/feed+json")))),
)]
#[get("/feeds/authors/{author}/{format}")]
pub async fn get_author_feed(
    _: Visitor,
    path: Path<(Reference, FeedFormat)>,
    query: Query<GetFeed<ByAuthor>, Feed>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    answer_within(&request, &query, (Kind::Author, "authors"), &path.0, &state).await
}

/// Read an entity's feed
///
/// What is new about an entity. A slug that it had before, and an entity that was merged into it, answer with a redirect.
#[utoipa::path(
    tag = "Feeds",
    params(
        ("entity" = Reference, Path, description = "The entity's slug or id."),
        ("format" = FormatSchema, Path, description = "Which format."),
        GetFeed<All>,
    ),
    responses((status = 200, description = "A page of the feed.", content((String = "application/rss+xml"), (String = "application/atom+xml"), (JsonFeed = "application/feed+json")))),
)]
#[get("/feeds/entities/{entity}/{format}")]
pub async fn get_entity_feed(
    _: Visitor,
    path: Path<(Reference, FeedFormat)>,
    query: Query<GetFeed, Feed>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    answer_within(
        &request,
        &query,
        (Kind::Entity, "entities"),
        &path.0,
        &state,
    )
    .await
}
