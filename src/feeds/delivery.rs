//! `/feeds/…`.

use actix_web::{HttpRequest, HttpResponse, get, web};
use uuid::Uuid;

use super::compose::{Composer, Place};
use super::model::Scope;
use super::parameters::{FormatSchema, GetFeed};
use super::queries::delivery as queries;
use super::view::{JsonFeed, write};
use crate::articles::keys::list_keys;
use crate::articles::queries::delivery as articles;
use crate::articles::selection::Selection;
use crate::auth::Visitor;
use crate::error::Result;
use crate::http::answer::moved;
use crate::http::cursor::{Position, SortKey};
use crate::http::page::Cut;
use crate::http::query::Feed;
use crate::http::{Answer, Page, Path, Query, State};
use crate::publishing::Kind;
use crate::resolve::{Found, frontend, locate};
use crate::values::{FeedFormat, Reference};

/// Answers with a page of a feed.
async fn answer(
    query: &Query<GetFeed, Feed>,
    format: FeedFormat,
    within: Option<(Kind, Uuid, &Reference)>,
    state: &State,
) -> Result<HttpResponse> {
    let list = &query.parameters.list;
    let after = query.position(list.cursor.as_ref(), state.signer())?;
    let scope = within.map_or(Scope::Site, |(kind, id, _)| Scope::Of(kind, id));
    let filters = list.filters_within(within.map(|(kind, id, _)| (kind, id)));
    let mut conn = state.delivery().await?;
    // The older of the two snapshots is what the answer is as of.
    let source = queries::source(&mut conn, scope).await?;
    let selection = Selection::of_feed();
    let filters = articles::with_words(&mut conn, filters, list.q.as_ref()).await?;
    let found = articles::list(&mut conn, &filters, &list.window(after), &selection).await?;
    drop(conn);
    let frontend = frontend(source.site.as_deref())?;
    let keys = list_keys(list, within, (&found.rows, &selection));
    let page = Page::cut(
        found.rows,
        list.limit,
        Cut::of(query, state.signer()),
        |row| Position {
            key: SortKey::Number(row.fresh_at.timestamp_millis()),
            id: row.id,
        },
    )?;
    let next = page.next_path(query);
    let place = Place {
        base: state.base_url(),
        this: query.path(),
        first: query.first_path(),
        next: next.clone(),
        is_filtered: query.is_filtered(),
        language: list.language.as_ref().map(ToString::to_string),
    };
    let composer = Composer {
        source: &source.rows,
        frontend: &frontend,
        place: &place,
        entries: query.parameters.entries,
    };
    let feed = composer.feed(scope, &page.data);
    let body = write(format, &feed)?;
    Ok(Answer::feed(source.seq, format.content_type(), body)
        .language(&feed.language)
        .next(next)
        .made_of(keys)
        .respond(state))
}

/// The same within a section, an author or an entity, or where its slug of before leads.
async fn answer_within(
    request: &HttpRequest,
    query: &Query<GetFeed, Feed>,
    (kind, folder): (Kind, &'static str),
    (which, format): &(Reference, FeedFormat),
    state: &State,
) -> Result<HttpResponse> {
    query.parameters.check(kind)?;
    let located = locate(&mut state.delivery().await?, kind, which).await?;
    match located {
        Found::Here(id) => answer(query, *format, Some((kind, id, which)), state).await,
        Found::Moved(to) => Ok(moved(request, state, to, |slug| {
            format!("/feeds/{folder}/{slug}/{}", format.file())
        })),
    }
}

/// Read the site's feed
///
/// What is new, for readers' own programs: RSS 2.0, Atom or JSON Feed 1.1. An appended update moves its article to the top, a typo does not. All filters of the list of articles apply; pages are linked (RFC 5005).
#[utoipa::path(
    tag = "Feeds",
    params(("format" = inline(FormatSchema), Path, description = "Which format."), GetFeed),
    responses((status = 200, description = "A page of the feed.", content((String = "application/rss+xml"), (String = "application/atom+xml"), (JsonFeed = "application/feed+json")))),
)]
#[get("/feeds/{format}")]
pub async fn get_site_feed(
    _: Visitor,
    path: Path<FeedFormat>,
    query: Query<GetFeed, Feed>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    answer(&query, path.0, None, &state).await
}

/// Read a section's feed
///
/// What is new in a section. A slug that it had before answers with a redirect.
#[utoipa::path(
    tag = "Feeds",
    params(
        ("section" = Reference, Path, description = "The section's slug or id."),
        ("format" = inline(FormatSchema), Path, description = "Which format."),
        GetFeed,
    ),
    responses((status = 200, description = "A page of the feed.", content((String = "application/rss+xml"), (String = "application/atom+xml"), (JsonFeed = "application/feed+json")))),
)]
#[get("/feeds/sections/{section}/{format}")]
pub async fn get_section_feed(
    _: Visitor,
    path: Path<(Reference, FeedFormat)>,
    query: Query<GetFeed, Feed>,
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
        ("format" = inline(FormatSchema), Path, description = "Which format."),
        GetFeed,
    ),
    responses((status = 200, description = "A page of the feed.", content((String = "application/rss+xml"), (String = "application/atom+xml"), (JsonFeed = "application/feed+json")))),
)]
#[get("/feeds/authors/{author}/{format}")]
pub async fn get_author_feed(
    _: Visitor,
    path: Path<(Reference, FeedFormat)>,
    query: Query<GetFeed, Feed>,
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
        ("format" = inline(FormatSchema), Path, description = "Which format."),
        GetFeed,
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
