//! What articles are searched by, for those that a version of the program from before this was kept has published.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{BATCH, afresh};
use crate::db::Pools;
use crate::error::Result;
use crate::publishing::change::Kind;
use crate::publishing::tx::{Attribution, Tx};

/// The next articles after an id (`$1`) of which there is nothing. Both tables are read along their keys.
const MISSING: &str = "
    SELECT a.id FROM delivery.articles a
    WHERE a.id > $1 AND NOT EXISTS (SELECT FROM delivery.article_search s WHERE s.id = a.id)
    ORDER BY a.id LIMIT $2";

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Makes published articles findable that are not yet, and tells how many. In batches, each one transaction, beside readers and writers; cheap
/// when nothing is missing.
///
/// # Errors
/// 503 when the database or a lock is not to be had. What is done then is done.
pub async fn complete_search(pools: &Pools) -> Result<u64> {
    let (mut after, mut done) = (Uuid::nil(), 0);
    loop {
        let mut tx = Tx::open(pools, Attribution::command("search")).await?;
        match some(&mut tx, after).await {
            Ok(Some((last, changed))) => {
                tx.commit().await?;
                after = last;
                done += changed;
            }
            Ok(None) => {
                tx.roll_back().await;
                return Ok(done);
            }
            Err(error) => {
                tx.roll_back().await;
                return Err(error);
            }
        }
    }
}

async fn some(tx: &mut Tx, after: Uuid) -> Result<Option<(Uuid, u64)>> {
    let rows: Vec<IdRow> = diesel::sql_query(MISSING)
        .bind::<SqlUuid, _>(after)
        .bind::<BigInt, _>(BATCH)
        .load(&mut ***tx)
        .await?;
    let ids: Vec<Uuid> = rows.into_iter().map(|row| row.id).collect();
    let Some(last) = ids.last().copied() else {
        return Ok(None);
    };
    let batch = afresh::batch(tx, Kind::Article, ids).await?;
    Ok(Some((last, batch.changed)))
}
