//! `/v1/changes`.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, get, web};
use tokio::time::Instant;

use super::model::{Changed, Place};
use super::parameters::{CopyField, ListChanges};
use super::queries::delivery::{self as queries, Copied};
use super::view::{ChangeView, ChangesPage, ChangesPageInfo};
use crate::auth::{Authorized, SyndicationRead, Visitor};
use crate::changes::{Keys, Reach, Seq};
use crate::db::statement::Snapshot;
use crate::error::{Code, Error, Result};
use crate::http::cursor::{Cursor, seal_under};
use crate::http::page::Wait;
use crate::http::{Limit, Query, State};
use crate::partners::admission::admit;
use crate::partners::model::Audience;
use crate::partners::view::{self, Licensed};
use crate::values::PublicText;

/// How long a reading waits for this node to hear of what the client has seen on another.
const PATIENCE: Duration = Duration::from_secs(1);

/// Keep a copy
///
/// Everything that readers may see, and then what changes: site, sections, authors, entities, donation links, articles. Without a cursor, all of it comes in pages, then what has changed meanwhile; `next_cursor` is always there, and whoever follows it holds exactly what delivery shows. Each thing comes in its latest state, however often it changed; what is no more comes as `delete`, without what it was. Things refer to each other by id, and addresses are made of the site's `paths`. Filters are part of the cursor: an article that changes and is not of those asked for comes as `delete`. With `wait`, an answer without changes is held back until there is one.
///
/// After a restore or a failover of the database a cursor answers 410 (`epoch-over`), and so it does when the site's `public_text` has changed (`terms-changed`): throw the copy away, and begin again without a cursor.
#[utoipa::path(
    tag = "Changes", params(ListChanges),
    responses(
        (status = 200, description = "What has changed.", body = ChangesPage),
        (status = 410, description = "The log has begun anew since the cursor, or what may be read has changed: begin again without one."),
    ),
)]
#[get("/v1/changes")]
pub async fn list_changes(
    _: Visitor,
    query: Query<ListChanges>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    answer(&query, &Audience::Public, &state).await
}

/// Keep a copy under a contract
///
/// As `/v1/changes`, of what the contract covers: an article that it no longer covers, or that was withdrawn, comes as `delete`, and one that it never covered not at all. What is released from an embargo comes then. A change of what the contract lets you read answers 410 (`terms-changed`): throw the copy away, and begin again without a cursor. Which articles a copy's `related` and `translations` name is as of the article's own last change.
#[utoipa::path(
    tag = "Syndication", params(ListChanges), security(("api_key" = ["syndication:read"])),
    responses(
        (status = 200, description = "What has changed.", body = Licensed<ChangesPage>),
        (status = 410, description = "The log has begun anew since the cursor, or the contract has changed: begin again without one."),
    ),
)]
#[get("/v1/syndication/changes")]
pub async fn list_syndicated_changes(
    caller: Authorized<SyndicationRead>,
    query: Query<ListChanges>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let admitted = admit(&caller, &request, &state).await?;
    answer(&query, &admitted.audience(), &state).await
}

/// What has changed, and how to go on.
pub struct Followed {
    /// What has changed.
    pub changed: Vec<Changed>,
    /// As of when that was read.
    pub seq: Seq,
    /// The cursor to go on from.
    pub next_cursor: String,
    /// Whether there is more already.
    pub has_more: bool,
}

/// Goes on from a cursor of what is bound so.
///
/// # Errors
/// 400 for a cursor that is not one; 410 when the log has begun anew, or what may be read has changed; 503.
pub async fn follow(
    state: &State,
    (binding, cursor): (String, Option<&Cursor>),
    (copied, limit): (&Copied, Limit),
) -> Result<Followed> {
    waiting(state, (binding, cursor), (copied, limit), None).await
}

async fn waiting(
    state: &State,
    (binding, cursor): (String, Option<&Cursor>),
    (copied, limit): (&Copied, Limit),
    wait: Option<Wait>,
) -> Result<Followed> {
    let terms = copied.audience.terms();
    let place: Option<Place> = match cursor {
        Some(cursor) => cursor.open_under(terms, state.signer(), &binding)?,
        None => None,
    };
    let found = read(state, place, (copied, limit), wait).await?;
    let seq = found.seq;
    let (changed, place, has_more) = cut(found, place, limit.items());
    Ok(Followed {
        changed,
        seq,
        next_cursor: seal_under(terms, &place, state.signer(), &binding)?,
        has_more,
    })
}

/// Answers with what has changed for these readers.
async fn answer(
    query: &Query<ListChanges>,
    audience: &Audience,
    state: &State,
) -> Result<HttpResponse> {
    let asked = &query.parameters;
    let (copied, cursor) = (copied(asked, audience), asked.cursor.as_ref());
    let which = (query.binding(), cursor);
    let followed = waiting(state, which, (&copied, asked.limit), asked.wait).await?;
    let next = followed
        .has_more
        .then(|| query.with_cursor(&followed.next_cursor));
    let pictures = audience.contract().is_none_or(|contract| contract.media);
    let data: Result<_> = followed
        .changed
        .into_iter()
        .map(|changed| ChangeView::new(changed, pictures))
        .collect();
    let page = ChangesPageInfo {
        next_cursor: followed.next_cursor,
        has_more: followed.has_more,
    };
    let page = ChangesPage { data: data?, page };
    // What was waited for must not be had again without waiting.
    let keys = match asked.wait {
        Some(_) => Keys::default(),
        None => Keys::of_every_change(),
    };
    let answer = view::answer(followed.seq, page, audience)?;
    Ok(answer.next(next).made_of(keys).respond(state))
}

/// Reads what has changed past a place; waits for it if that was asked for and there is nothing.
async fn read(
    state: &State,
    place: Option<Place>,
    (copied, limit): (&Copied, Limit),
    wait: Option<Wait>,
) -> Result<Snapshot<Vec<Changed>>> {
    if let Some(place) = place {
        match state.log().require(place.least(), PATIENCE).await {
            Reach::Reached => {}
            // A number that was given, and that the log has not come to, is one of another past.
            Reach::OldEpoch | Reach::Future => return Err(over()),
            Reach::NotYet => {
                let detail =
                    "This node has not heard of what you have seen yet. Try again shortly.";
                return Err(Error::unavailable(detail));
            }
        }
    }
    let until = Instant::now() + wait.map_or(Duration::ZERO, Wait::time);
    loop {
        let mut conn = state.delivery().await?;
        let found = queries::changed(&mut conn, place, limit.probe(), copied).await?;
        drop(conn);
        // Less than the client has seen: the database was set back.
        let behind = |place: Place| {
            let least = place.least();
            least.epoch != found.seq.epoch || least > found.seq
        };
        if place.is_some_and(behind) {
            return Err(over());
        }
        // What partners read, their contracts tell.
        let public = copied.audience.contract().is_none();
        if public && place.is_some_and(|place| place.public_text() != public_text(&found)) {
            return Err(changed_terms());
        }
        let nothing = found.rows.is_empty() && place.is_some();
        if !nothing || Instant::now() >= until || !grows(state, found.seq, until).await {
            return Ok(found);
        }
    }
}

/// Waits for the log to grow, at most until then and not while the node stops; tells whether it has.
async fn grows(state: &State, seq: Seq, until: Instant) -> bool {
    tokio::select! {
        grown = state.log().grows(seq, until) => grown,
        () = state.until_waits_end() => false,
    }
}

/// What comes on this page, where the client then is, and whether there is more already.
fn cut(
    found: Snapshot<Vec<Changed>>,
    place: Option<Place>,
    limit: usize,
) -> (Vec<Changed>, Place, bool) {
    let (seq, public_text) = (found.seq, public_text(&found));
    let mut rows = found.rows;
    let place = place.unwrap_or_else(|| Place::beginning(seq, public_text));
    let more = rows.len() > limit;
    rows.truncate(limit);
    match (rows.last(), place.from()) {
        (Some(last), _) if more => {
            let place = place.past(last.seq, last.rank, last.id);
            (rows, place, true)
        }
        // All there is has been read: what has changed meanwhile comes next.
        (_, Some(from)) => {
            let begun = Seq {
                number: from,
                ..seq
            };
            (rows, place.at(begun), begun < seq)
        }
        _ => (rows, place.at(seq), false),
    }
}

fn copied(asked: &ListChanges, audience: &Audience) -> Copied {
    Copied {
        only_articles: false,
        audience: audience.clone(),
        fields: match &asked.fields {
            Some(fields) => fields.0.clone(),
            None => CopyField::ALL.to_vec(),
        },
        forms: asked.body.as_ref().into(),
        sections: asked.section.as_ref().map(|sections| sections.0.clone()),
        language: asked.language.as_ref().map(ToString::to_string),
    }
}

/// How much of a text anyone may read, as the statement saw it.
fn public_text(found: &Snapshot<Vec<Changed>>) -> PublicText {
    PublicText::stored(found.site.as_deref().unwrap_or_default())
}

fn changed_terms() -> Error {
    Error::new(
        Code::TermsChanged,
        "How much of the texts may be read has changed since this cursor. Throw the copy away, and begin again without a cursor.",
    )
}

fn over() -> Error {
    Error::new(
        Code::EpochOver,
        "The log has begun anew since this cursor. Throw the copy away, and begin again without a cursor.",
    )
}
