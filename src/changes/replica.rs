//! A replica that delivery may read from: only while it is known to hold all that the node has applied. Its head only grows, so that what was once
//! seen there is there for good; one that lags, or whose replay is paused, is left out until it has caught up.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::Seq;
use super::log::Log;
use crate::db::Pools;
use crate::db::roles::check_wall;
use crate::error::{Error, Result};

/// How often the head of a replica is asked for while it is behind.
const BEHIND: Duration = Duration::from_millis(10);

/// And while it is not.
const LEVEL: Duration = Duration::from_millis(500);

/// How long an answer may take before the replica is held to be away, and the pause before it is tried again.
const PATIENCE: Duration = Duration::from_secs(1);

/// What a node knows of its replica.
#[derive(Debug, Default)]
pub struct Replica {
    head: Mutex<Option<Seq>>,
    asked: Notify,
}

#[derive(QueryableByName)]
struct Head {
    #[diesel(sql_type = Integer)]
    epoch: i32,
    #[diesel(sql_type = BigInt)]
    seq: i64,
}

impl Replica {
    /// Whether it is known to hold everything up to here.
    pub fn has(&self, seq: Seq) -> bool {
        let head = *self.head.lock().unwrap_or_else(PoisonError::into_inner);
        let has = head.is_some_and(|head| head.epoch == seq.epoch && head.number >= seq.number);
        if !has {
            self.asked.notify_one();
        }
        has
    }

    /// Leaves it out until it has answered again.
    pub fn doubt(&self) {
        self.know(None);
        self.asked.notify_one();
    }

    fn know(&self, head: Option<Seq>) {
        *self.head.lock().unwrap_or_else(PoisonError::into_inner) = head;
    }
}

/// Follows the replica until it is aborted.
pub fn follow(pools: Pools, log: Arc<Log>, replica: Arc<Replica>) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            if let Err(error) = connected(&pools, &log, &replica).await {
                tracing::warn!(%error, "the replica is away; the primary is read meanwhile");
            }
            replica.know(None);
            sleep(PATIENCE).await;
        }
    })
}

async fn connected(pools: &Pools, log: &Log, replica: &Replica) -> Result<()> {
    let mut conn = pools.replica_follower().await?;
    check_wall(&mut conn).await.map_err(Error::internal)?;
    loop {
        let head = head(&mut conn).await?;
        replica.know(Some(head));
        let pause = if head < log.applied() { BEHIND } else { LEVEL };
        tokio::select! {
            () = sleep(pause) => {}
            () = replica.asked.notified() => sleep(BEHIND).await,
        }
    }
}

async fn head(conn: &mut AsyncPgConnection) -> Result<Seq> {
    let read = diesel::sql_query("SELECT epoch, seq FROM delivery.head").get_result::<Head>(conn);
    let head = timeout(PATIENCE, read)
        .await
        .map_err(|_| Error::unavailable("The replica does not answer."))??;
    Ok(Seq {
        epoch: head.epoch,
        number: head.seq,
    })
}
