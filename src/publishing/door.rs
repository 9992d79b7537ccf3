//! The passage itself: lock the counter, project, record the change.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::future::try_join;

use super::analysis::Analysed;
use super::change::Change;
use super::project::Projection;
use crate::changes::{EVERY_CHANGE, Seq};
use crate::db::fixed;
use crate::db::schema::delivery::head;
use crate::error::Result;

/// The channel that tells listeners that the log has grown. Its payload is the change that it now ends with, for who has read that already, or empty:
/// the log is the truth.
pub const CHANNEL: &str = "kroniek_changes";

/// The change, its number, a word to the listeners (`$8`, `$9`), and, where there are partners, since when articles say what they do, themselves (`$10`)
/// and with their updates (`$11`).
const RECORD: &str = "
    WITH change AS (
        INSERT INTO delivery.changes (seq, committed_at, kind, id, event, update_number, quiet, keys)
        VALUES ($1, clock_timestamp(), $2, $3, $4, $5, $6, $7)
        RETURNING seq
    ), told AS (
        UPDATE delivery.head SET seq = change.seq FROM change RETURNING pg_notify($8, $9)
    ), said AS (
        INSERT INTO newsroom.texts_since AS k (article_id, text_epoch, text_seq, updates_epoch, updates_seq)
        SELECT s.id, max(h.epoch) FILTER (WHERE s.itself), max($1) FILTER (WHERE s.itself),
               max(h.epoch) FILTER (WHERE NOT s.itself), max($1) FILTER (WHERE NOT s.itself)
        FROM (SELECT unnest($10), true UNION ALL SELECT unnest($11), false) AS s (id, itself) CROSS JOIN delivery.head h
        WHERE EXISTS (SELECT FROM newsroom.partners)
        GROUP BY s.id
        ON CONFLICT (article_id) DO UPDATE SET
            text_epoch = coalesce(EXCLUDED.text_epoch, k.text_epoch), text_seq = coalesce(EXCLUDED.text_seq, k.text_seq),
            updates_epoch = coalesce(EXCLUDED.updates_epoch, k.updates_epoch), updates_seq = coalesce(EXCLUDED.updates_seq, k.updates_seq)
    )
    SELECT FROM told";

/// A change that has passed and is to be recorded.
pub(super) struct Passed<'c> {
    pub seq: Seq,
    pub change: &'c Change,
    /// The keys of all that it touched.
    pub keys: Vec<String>,
}

/// Passes the door: everything touched is read from newsroom as it stands now, under the counter's lock, and written to delivery. Only what is made of
/// texts may be ready before: they are another version where they are others. A change of people and links that no reader knows takes no number; only
/// under the lock is it certain that none does.
pub(super) async fn pass<'c>(
    conn: &mut AsyncPgConnection,
    change: &'c Change,
    (analysed, tells): (&Analysed, bool),
) -> Result<Option<Passed<'c>>> {
    let (seq, keys) = match change.touched.updated_alone() {
        Some(ids) if !tells => {
            let mut projection = Projection::new(conn, 0, analysed);
            (
                projection.lock_and_update(ids).await?,
                projection.into_keys(),
            )
        }
        _ => {
            let seq = lock(conn).await?;
            let mut projection = Projection::new(conn, seq.number, analysed).telling(tells);
            if !projection.run(&change.touched).await? {
                return Ok(None);
            }
            (seq, projection.into_keys())
        }
    };
    Ok(Some(Passed { seq, change, keys }))
}

/// Waits for the write that is passing the door, if there is one. What it has written is then seen, and any that passes later sees all that was
/// committed before.
///
/// # Errors
/// The database, also when it takes too long.
pub async fn wait_for_door(conn: &mut AsyncPgConnection) -> Result<()> {
    let head = head::table.select(head::seq).for_key_share();
    let _: i64 = head.first(conn).await?;
    Ok(())
}

/// Who comes first goes first. At the row itself each commit, which makes another version of it, would wake all who wait, to queue up there anew.
const QUEUE: &str = "SELECT pg_advisory_xact_lock(hashtextextended('the counter of the log', 0))";

/// Locks the counter until the commit, and tells the number of the change that is to be.
pub(super) async fn lock(mut conn: &AsyncPgConnection) -> Result<Seq> {
    let turn = fixed(QUEUE).execute(&mut conn);
    let counter = head::table
        .select((head::epoch, head::seq))
        .for_update()
        .first(&mut conn);
    let (_, (epoch, last)): (_, (i32, i64)) = try_join(turn, counter).await?;
    Ok(Seq {
        epoch,
        number: last + 1,
    })
}

/// Writes the change into the log, counts up, and wakes the listeners: one statement, which nothing but the commit may follow.
pub(super) async fn record(mut conn: &AsyncPgConnection, passed: &Passed<'_>) -> Result<()> {
    let Passed { seq, change, keys } = passed;
    let mut keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    keys.push(EVERY_CHANGE);
    keys.sort_unstable();
    keys.dedup();
    let (texts, updates) = change.says();
    fixed(RECORD)
        .bind::<BigInt, _>(seq.number)
        .bind::<Text, _>(change.kind.as_str())
        .bind::<Nullable<SqlUuid>, _>(change.id)
        .bind::<Text, _>(change.event.as_str())
        .bind::<Nullable<Integer>, _>(change.update_number)
        .bind::<Bool, _>(change.quiet)
        .bind::<Array<Text>, _>(keys)
        .bind::<Text, _>(CHANNEL)
        .bind::<Text, _>(seq.to_string())
        .bind::<Array<SqlUuid>, _>(texts)
        .bind::<Array<SqlUuid>, _>(updates)
        .execute(&mut conn)
        .await?;
    Ok(())
}
