//! What a node does for webhooks: it looks at the log and at what is due, as soon as the log grows or an editor asks for something, and twice a second,
//! and sees to it that each webhook with something due has a worker. Everything else is in the database: nodes may come and go.

mod bodies;
mod fan_out;
mod sending;
mod taking;
mod worker;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use uuid::Uuid;

use self::fan_out::Reached;
use self::worker::Worker;
use super::queries::newsroom as queries;
use crate::changes::Seq;
use crate::error::Result;
use crate::http::State;

/// How long a node goes without looking.
const LOOK: Duration = Duration::from_millis(500);

/// The pause when some webhook was being written while its deliveries were to be made.
const BREATH: Duration = Duration::from_millis(50);

/// How often the backlog is counted.
const COUNT: Duration = Duration::from_secs(10);

/// How often it is looked for deliveries that wait for nothing. There should be none.
const SWEEP: Duration = Duration::from_secs(60);

/// How many connections of the newsroom all workers of a node may hold: most of the pool is for editors.
const CONNECTIONS: usize = 2;

/// The running dispatch of a node.
pub struct Dispatch {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Dispatch {
    /// Starts it on the current Tokio runtime.
    pub fn start(state: web::Data<State>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let clerk = Clerk {
            shared: Shared {
                state,
                stopped,
                connections: Arc::new(Semaphore::new(CONNECTIONS)),
            },
            workers: HashMap::new(),
            counted: None,
            swept: Instant::now(),
        };
        Self {
            stop,
            task: tokio::spawn(clerk.run()),
        }
    }

    /// From now on it begins nothing more.
    pub fn wind_down(&self) {
        self.stop.send_replace(true);
    }

    /// Waits until what is being sent has been answered and written down: for as long as an answer may take.
    pub async fn stop(self) {
        self.wind_down();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the dispatch of webhooks failed");
        }
    }
}

/// What workers share.
#[derive(Clone)]
struct Shared {
    state: web::Data<State>,
    stopped: watch::Receiver<bool>,
    connections: Arc<Semaphore>,
}

impl Shared {
    fn is_stopped(&self) -> bool {
        *self.stopped.borrow()
    }
}

struct Running {
    wake: Arc<Notify>,
    task: JoinHandle<()>,
}

struct Clerk {
    shared: Shared,
    workers: HashMap<Uuid, Running>,
    counted: Option<Instant>,
    swept: Instant,
}

impl Clerk {
    async fn run(mut self) {
        let mut away = false;
        while !self.shared.is_stopped() {
            let looked = self.look().await;
            if let Err(error) = &looked
                && !away
            {
                // Told once for an outage, not twice a second.
                tracing::warn!(%error, "can't see what webhooks are to be told; trying again until it works");
            }
            away = looked.is_err();
            self.rest(looked.unwrap_or(LOOK)).await;
        }
        for (_, running) in self.workers.drain() {
            running.wake.notify_one();
            if let Err(error) = running.task.await {
                tracing::error!(%error, "a worker of webhooks failed");
            }
        }
    }

    /// Waits this long, or until there is more in the log or an editor asks for something.
    async fn rest(&mut self, pause: Duration) {
        if pause.is_zero() {
            return;
        }
        let log = self.shared.state.log();
        let applied = log.applied();
        let more = Seq {
            number: applied.number + 1,
            ..applied
        };
        tokio::select! {
            _ = log.reach(more, pause) => {}
            () = self.shared.state.webhooks_hastened() => {}
            _ = self.shared.stopped.wait_for(|stopped| *stopped) => {}
        }
    }

    async fn look(&mut self) -> Result<Duration> {
        let reached = fan_out::go_on(&self.shared).await?;
        let due = {
            let mut conn = self.shared.state.newsroom().await?;
            if self.swept.elapsed() > SWEEP {
                queries::unblock(&mut conn, None).await?;
                self.swept = Instant::now();
            }
            if self.counted.is_none_or(|counted| counted.elapsed() > COUNT) {
                let backlog = queries::backlog(&mut conn).await?;
                self.shared.state.webhooks().see(backlog);
                self.counted = Some(Instant::now());
            }
            queries::due(&mut conn).await?
        };
        self.workers
            .retain(|_, running| !running.task.is_finished());
        for id in due {
            self.wake(id);
        }
        Ok(match reached {
            Reached::Level => LOOK,
            Reached::Behind => Duration::ZERO,
            Reached::Held => BREATH,
        })
    }

    /// Tells the worker of a webhook that something is due, or starts one.
    fn wake(&mut self, id: Uuid) {
        if let Some(running) = self.workers.get(&id) {
            running.wake.notify_one();
            return;
        }
        let wake = Arc::<Notify>::default();
        let worker = Worker::new(self.shared.clone(), id, wake.clone());
        let task = tokio::spawn(worker.run());
        self.workers.insert(id, Running { wake, task });
    }
}
