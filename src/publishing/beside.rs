//! What stands beside the words that articles are found by, so that no write which others wait for pays for them: the words of updates, which come
//! behind those of their articles, and the lists beside the indexes, which Postgres reads with every search and brings in when they are full. A node
//! brings both in soon after a change, and searches find little there.

use diesel::QueryableByName;
use diesel::sql_types::{Bool, Integer, Nullable, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::{Pools, fixed};
use crate::error::Result;

/// How many articles are locked at a time: who publishes one of them waits for it, and whoever waits for him.
const AT_ONCE: i32 = 8;

/// Puts the words together of the next articles after an id, and gives the last of them: a statement and a transaction of its own.
const PUT_TOGETHER: &str = "SELECT delivery.put_words_together($1, $2) AS last";

const APART: &str = "SELECT EXISTS (SELECT FROM delivery.appended_words) AS apart";

/// Of all nodes one does it at a time: to wait for another would be to find nothing left.
const BRING_IN: &str = "
    SELECT gin_clean_pending_list(i.index)
    FROM (SELECT pg_try_advisory_xact_lock(hashtextextended('words beside their indexes', 0)) AS mine) turn
    CROSS JOIN LATERAL unnest(ARRAY[
        to_regclass('delivery.article_search_vector'), to_regclass('delivery.words_alike'), to_regclass('delivery.entity_names_alike')
    ]) AS i (index)
    WHERE turn.mine AND i.index IS NOT NULL";

#[derive(QueryableByName)]
struct LastRow {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    last: Option<Uuid>,
}

#[derive(QueryableByName)]
struct ApartRow {
    #[diesel(sql_type = Bool)]
    apart: bool,
}

/// Brings words of updates that have stood apart for a while, or are many, to those of their articles, and into the indexes of words what stands beside
/// them. Tells whether some stand apart still.
///
/// # Errors
/// 503 when the database is away.
pub async fn bring_in_words(pools: &Pools) -> Result<bool> {
    let mut conn = pools.newsroom().await?;
    let mut last = Some(Uuid::nil());
    while let Some(after) = last {
        let row: LastRow = fixed(PUT_TOGETHER)
            .bind::<SqlUuid, _>(after)
            .bind::<Integer, _>(AT_ONCE)
            .get_result(&mut *conn)
            .await?;
        last = row.last;
    }
    fixed(BRING_IN).execute(&mut *conn).await?;
    let row: ApartRow = fixed(APART).get_result(&mut *conn).await?;
    Ok(row.apart)
}
