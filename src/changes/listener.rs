//! The listener: one connection of each node that waits for the log to grow, reads what is new, and asks several times a second whether there
//! is more. `NOTIFY` only wakes it; what it trusts is what it reads. What requests of the node commit, they tell its log themselves.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use diesel::pg::PgNotification;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text};
use diesel::{QueryResult, QueryableByName};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::StreamExt;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::Seq;
use super::log::{Entry, Log};
use crate::db::{Pools, fixed};
use crate::error::{Error, Result};
use crate::publishing::forget_stems;

/// How often the head is asked for when nothing wakes the listener.
const POLL: Duration = Duration::from_millis(250);

/// How long an answer may take before the connection is held to be dead.
const PATIENCE: Duration = Duration::from_secs(2);

/// The pause before connecting again.
const PAUSE: Duration = Duration::from_millis(100);

/// How many changes are read at a time.
const BATCH: i64 = 500;

/// How far behind a node may be and still catch up change by change. Beyond that it begins anew, and everything kept goes.
const TOO_FAR: i64 = 5_000;

const READ: &str = "
    SELECT h.epoch, h.seq AS head, h.kept_from, c.seq, c.keys
    FROM delivery.head h
    LEFT JOIN LATERAL (SELECT seq, keys FROM delivery.changes WHERE seq > $1 ORDER BY seq LIMIT $2) c ON true
    ORDER BY c.seq";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Integer)]
    epoch: i32,
    #[diesel(sql_type = BigInt)]
    head: i64,
    #[diesel(sql_type = BigInt)]
    kept_from: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    seq: Option<i64>,
    #[diesel(sql_type = Nullable<Array<Text>>)]
    keys: Option<Vec<String>>,
}

/// Listens until it is aborted. Waits for nothing: a node answers from the database before it has heard of the log.
pub fn listen(pools: Pools, log: Arc<Log>) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            if let Err(error) = connected(&pools, &log).await {
                tracing::warn!(%error, "the listener lost its connection; connecting again");
            }
            sleep(PAUSE).await;
        }
    })
}

/// Listens on one connection until it fails.
async fn connected(pools: &Pools, log: &Log) -> Result<()> {
    let mut conn = pools.listener().await?;
    conn.batch_execute("LISTEN kroniek_changes").await?;
    loop {
        while !caught_up(&mut conn, log).await? {}
        let mut rest = pin!(sleep(POLL));
        let mut notifications = pin!(conn.notifications_stream());
        loop {
            tokio::select! {
                told = notifications.next() => if is_news(told, log) { break },
                () = log.wanted() => break,
                () = &mut rest => break,
            }
        }
    }
}

/// Whether a notification tells of more than is known: it names its change, and one reading serves many. One that names none may be of anything,
/// and after one that is none the reading tells what is the matter.
fn is_news(told: Option<QueryResult<PgNotification>>, log: &Log) -> bool {
    let Some(Ok(told)) = told else {
        return true;
    };
    match told.payload.parse() {
        Ok(seq) => log.is_news(seq, told.process_id),
        Err(_) => true,
    }
}

/// Reads the next changes; tells whether those were all.
async fn caught_up(conn: &mut AsyncPgConnection, log: &Log) -> Result<bool> {
    let asked = log.ask();
    let applied = asked.applied;
    let read = fixed(READ)
        .bind::<BigInt, _>(applied.number)
        .bind::<BigInt, _>(BATCH)
        .load::<Row>(conn);
    let rows = timeout(PATIENCE, read)
        .await
        .map_err(|_| Error::unavailable("The database does not answer."))??;
    let Some(first) = rows.as_slice().first() else {
        return Err(Error::internal("the log has no head"));
    };
    let head = Seq {
        epoch: first.epoch,
        number: first.head,
    };
    // A node that was stopped for days may have missed changes that are kept no longer.
    let misses = head.epoch != applied.epoch || first.kept_from > applied.number;
    if misses || head.number.saturating_sub(applied.number) > TOO_FAR {
        if head.epoch != applied.epoch {
            forget_stems();
        }
        log.begin_anew(head, asked);
        return Ok(true);
    }
    let entries = rows.into_iter().filter_map(|row| {
        Some(Entry {
            seq: row.seq?,
            keys: row.keys?,
        })
    });
    log.apply(head, entries.collect(), asked);
    Ok(log.applied() >= head)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(payload: &str) -> Option<QueryResult<PgNotification>> {
        Some(Ok(PgNotification {
            process_id: 1,
            channel: "kroniek_changes".to_owned(),
            payload: payload.to_owned(),
        }))
    }

    #[test]
    fn only_a_change_that_has_been_read_is_no_news() {
        let log = Log::default();
        let head = Seq {
            epoch: 2,
            number: 7,
        };
        log.apply(head, Vec::new(), log.ask());
        for read in ["2-7", "2-6", "1-9"] {
            assert!(!is_news(told(read), &log), "{read}");
        }
        for news in ["2-8", "3-1", "", "?"] {
            assert!(is_news(told(news), &log), "{news}");
        }
        assert!(is_news(None, &log));
        let under_way = log.under_way(1);
        assert!(!is_news(told("2-8"), &log), "this node tells it itself");
        drop(under_way);
        assert!(is_news(told("2-8"), &log), "it did not");
    }
}
