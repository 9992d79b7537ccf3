//! Fan-out: the log is read on from where webhooks stand, a page at a time, and becomes their deliveries. Which node does it does not matter: the
//! cursor moves in the transaction that writes the deliveries, and only from where it was read.

use std::collections::BTreeMap;
use std::time::Duration;

use uuid::Uuid;

use super::Shared;
use crate::changes::Seq;
use crate::changes::stream::noticed::with_bare_beyond;
use crate::changes::stream::position::Place;
use crate::changes::stream::queries::delivery::{bare_events, bare_told};
use crate::error::{Code, Result};
use crate::partners::admission::Admitted;
use crate::partners::queries::newsroom::standing;
use crate::publishing::{Attribution, Record, write};
use crate::webhooks::queries::newsroom::{self as queries, Page, Reader, Terms};

/// How many events are read at a time.
const PAGE: i64 = 200;

/// For how many webhooks deliveries are made in one transaction.
const AT_ONCE: usize = 20;

/// How often it is tried to move webhooks that are being written, before others have their turn.
const TRIES: u32 = 4;

/// The pause between.
const MOMENT: Duration = Duration::from_millis(5);

/// Webhooks by where they stand, and by the partner under whose contract they read.
type Behind = BTreeMap<(Seq, Option<Uuid>), Vec<Reader>>;

/// How far webhooks have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reached {
    /// All that is in the log is made into deliveries.
    Level,
    /// No webhook is enabled: nothing is due either.
    Nobody,
    /// There may be more.
    Behind,
    /// There is more for those alone that were being written when it was to be made into deliveries.
    Held,
}

/// Makes deliveries of the next page of the log, for each change that webhooks stand at. What is due is looked at between pages, so that who is far
/// behind keeps nobody waiting.
pub(super) async fn go_on(shared: &Shared) -> Result<Reached> {
    let applied = shared.state.log().applied();
    let readers = queries::readers(&mut shared.state.newsroom().await?).await?;
    if readers.is_empty() {
        return Ok(Reached::Nobody);
    }
    let behind = behind(readers, applied);
    if behind.is_empty() {
        return Ok(Reached::Level);
    }
    let mut moved = 0;
    for ((from, partner), readers) in behind {
        moved += match turn(shared, (from, partner), &readers).await {
            Err(error) if partner.is_some() => {
                // Others are not held up by what one contract makes of the log.
                tracing::warn!(%error, partner = ?partner, "the log can't be read for a partner's webhooks; it is tried again");
                0
            }
            moved => moved?,
        };
    }
    Ok(match moved {
        0 => Reached::Held,
        _ => Reached::Behind,
    })
}

/// The webhooks that have not read all that this node knows of, by where they stand, and under which contract.
fn behind(readers: Vec<Reader>, applied: Seq) -> Behind {
    let mut behind = Behind::new();
    for reader in readers.into_iter().filter(|one| one.cursor < applied) {
        let stands = (reader.cursor, reader.partner);
        behind.entry(stands).or_default().push(reader);
    }
    behind
}

/// Reads a page for those that stand at the same change; tells how many of them it has moved.
async fn turn(
    shared: &Shared,
    (from, partner): (Seq, Option<Uuid>),
    readers: &[Reader],
) -> Result<usize> {
    let page = match partner {
        Some(partner) => read_under(shared, from, partner).await,
        None => read(shared, from).await,
    };
    let page = match page {
        // The partner was removed, and their webhooks with them.
        Err(error) if error.code() == Code::NotFound => return Ok(0),
        page => page?,
    };
    if page.is_lost {
        tracing::warn!(after = %from, until = %page.to, webhooks = readers.len(), "webhooks missed what the log no longer holds; they go on from its head");
    }
    let mut moved = 0;
    for some in readers.chunks(AT_ONCE) {
        for tries in 1.. {
            let by = Attribution::command("webhooks");
            let done = write(shared.state.pools(), by, async |tx| {
                Ok((queries::fan_out(tx, some, &page).await?, Record::default()))
            });
            let count = done.await?.len();
            moved += count;
            if count > 0 || tries >= TRIES {
                break;
            }
            // A worker that writes down what was delivered is done soon.
            tokio::time::sleep(MOMENT).await;
        }
    }
    Ok(moved)
}

/// The log after a change. What was numbered under an older epoch is told on: the cursor and the log are of one database, and were restored together.
async fn read(shared: &Shared, from: Seq) -> Result<Page> {
    let mut conn = shared.state.pools().delivery().await?;
    let read = bare_events(&mut conn, from.number, PAGE).await?;
    let (head, part) = (read.seq, read.rows);
    if from.number < part.kept_from || from.number > head.number {
        return Ok(lost((from, head), None));
    }
    let is_full = i64::try_from(part.events.len()).is_ok_and(|count| count >= PAGE);
    let last = part.events.last().filter(|_| is_full);
    Ok(Page {
        from,
        to: last.map_or(head, |last| Seq {
            number: last.seq,
            ..head
        }),
        is_lost: false,
        events: part.events,
        under: None,
    })
}

fn lost((from, to): (Seq, Seq), under: Option<Terms>) -> Page {
    Page {
        from,
        to,
        is_lost: true,
        events: Vec::new(),
        under,
    }
}

/// The same as the contract lets its partner hear of it, and while it is not running what concerns them for having read it. One change may tell of
/// many articles, so that it is read on until all of the last one is there: a webhook's cursor knows nothing smaller.
async fn read_under(shared: &Shared, from: Seq, partner: Uuid) -> Result<Page> {
    let pools = shared.state.pools();
    // First: where it changes while the log is read, the page is not used.
    let standing = standing(&mut pools.newsroom().await?, partner).await?;
    let under = Terms::from(&standing);
    let audience = Admitted::of(&standing).audience();
    let (mut place, mut events) = (Place::after(from), Vec::new());
    let epoch = loop {
        let read = bare_told(&mut pools.delivery().await?, &audience, place).await?;
        let (head, part) = (read.seq, read.rows);
        if place.whole().number < part.kept_from || from.number > head.number {
            return Ok(lost((from, head), Some(under)));
        }
        place = part.looked(from.epoch);
        events.extend(part.events);
        if place.is_whole() {
            break head.epoch;
        }
    };
    if !under.runs {
        events.clear();
    }
    let between = (Place::after(from), place);
    Ok(Page {
        from,
        to: Seq { epoch, ..place.seq },
        is_lost: false,
        events: with_bare_beyond(&shared.state, partner, events, between).await?,
        under: Some(under),
    })
}
