//! How far back the log is kept. What is older than is wanted goes, the oldest first and some at a time, and `delivery.head` tells up to where.
//!
//! Copies need none of it: what is gone has its tombstone, for good. Webhooks are told from the log, so that what one of them has yet to be told
//! stays, with all that came after it.

use std::num::NonZeroU16;

use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable};
use diesel_async::RunQueryDsl;

use super::tx::{Attribution, Record, Tx, write};
use crate::changes::Seq;
use crate::db::Pools;
use crate::db::schema::delivery::head;
use crate::error::Result;

/// How many changes go in one transaction.
const AT_ONCE: i64 = 5_000;

/// Whoever counts on the log being kept as far as it is takes this shared.
const TURN: &str =
    "SELECT pg_advisory_xact_lock(hashtextextended('how far back the log is kept', 0))";

const SHARED: &str =
    "SELECT pg_advisory_xact_lock_shared(hashtextextended('how far back the log is kept', 0))";

/// The log is kept from where a webhook has read it, and from the first event whose body was not made yet. A webhook that has been disabled for as
/// long as one would be tried is waited for no more. One statement, so that nothing can go from the one to the other between two looks.
/// Index: the primary key of the log, `webhook_deliveries_queue`.
const FORGET: &str = "
    WITH oldest AS MATERIALIZED (SELECT seq, committed_at FROM delivery.changes ORDER BY seq LIMIT $2),
    waited_for AS MATERIALIZED (
        SELECT id, cursor_seq FROM newsroom.webhooks WHERE enabled OR disabled_at > now() - interval '3 days'),
    needed AS MATERIALIZED (
        SELECT least((SELECT min(cursor_seq) + 1 FROM waited_for),
                     (SELECT min(d.seq) FROM newsroom.webhook_deliveries d JOIN waited_for w ON w.id = d.webhook_id
                      WHERE d.state = 'pending' AND d.body IS NULL),
                     (SELECT min(seq) FROM oldest WHERE committed_at >= now() - make_interval(days => $1))) AS seq),
    gone AS (
        DELETE FROM delivery.changes c USING oldest o, needed n
        WHERE c.seq = o.seq AND (n.seq IS NULL OR c.seq < n.seq) RETURNING c.seq)
    SELECT count(*) AS count, max(seq) AS last FROM gone";

#[derive(QueryableByName)]
struct Gone {
    #[diesel(sql_type = BigInt)]
    count: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    last: Option<i64>,
}

/// Forgets the changes that are older than this many days by the database's clock, but for those that webhooks have yet to be told; tells how many
/// went. Writers wait for no more than the commit of a batch, since the head is locked last.
///
/// # Errors
/// The database; 503 when the head's lock is not to be had in time. What went until then is gone.
pub async fn forget_changes(pools: &Pools, days: NonZeroU16) -> Result<i64> {
    let mut forgotten = 0;
    loop {
        let by = Attribution::command("changes");
        let some = write(pools, by, async |tx| {
            Ok((forget_some(tx, days).await?, Record::default()))
        });
        let some = some.await?;
        forgotten += some;
        if some < AT_ONCE {
            return Ok(forgotten);
        }
    }
}

async fn forget_some(tx: &mut Tx, days: NonZeroU16) -> Result<i64> {
    diesel::sql_query(TURN).execute(&mut ***tx).await?;
    let gone: Gone = diesel::sql_query(FORGET)
        .bind::<Integer, _>(i32::from(days.get()))
        .bind::<BigInt, _>(AT_ONCE)
        .get_result(&mut ***tx)
        .await?;
    if let Some(last) = gone.last {
        diesel::update(head::table)
            .set(head::kept_from.eq(last))
            .execute(&mut ***tx)
            .await?;
    }
    Ok(gone.count)
}

/// What the log holds.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    /// All after this change.
    pub from: Seq,
    /// Up to this one.
    pub head: Seq,
}

/// What the log holds; none of it is forgotten until the transaction ends.
///
/// # Errors
/// The database; 503 when what is being forgotten takes too long.
pub async fn kept(tx: &mut Tx) -> Result<Kept> {
    diesel::sql_query(SHARED).execute(&mut ***tx).await?;
    let (epoch, number, from): (i32, i64, i64) = head::table
        .select((head::epoch, head::seq, head::kept_from))
        .first(&mut ***tx)
        .await?;
    let at = |number| Seq { epoch, number };
    Ok(Kept {
        from: at(from),
        head: at(number),
    })
}
