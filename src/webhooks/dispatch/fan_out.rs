//! Fan-out: the log is read on from where webhooks stand, a page at a time, and becomes their deliveries. Which node does it does not matter: the
//! cursor moves in the transaction that writes the deliveries, and only from where it was read.

use std::collections::BTreeMap;

use super::Shared;
use crate::changes::Seq;
use crate::changes::stream::queries::delivery::events;
use crate::error::Result;
use crate::publishing::{Attribution, Record, write};
use crate::webhooks::queries::newsroom::{self as queries, Page, Reader};

/// How many events are read at a time.
const PAGE: i64 = 200;

/// For how many webhooks deliveries are made in one transaction.
const AT_ONCE: usize = 20;

/// How many pages are read before it is looked at what is due, so that who is far behind keeps nobody waiting.
const PAGES: usize = 20;

/// Makes the deliveries of what is new in the log; tells whether that was all.
pub(super) async fn catch_up(shared: &Shared) -> Result<bool> {
    for _ in 0..PAGES {
        let behind = behind(shared).await?;
        if behind.is_empty() {
            return Ok(true);
        }
        for (from, readers) in behind {
            if !turn(shared, from, &readers).await? {
                return Ok(false);
            }
        }
    }
    Ok(false)
}

/// The webhooks that have not read all that this node knows of, by where they stand.
async fn behind(shared: &Shared) -> Result<BTreeMap<Seq, Vec<Reader>>> {
    let applied = shared.state.log().applied();
    let readers = queries::readers(&mut shared.state.newsroom().await?).await?;
    let mut behind = BTreeMap::<Seq, Vec<Reader>>::new();
    for reader in readers.into_iter().filter(|one| one.cursor < applied) {
        behind.entry(reader.cursor).or_default().push(reader);
    }
    Ok(behind)
}

/// Reads a page for those that stand at the same change; tells whether all of them have moved.
async fn turn(shared: &Shared, from: Seq, readers: &[Reader]) -> Result<bool> {
    let page = read(shared, from).await?;
    if page.is_lost {
        tracing::warn!(after = %from, until = %page.to, webhooks = readers.len(), "webhooks missed what the log no longer holds; they go on from its head");
    }
    let mut moved = 0;
    for some in readers.chunks(AT_ONCE) {
        let by = Attribution::command("webhooks");
        let done = write(shared.state.pools(), by, async |tx| {
            Ok((queries::fan_out(tx, some, &page).await?, Record::default()))
        });
        moved += done.await?.len();
    }
    Ok(moved == readers.len())
}

/// The log after a change. What was numbered under an older epoch is told on: the cursor and the log are of one database, and were restored together.
async fn read(shared: &Shared, from: Seq) -> Result<Page> {
    let mut conn = shared.state.pools().delivery().await?;
    let read = events(&mut conn, from.number, PAGE).await?;
    let (head, part) = (read.seq, read.rows);
    if from.number < part.kept_from || from.number > head.number {
        return Ok(Page {
            from,
            to: head,
            is_lost: true,
            events: Vec::new(),
        });
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
    })
}
