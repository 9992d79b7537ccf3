//! What a node does for webhooks and for the hub: it looks at the log and at what is due, as soon as the log grows for anybody or somebody asks for
//! something, and twice a second, and sees to it that each webhook and each subscriber with something due has a worker. Everything else is in the database:
//! nodes may come and go.

mod bodies;
mod fan_out;
mod hub;
mod sending;
mod taking;
mod worker;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use tokio::sync::{Notify, Semaphore, SemaphorePermit, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

use self::fan_out::Reached;
use self::hub::{Copies, Look};
use self::taking::Hand;
use self::worker::{Line, Worker};
use super::queries::newsroom as queries;
use crate::error::{Error, Result};
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
                copies: Arc::default(),
            },
            workers: HashMap::new(),
            feeds: Look::default(),
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
    copies: Arc<Copies>,
}

impl Shared {
    fn is_stopped(&self) -> bool {
        *self.stopped.borrow()
    }

    /// A turn at the newsroom's database.
    async fn turn(&self) -> Result<SemaphorePermit<'_>> {
        let turn = self.connections.acquire().await;
        turn.map_err(Error::internal)
    }
}

struct Running {
    wake: Arc<Notify>,
    task: JoinHandle<()>,
}

struct Clerk {
    shared: Shared,
    workers: HashMap<Uuid, Running>,
    feeds: Look,
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
            self.rest(looked.unwrap_or((LOOK, Reached::Level))).await;
        }
        self.feeds.end().await;
        for (_, running) in self.workers.drain() {
            running.wake.notify_one();
            if let Err(error) = running.task.await {
                tracing::error!(%error, "a worker of webhooks failed");
            }
        }
    }

    /// Waits this long, or until there is more in the log for anybody or an editor asks for something.
    async fn rest(&mut self, (pause, reached): (Duration, Reached)) {
        if pause.is_zero() {
            return;
        }
        let log = self.shared.state.log();
        let until = Instant::now() + pause;
        // Where nobody is told anything, be it webhooks or subscribers of feeds, what others write wakes nobody.
        let nobody = reached == Reached::Nobody && self.shared.state.api_url().is_none();
        let more = async {
            match nobody {
                true => sleep_until(until).await,
                false => drop(log.grows(log.applied(), until).await),
            }
        };
        tokio::select! {
            () = more => {}
            () = self.shared.state.webhooks_hastened() => {}
            _ = self.shared.stopped.wait_for(|stopped| *stopped) => {}
        }
    }

    async fn look(&mut self) -> Result<(Duration, Reached)> {
        let reached = fan_out::go_on(&self.shared).await?;
        self.feeds.begin(&self.shared).await;
        let (webhooks, subscribers) = {
            let mut conn = self.shared.state.newsroom().await?;
            if self.swept.elapsed() > SWEEP {
                queries::unblock(&mut conn, None).await?;
                self.swept = Instant::now();
            }
            if self.counted.is_none_or(|counted| counted.elapsed() > COUNT) {
                let backlog = queries::backlog(&mut conn).await?;
                self.shared.state.webhooks().see(backlog);
                let there = queries::websub::count(&mut conn).await?;
                self.shared.state.webhooks().see_subscriptions(there);
                self.counted = Some(Instant::now());
            }
            let subscribers = match self.shared.state.api_url() {
                Some(_) => queries::websub::due(&mut conn).await?,
                None => Vec::new(),
            };
            let webhooks = match reached {
                Reached::Nobody => Vec::new(),
                _ => queries::due(&mut conn).await?,
            };
            (webhooks, subscribers)
        };
        self.workers
            .retain(|_, running| !running.task.is_finished());
        let shared = self.shared.clone();
        for id in webhooks {
            self.wake(id, || Hand::new(shared.clone(), id));
        }
        for line in subscribers {
            self.wake(line, || hub::Hand::new(shared.clone(), line));
        }
        let pause = match reached {
            Reached::Level | Reached::Nobody => LOOK,
            Reached::Behind => Duration::ZERO,
            Reached::Held => BREATH,
        };
        Ok((pause, reached))
    }

    /// Tells the worker of a webhook or a subscriber that something is due, or starts one. No two of them have one id.
    fn wake<L: Line>(&mut self, id: Uuid, line: impl FnOnce() -> L) {
        if let Some(running) = self.workers.get(&id) {
            running.wake.notify_one();
            return;
        }
        let wake = Arc::<Notify>::default();
        let task = tokio::spawn(Worker::new(line(), wake.clone()).run());
        self.workers.insert(id, Running { wake, task });
    }
}
