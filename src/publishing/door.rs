//! The passage itself: lock the counter, project, record the change.

use std::sync::LazyLock;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::analysis::{Analysed, OneMore};
use super::change::Change;
use super::project::{KEYS, Projection};
use crate::changes::{EVERY_CHANGE, Seq};
use crate::db::schema::delivery::head;
use crate::db::{Fixed, fixed};
use crate::error::Result;

/// The channel that tells listeners that the log has grown. Its payload is the change that it now ends with, for who has read that already, or empty:
/// the log is the truth.
pub const CHANNEL: &str = "kroniek_changes";

/// The change with its number and keys, as what is `numbered` has them, a word to the listeners (`$8`), and, where there are partners, since when articles
/// say what they do, themselves (`$9`) and with their updates (`$10`).
fn recording(numbered: &str, gives: &str) -> String {
    format!(
        "WITH own AS MATERIALIZED ({numbered}), change AS (
            INSERT INTO delivery.changes (seq, committed_at, kind, id, event, update_number, quiet, keys)
            SELECT own.seq, clock_timestamp(), $2, $3, $4, $5, $6, own.keys FROM own
            RETURNING seq
        ), told AS (
            UPDATE delivery.head SET seq = change.seq FROM change RETURNING pg_notify($8, concat(epoch, '-', change.seq))
        ), said AS (
            INSERT INTO newsroom.texts_since AS k (article_id, text_epoch, text_seq, updates_epoch, updates_seq)
            SELECT s.id, max(h.epoch) FILTER (WHERE s.itself), max(own.seq) FILTER (WHERE s.itself),
                   max(h.epoch) FILTER (WHERE NOT s.itself), max(own.seq) FILTER (WHERE NOT s.itself)
            FROM (SELECT unnest($9), true UNION ALL SELECT unnest($10), false) AS s (id, itself) CROSS JOIN delivery.head h CROSS JOIN own
            WHERE EXISTS (SELECT FROM newsroom.partners)
            GROUP BY s.id
            ON CONFLICT (article_id) DO UPDATE SET
                text_epoch = coalesce(EXCLUDED.text_epoch, k.text_epoch), text_seq = coalesce(EXCLUDED.text_seq, k.text_seq),
                updates_epoch = coalesce(EXCLUDED.updates_epoch, k.updates_epoch), updates_seq = coalesce(EXCLUDED.updates_seq, k.updates_seq)
        )
        SELECT {gives} FROM told"
    )
}

/// A change of which the number (`$1`) and the keys (`$7`) are known.
static RECORD: LazyLock<String> =
    LazyLock::new(|| recording("SELECT $1::bigint AS seq, $7::text[] AS keys", ""));

/// One more update (`$5`) of an article (`$1`), whose keys are added to others (`$7`), if it stands in all places where it should. Gives the keys.
static RECORD_ONE_MORE: LazyLock<String> = LazyLock::new(|| {
    let numbered = format!(
        "SELECT h.seq + 1 AS seq, ARRAY(SELECT k.key COLLATE \"C\" FROM ({KEYS}) k UNION SELECT unnest($7) COLLATE \"C\" ORDER BY 1) AS keys
         FROM delivery.head h
         WHERE delivery.as_expected(EXISTS (
             SELECT FROM delivery.articles a
             JOIN delivery.article_search s ON s.id = a.id AND s.update_count = a.update_count
             JOIN delivery.article_cards c ON c.id = a.id
             WHERE a.id = ANY($1) AND a.seq = h.seq + 1 AND a.update_count = $5))"
    );
    recording(&numbered, "(SELECT own.keys FROM own) AS keys")
});

/// A change that has passed and is to be recorded.
pub(super) struct Passed<'c> {
    pub seq: Seq,
    pub change: &'c Change,
    /// The keys of all that it touched.
    pub keys: Vec<String>,
}

/// The update that a change is, where it can pass the door and be recorded in one go ([`all_at_once`](super::project::all_at_once)).
pub(super) fn at_once<'a>(
    change: &Change,
    (analysed, tells): (&'a Analysed, bool),
) -> Option<&'a OneMore> {
    let one = analysed.appended.as_ref().filter(|one| one.alone)?;
    (!tells && change.touched.updated_alone().is_some()).then_some(one)
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

/// Who comes first goes first. At the row itself each commit, which makes another version of it, would wake all who wait, to queue up there anew. The row
/// is locked behind the queue, as it is by then: a statement that locks a row gives the newest version of it, whatever it saw when it began
/// (<https://www.postgresql.org/docs/current/transaction-iso.html#XACT-READ-COMMITTED>).
const LOCK: &str = "
    SELECT h.epoch, h.seq
    FROM (SELECT pg_advisory_xact_lock(hashtextextended('the counter of the log', 0)) OFFSET 0) turn CROSS JOIN delivery.head h
    FOR UPDATE OF h";

#[derive(QueryableByName)]
struct HeadRow {
    #[diesel(sql_type = Integer)]
    epoch: i32,
    #[diesel(sql_type = BigInt)]
    seq: i64,
}

/// Locks the counter until the commit, and tells the number of the change that is to be.
pub(super) async fn lock(mut conn: &AsyncPgConnection) -> Result<Seq> {
    let head: HeadRow = fixed(LOCK).get_result(&mut conn).await?;
    Ok(Seq {
        epoch: head.epoch,
        number: head.seq + 1,
    })
}

/// Writes the change into the log, counts up, and wakes the listeners: one statement, which nothing but the commit may follow. Gives the keys that it
/// wrote.
pub(super) async fn record(
    mut conn: &AsyncPgConnection,
    passed: &Passed<'_>,
) -> Result<Vec<String>> {
    let Passed { seq, change, keys } = passed;
    let mut keys = keys.clone();
    keys.push(EVERY_CHANGE.to_owned());
    keys.sort_unstable();
    keys.dedup();
    let numbered = fixed(&RECORD).bind::<BigInt, _>(seq.number);
    let named = keys.iter().map(String::as_str).collect();
    told(numbered, change, named).execute(&mut conn).await?;
    Ok(keys)
}

/// The same of one more update of articles, and of nothing else that this change touches.
pub(super) async fn record_one_more(
    mut conn: &AsyncPgConnection,
    change: &Change,
    ids: &[Uuid],
) -> Result<Vec<String>> {
    let keys = vec!["articles:any", EVERY_CHANGE];
    let numbered = fixed(&RECORD_ONE_MORE).bind::<Array<SqlUuid>, _>(ids);
    let row: KeysRow = told(numbered, change, keys).get_result(&mut conn).await?;
    Ok(row.keys)
}

#[derive(QueryableByName)]
struct KeysRow {
    #[diesel(sql_type = Array<Text>)]
    keys: Vec<String>,
}

/// Binds the rest.
fn told<'c>(numbered: Fixed<'c>, change: &'c Change, keys: Vec<&'c str>) -> Fixed<'c> {
    let (texts, updates) = change.says();
    numbered
        .bind::<Text, _>(change.kind.as_str())
        .bind::<Nullable<SqlUuid>, _>(change.id)
        .bind::<Text, _>(change.event.as_str())
        .bind::<Nullable<Integer>, _>(change.update_number)
        .bind::<Bool, _>(change.quiet)
        .bind::<Array<Text>, _>(keys)
        .bind::<Text, _>(CHANNEL)
        .bind::<Array<SqlUuid>, _>(texts)
        .bind::<Array<SqlUuid>, _>(updates)
}
