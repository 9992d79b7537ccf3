//! What stands beside the indexes of words: a list of what was written last, which Postgres reads with every search and brings into the index when it
//! is full. A node brings it in soon after a change instead: no write that others wait for pays for it, and searches find the list short.

use diesel_async::RunQueryDsl;

use crate::db::{Pools, fixed};
use crate::error::Result;

/// Of all nodes one does it at a time: to wait for another would be to find nothing left.
const BRING_IN: &str = "
    SELECT gin_clean_pending_list(i.index)
    FROM (SELECT pg_try_advisory_xact_lock(hashtextextended('words beside their indexes', 0)) AS mine) turn
    CROSS JOIN LATERAL unnest(ARRAY[
        to_regclass('delivery.article_search_vector'), to_regclass('delivery.words_alike'), to_regclass('delivery.entity_names_alike')
    ]) AS i (index)
    WHERE turn.mine AND i.index IS NOT NULL";

/// Brings into the indexes of words what stands beside them.
///
/// # Errors
/// 503 when the database is away.
pub async fn bring_in_words(pools: &Pools) -> Result<()> {
    let mut conn = pools.newsroom().await?;
    fixed(BRING_IN).execute(&mut *conn).await?;
    Ok(())
}
