//! The schedule: whatever time changes is a change too, made by the first node that sees its time come, by the database's clock.
//!
//! A slice that has such things says so with a [`Timetable`]. Each node looks at all of them twice a second, and when the next is due if that is
//! sooner. A thing's row is locked while it is done and others pass over it, so that it is done once. What could not be done is tried again at
//! the next look: the schedule is kept in the database alone, so restarts and outages only delay it.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::tx::{Attribution, Record, Tx};
use crate::db::{NewsroomConn, Pools};
use crate::error::{Code, Result};

/// How long a node goes without looking: what is written to be due at once is seen within this time.
const LOOK: Duration = Duration::from_millis(500);

/// The pause when something is due that another holds.
const BREATH: Duration = Duration::from_millis(50);

/// Things of one kind that time changes.
pub trait Timetable: Send + Sync {
    /// How long until the next of them is due, by the database's clock; zero when its time has come. An index serves it: it is asked often.
    fn time_left<'a>(
        &'a self,
        conn: &'a mut NewsroomConn,
    ) -> BoxFuture<'a, Result<Option<Duration>>>;

    /// Locks the one that has been due the longest at the time of the transaction, but for those that another holds (`SKIP LOCKED`) and those
    /// to leave out.
    fn lock_due<'a>(
        &'a self,
        tx: &'a mut Tx,
        without: &'a [Uuid],
    ) -> BoxFuture<'a, Result<Option<Uuid>>>;

    /// Writes what time has changed of a locked thing, so that it is due no longer.
    fn turn<'a>(&'a self, tx: &'a mut Tx, id: Uuid) -> BoxFuture<'a, Result<Record>>;
}

/// The running schedule of a node.
pub struct Schedule {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Schedule {
    /// Starts it on the current Tokio runtime.
    pub fn start(pools: Pools, timetables: Vec<Box<dyn Timetable>>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let clerk = Clerk {
            pools,
            failing: HashSet::new(),
        };
        Self {
            stop,
            task: tokio::spawn(run(clerk, timetables, stopped)),
        }
    }

    /// Stops it once it has finished what it is at.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the schedule failed");
        }
    }
}

/// Looks and does what is due, until told to stop or until nobody is left who could tell.
async fn run(
    mut clerk: Clerk,
    timetables: Vec<Box<dyn Timetable>>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut away = false;
    loop {
        let looked = clerk.look(&timetables).await;
        if let Err(error) = &looked
            && !away
        {
            // Told once for an outage, not twice a second.
            tracing::warn!(%error, "can't follow the schedule; trying again until it works");
        }
        away = looked.is_err();
        tokio::select! {
            () = tokio::time::sleep(looked.unwrap_or(LOOK)) => {}
            _ = stopped.wait_for(|stop| *stop) => return,
        }
    }
}

struct Clerk {
    pools: Pools,
    /// Things whose failure was told.
    failing: HashSet<Uuid>,
}

impl Clerk {
    /// Does what is due, and tells how long to wait until the next look.
    async fn look(&mut self, timetables: &[Box<dyn Timetable>]) -> Result<Duration> {
        let mut pause = LOOK;
        for timetable in timetables {
            let left = timetable
                .time_left(&mut self.pools.newsroom().await?)
                .await?;
            match left {
                Some(Duration::ZERO) => pause = pause.min(self.do_due(timetable.as_ref()).await?),
                Some(left) => pause = pause.min(left),
                None => {}
            }
        }
        Ok(pause)
    }

    /// Does all that is due of one kind, each in a transaction of its own. One that fails keeps none of the others waiting.
    async fn do_due(&mut self, timetable: &dyn Timetable) -> Result<Duration> {
        let mut failed = Vec::new();
        while let Some((id, done)) = self.do_one(timetable, &failed).await? {
            match done {
                Ok(()) => drop(self.failing.remove(&id)),
                // It ran into a lock or its time-out: the others need not wait for that.
                Err(error) if error.code() == Code::Unavailable => {
                    tracing::warn!(%id, %error, "can't do what is due at the moment; trying again");
                    failed.push(id);
                }
                Err(error) => {
                    if self.failing.insert(id) {
                        tracing::error!(%id, %error, "can't do what is due; trying again until it works");
                    }
                    failed.push(id);
                }
            }
        }
        Ok(if failed.is_empty() { BREATH } else { LOOK })
    }

    async fn do_one(
        &self,
        timetable: &dyn Timetable,
        without: &[Uuid],
    ) -> Result<Option<(Uuid, Result<()>)>> {
        let mut tx = Tx::open(&self.pools, Attribution::command("schedule")).await?;
        let id = match timetable.lock_due(&mut tx, without).await {
            Ok(Some(id)) => id,
            nothing => {
                tx.roll_back().await;
                return nothing.map(|_| None);
            }
        };
        let done = async {
            let record = timetable.turn(&mut tx, id).await?;
            tx.record(&record).await
        };
        let done = match done.await {
            Ok(_) => tx.commit().await.map(|_| ()),
            Err(error) => {
                tx.roll_back().await;
                Err(error)
            }
        };
        Ok(Some((id, done)))
    }
}
