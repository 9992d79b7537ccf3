//! What stands beside the words that articles are found by, so that no write which others wait for pays for them: the words of updates, which come
//! behind those of their articles, and the lists beside the indexes, which Postgres reads with every search and brings in when they are full. A node
//! brings both in soon after a change, and searches find little there.

use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::tx::{Attribution, Record, Tx, write};
use crate::db::{Pools, fixed};
use crate::error::Result;

/// How many articles are written in one transaction: who publishes one of them waits for it.
const AT_ONCE: i64 = 16;

/// The next articles after an id (`$1`) beside which words stand for a while, so that those of a burst are brought in once. An article that somebody
/// writes just now is left for the next time.
const DUE: &str = "
    SELECT s.id FROM delivery.appended_words b JOIN delivery.article_search s ON s.id = b.id
    WHERE b.id > $1 AND b.since < now() - interval '4 seconds'
    ORDER BY b.id LIMIT $2 FOR UPDATE OF s SKIP LOCKED";

/// Puts the words of articles (`$1`) together, which nobody else writes since they were locked: this statement sees all that was written before.
const PUT_TOGETHER: &str = "
    WITH together AS MATERIALIZED (
        SELECT w.id, w.vector FROM delivery.article_words w WHERE w.id = ANY($1)
    ), whole AS (
        UPDATE delivery.article_search s SET vector = t.vector, appended = false
        FROM together t WHERE s.id = t.id AND s.appended
        RETURNING s.id
    )
    DELETE FROM delivery.appended_words b USING whole WHERE b.id = whole.id";

/// Of all nodes one does it at a time: to wait for another would be to find nothing left.
const BRING_IN: &str = "
    SELECT gin_clean_pending_list(i.index)
    FROM (SELECT pg_try_advisory_xact_lock(hashtextextended('words beside their indexes', 0)) AS mine) turn
    CROSS JOIN LATERAL unnest(ARRAY[
        to_regclass('delivery.article_search_vector'), to_regclass('delivery.words_alike'), to_regclass('delivery.entity_names_alike')
    ]) AS i (index)
    WHERE turn.mine AND i.index IS NOT NULL";

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Brings words of updates to those of their articles, and into the indexes of words what stands beside them.
///
/// # Errors
/// 503 when the database is away.
pub async fn bring_in_words(pools: &Pools) -> Result<()> {
    let mut last = Some(Uuid::nil());
    while let Some(after) = last {
        let by = Attribution::command("words");
        last = write(pools, by, async |tx| {
            Ok((put_together(tx, after).await?, Record::default()))
        })
        .await?;
    }
    let mut conn = pools.newsroom().await?;
    fixed(BRING_IN).execute(&mut *conn).await?;
    Ok(())
}

/// The next articles after an id; gives the last of them.
async fn put_together(tx: &mut Tx, after: Uuid) -> Result<Option<Uuid>> {
    let rows: Vec<IdRow> = fixed(DUE)
        .bind::<SqlUuid, _>(after)
        .bind::<BigInt, _>(AT_ONCE)
        .load(&mut ***tx)
        .await?;
    let ids: Vec<Uuid> = rows.into_iter().map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(None);
    }
    fixed(PUT_TOGETHER)
        .bind::<Array<SqlUuid>, _>(&ids)
        .execute(&mut ***tx)
        .await?;
    Ok(ids.last().copied())
}
