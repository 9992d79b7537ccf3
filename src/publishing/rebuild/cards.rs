//! Cards that could not be written with the change that made them stale.

use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::db::Pools;
use crate::db::schema::delivery::head;
use crate::error::Result;
use crate::publishing::card::{VERSION, WRITE};
use crate::publishing::door;
use crate::publishing::project::cards::Named;
use crate::publishing::tx::{Attribution, Tx};

/// How many cards are written in one transaction: writers of what readers see wait for it.
const BATCH: usize = 50;

const ALL: &str =
    "SELECT id FROM delivery.articles WHERE $1 IS NOT NULL ORDER BY published_at DESC LIMIT $2";

const NEXT: &str = "SELECT kind, id, seq FROM delivery.stale_cards ORDER BY seq, kind, id LIMIT 1";

const STILL: &str =
    "SELECT kind, id, seq FROM delivery.stale_cards WHERE kind = $1 AND id = $2 AND seq = $3";

const DONE: &str = "DELETE FROM delivery.stale_cards WHERE kind = $1 AND id = $2 AND seq = $3";

const HELD: &str =
    "UPDATE delivery.head SET cards = $1 WHERE NOT EXISTS (SELECT FROM delivery.stale_cards)";

const EVERY: &str = "INSERT INTO delivery.stale_cards (kind, id, seq) VALUES ('all', '00000000-0000-0000-0000-000000000000', $1)
    ON CONFLICT (kind, id) DO UPDATE SET seq = EXCLUDED.seq";

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Something that has changed, and not in all cards yet.
#[derive(QueryableByName)]
struct Stale {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = BigInt)]
    seq: i64,
}

/// Writes the cards that are stale, and tells how many. In batches, each one transaction, beside readers and writers; cheap when none is.
///
/// # Errors
/// 503 when the database or a lock is not to be had. What is done then is done; as long as a card is stale, none is read.
pub async fn complete_cards(pools: &Pools) -> Result<u64> {
    let mut written = 0;
    loop {
        let mut conn = pools.newsroom().await?;
        let held: i32 = head::table.select(head::cards).first(&mut *conn).await?;
        if held == VERSION {
            return Ok(written);
        }
        let next: Option<Stale> = diesel::sql_query(NEXT)
            .get_result(&mut *conn)
            .await
            .optional()?;
        let Some(stale) = next else {
            drop(conn);
            in_tx(pools, Step::Every).await?;
            continue;
        };
        let ids = named_by(&mut conn, &stale).await?;
        drop(conn);
        for batch in ids.chunks(BATCH) {
            if !in_tx(pools, Step::Write(&stale, batch)).await? {
                break;
            }
            written += batch.len() as u64;
        }
        in_tx(pools, Step::Done(&stale)).await?;
    }
}

/// Writes the cards of all articles, in a transaction that has projected them without.
pub(super) async fn write_all(conn: &mut AsyncPgConnection, seq: i64) -> Result<()> {
    let all = Stale {
        kind: "all".to_owned(),
        id: Uuid::nil(),
        seq,
    };
    for batch in named_by(conn, &all).await?.chunks(20 * BATCH) {
        write(conn, batch, seq).await?;
    }
    Ok(())
}

/// The articles whose cards name it.
async fn named_by(conn: &mut AsyncPgConnection, stale: &Stale) -> Result<Vec<Uuid>> {
    let kinds = [Named::Section, Named::Author, Named::Entity];
    let named = kinds.iter().find(|named| named.as_str() == stale.kind);
    let rows: Vec<IdRow> = diesel::sql_query(named.map_or(ALL, |named| named.named_by()))
        .bind::<Array<SqlUuid>, _>(vec![stale.id])
        .bind::<BigInt, _>(i64::MAX)
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

async fn write(conn: &mut AsyncPgConnection, ids: &[Uuid], seq: i64) -> Result<()> {
    diesel::sql_query(WRITE.as_str())
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<BigInt, _>(seq)
        .execute(conn)
        .await?;
    Ok(())
}

/// What is done in one transaction.
enum Step<'s> {
    /// Notes that every card is of another form.
    Every,
    /// Writes some of what is stale.
    Write(&'s Stale, &'s [Uuid]),
    /// Takes it for done; with the last of them, cards are read again.
    Done(&'s Stale),
}

/// Does a step under the counter's lock, and tells whether it is still to be gone on with: another node may have come first.
async fn in_tx(pools: &Pools, step: Step<'_>) -> Result<bool> {
    let mut tx = Tx::open(pools, Attribution::command("cards")).await?;
    match do_step(&mut tx, step).await {
        Ok(go_on) => tx.commit().await.map(|_| go_on),
        Err(error) => {
            tx.roll_back().await;
            Err(error)
        }
    }
}

async fn do_step(conn: &mut AsyncPgConnection, step: Step<'_>) -> Result<bool> {
    let seq = door::lock(conn).await?.number;
    let about = |sql: &'static str, stale: &Stale| {
        diesel::sql_query(sql)
            .bind::<Text, _>(stale.kind.clone())
            .bind::<SqlUuid, _>(stale.id)
            .bind::<BigInt, _>(stale.seq)
    };
    match step {
        Step::Every => {
            diesel::sql_query(EVERY)
                .bind::<BigInt, _>(seq)
                .execute(conn)
                .await?;
            Ok(true)
        }
        Step::Write(stale, ids) => {
            let still: Vec<Stale> = about(STILL, stale).load(conn).await?;
            if still.is_empty() {
                return Ok(false);
            }
            write(conn, ids, seq).await?;
            Ok(true)
        }
        Step::Done(stale) => {
            about(DONE, stale).execute(conn).await?;
            diesel::sql_query(HELD)
                .bind::<diesel::sql_types::Integer, _>(VERSION)
                .execute(conn)
                .await?;
            Ok(true)
        }
    }
}
