//! One more update of an article, as a live report gets one every minute: what stands there of those before is not read again, and nothing that they
//! do not touch. Where something else stands there than should, all updates are written anew.

use diesel::sql_types::{Array, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::future::{try_join, try_join4, try_join5};
use uuid::Uuid;

use super::Projection;
use super::search::{Placed, place};
use super::updates::dated;
use super::written::{Told, Written};
use crate::changes::{Own, Seq};
use crate::db::fixed;
use crate::error::Result;
use crate::publishing::analysis::{Analysed, OneMore};
use crate::publishing::card::{ONE_MORE as SIGNED, ONE_MORE_UNSIGNED as UNSIGNED};
use crate::publishing::change::Change;
use crate::publishing::door::{lock, record_one_more};

/// Puts what is told of it (`$2`) behind those that stand there; they are long, and cut by bytes: to count letters takes as long as all else.
const ONE_MORE: &str = concat!(
    "WITH written AS (
        UPDATE delivery.articles d
        SET seq = h.seq + 1, last_update_at = greatest(d.last_update_at, n.published_at), fresh_at = greatest(d.last_update_at, n.published_at),
            modified_at = a.modified_at, update_count = n.number, correction_count = d.correction_count + (t.kind = 'correction')::integer,
            updates = convert_from(rtrim(convert_to(d.updates::text, 'UTF8'), ']'::bytea)
                                   || convert_to(concat(CASE WHEN n.number > 1 THEN ', ' END, $2, ']'), 'UTF8'), 'UTF8')::json
        FROM newsroom.articles a
        CROSS JOIN delivery.head h
        JOIN newsroom.updates n ON n.article_id = a.id AND n.state = 'shown'
        JOIN newsroom.update_versions t ON t.update_id = n.id AND t.number = n.version
        WHERE d.id = a.id AND a.id = ANY($1) AND a.status = 'published' AND n.number = d.update_count + 1
          AND NOT EXISTS (SELECT FROM newsroom.updates m WHERE m.article_id = a.id AND m.number > d.update_count + 1)
        RETURNING d.id, d.fresh_at, d.modified_at
    ), ",
    dated!()
);

/// Locks the counter, writes one that brings nobody and no picture along, and records the change: all of it in one go, so that no other writer waits
/// until this node has heard what came of it. The commit may go along. Gives the number of the change, and its keys.
///
/// # Errors
/// 503 where something else stands there than stood before the lock: then nothing may stay of it.
pub async fn all_at_once(
    conn: &AsyncPgConnection,
    change: &Change,
    (one, analysed): (&OneMore, &Analysed),
) -> Result<Own> {
    let ids = analysed.ids.as_slice();
    let added = added(conn, ids, one);
    let shown = shown(conn, ids, &UNSIGNED);
    let placed = place(conn, ids, analysed);
    let recorded = record_one_more(conn, change, ids);
    let (seq, _, _, _, keys) = try_join5(lock(conn), added, shown, placed, recorded).await?;
    Ok(Own { seq, keys })
}

async fn added(mut conn: &AsyncPgConnection, ids: &[Uuid], one: &OneMore) -> Result<usize> {
    Ok(fixed(ONE_MORE)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Text, _>(one.told.as_str())
        .execute(&mut conn)
        .await?)
}

async fn shown(mut conn: &AsyncPgConnection, ids: &[Uuid], card: &'static str) -> Result<usize> {
    Ok(fixed(card)
        .bind::<Array<SqlUuid>, _>(ids)
        .execute(&mut conn)
        .await?)
}

impl Projection<'_> {
    /// Locks the counter, as `write_updates` does, and writes it. What it touches is no more than is told.
    pub(super) async fn write_one_more(
        &mut self,
        ids: &[Uuid],
        one: &OneMore,
    ) -> Result<(Seq, Written)> {
        let conn: &AsyncPgConnection = self.conn;
        let written = try_join(added(conn, ids, one), shown(conn, ids, &SIGNED));
        let placed = place(conn, ids, self.analysed);
        let told = Told::ask(conn, ids);
        let (seq, (added, shown), placed, told) =
            try_join4(lock(conn), written, placed, told).await?;
        let mut written = Written::told(told, Some(placed), &mut self.keys);
        if added != ids.len() {
            self.all_updates(ids).await?;
            // Of those there may be more to tell than of this one.
            let told = Told::ask(self.conn, ids).await?;
            written = Written::told(told, Some(Placed::nowhere(ids)), &mut self.keys);
        }
        if added != ids.len() || shown != ids.len() {
            self.cards.extend(ids);
        }
        Ok((seq, written))
    }
}
