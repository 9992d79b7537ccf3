//! Following the log from a cursor on: for copies, and for whatever else goes on in their order.

use std::time::Duration;

use tokio::time::Instant;

use super::model::{Changed, Place};
use super::queries::delivery::{self as queries, Copied};
use crate::changes::{Reach, Seq};
use crate::db::statement::Snapshot;
use crate::error::{Code, Error, Result};
use crate::http::cursor::{Cursor, seal_under};
use crate::http::page::Wait;
use crate::http::{Limit, State};
use crate::values::PublicText;

/// How long a reading waits for this node to hear of what the client has seen on another.
const PATIENCE: Duration = Duration::from_secs(1);

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

/// The same, and waits for something to change where there is nothing.
///
/// # Errors
/// As [`follow`].
pub async fn waiting(
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
    let beyond = rows.iter().position(|row| row.is_beyond);
    let most = beyond.unwrap_or(limit).min(limit);
    let more = rows.len() > most;
    rows.truncate(most);
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
