//! The worker of one webhook on one node: takes what is due, makes its bodies, sends up to 32 at once, and writes down what came of it. It ends when
//! nothing is due. No transaction is open while anything is sent.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::sync::{Notify, SemaphorePermit};
use tokio::time::Instant;
use url::Url;
use uuid::Uuid;

use super::sending::{Message, send};
use super::{Shared, bodies};
use crate::error::{Error, Result};
use crate::http::outgoing::{Refusal, Target};
use crate::publishing::{Attribution, Record, write};
use crate::webhooks::model::{Due, Outcome, Secrets};
use crate::webhooks::queries::newsroom::{self as queries, Endpoint};

/// How many requests are under way at once.
const AT_ONCE: usize = 32;

/// And to a target that has done nothing but fail of late.
const AT_ONCE_FAILING: usize = 4;

/// How long it may take from taking a delivery to sending it: much less than the lease, less what an answer may take.
const FRESH: Duration = Duration::from_secs(30);

/// The pause after a failure of the database.
const PAUSE: Duration = Duration::from_secs(1);

/// Why what the log no longer holds is not told.
const LOST: &str = "the log no longer holds this change";

pub(super) struct Worker {
    shared: Shared,
    id: Uuid,
    wake: Arc<Notify>,
    /// By which it knows what it has.
    token: Uuid,
    at_once: usize,
    target: Option<Result<Target, Refusal>>,
    under_way: FuturesUnordered<BoxFuture<'static, Outcome>>,
    /// What could not be written down yet.
    unwritten: Vec<Outcome>,
}

impl Worker {
    pub(super) fn new(shared: Shared, id: Uuid, wake: Arc<Notify>) -> Self {
        Self {
            shared,
            id,
            wake,
            token: Uuid::new_v4(),
            at_once: AT_ONCE,
            target: None,
            under_way: FuturesUnordered::new(),
            unwritten: Vec::new(),
        }
    }

    /// Works until nothing is due and nothing under way.
    pub(super) async fn run(mut self) {
        let mut failures = 0;
        loop {
            let taken = self.take().await;
            failures = match &taken {
                Ok(()) => 0,
                Err(error) => {
                    tracing::warn!(webhook = %self.id, %error, "can't take what is due; it is tried again");
                    failures + 1
                }
            };
            if self.under_way.is_empty() {
                return;
            }
            self.gather().await;
            // What can't be written down while the database is away comes due again when its lease ends.
            while let Err(error) = self.record().await {
                tracing::warn!(webhook = %self.id, %error, "can't write down what was delivered; it is tried again");
                failures += 1;
                if failures > 20 || self.shared.is_stopped() {
                    return;
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// A turn at the database.
    async fn turn(shared: &Shared) -> Result<SemaphorePermit<'_>> {
        shared.connections.acquire().await.map_err(Error::internal)
    }

    /// Takes what is due, as far as there is room for it, and begins to send it.
    async fn take(&mut self) -> Result<()> {
        let room = self.at_once.saturating_sub(self.under_way.len());
        let is_worth_it = self.under_way.is_empty() || room >= self.at_once.div_ceil(4);
        if self.shared.is_stopped() || !is_worth_it {
            return Ok(());
        }
        let most = i64::try_from(room).map_err(Error::internal)?;
        let turn = Self::turn(&self.shared).await?;
        let mut conn = self.shared.state.newsroom().await?;
        let Some(endpoint) = queries::endpoint(&mut conn, self.id).await? else {
            return Ok(());
        };
        let due = queries::lease(&mut conn, self.id, (most, self.token)).await?;
        drop((conn, turn));
        self.at_once = match endpoint.failing_since {
            Some(_) => AT_ONCE_FAILING,
            None => AT_ONCE,
        };
        if due.is_empty() {
            return Ok(());
        }
        let begun = Instant::now();
        let ready = self.prepare(due).await?;
        let (target, secrets) = (self.target(&endpoint).await, self.secrets(&endpoint));
        if begun.elapsed() > FRESH {
            return Err(Error::internal("preparing deliveries took too long"));
        }
        let sender = Arc::new((target, secrets));
        for due in ready {
            // The database's clock, moved on by what has passed since it was asked.
            let at = endpoint.now + begun.elapsed();
            let attempt = attempt(sender.clone(), due, at).boxed();
            self.under_way.push(attempt);
        }
        Ok(())
    }

    /// Sees to it that each has a body that is kept. Those that have none, or that this worker has no more, are left out.
    async fn prepare(&mut self, mut due: Vec<Due>) -> Result<Vec<Due>> {
        let made = bodies::make(self.shared.state.pools(), self.id, &due).await?;
        let lost: Vec<Uuid> = due
            .iter()
            .filter(|due| due.body.is_none() && !made.iter().any(|(id, _)| *id == due.id))
            .map(|due| due.id)
            .collect();
        let _turn = Self::turn(&self.shared).await?;
        let pools = self.shared.state.pools();
        let kept = queries::freeze(&mut pools.newsroom().await?, self.token, &made).await?;
        if !lost.is_empty() {
            let by = Attribution::command("webhooks");
            let of = (self.id, self.token);
            let cancelled = write(pools, by, async |tx| {
                Ok((
                    queries::cancel(tx, of, (&lost, LOST)).await?,
                    Record::default(),
                ))
            });
            cancelled.await?;
        }
        for (id, body) in made {
            if let Some(due) = due
                .iter_mut()
                .find(|due| due.id == id && kept.contains(&id))
            {
                due.body = Some(body);
            }
        }
        due.retain(|due| due.body.is_some());
        Ok(due)
    }

    /// The place to send to, checked again from time to time.
    async fn target(&mut self, endpoint: &Endpoint) -> Result<Target, Refusal> {
        let Ok(url) = Url::parse(&endpoint.url) else {
            return Err(Refusal::Unknown);
        };
        let before = match &self.target {
            Some(Ok(target)) => Some(target),
            _ => None,
        };
        let target = self.shared.state.outgoing().target(&url, before).await;
        self.target = Some(target.clone());
        target
    }

    fn secrets(&self, endpoint: &Endpoint) -> Option<Secrets> {
        let previous = endpoint
            .previous_until
            .filter(|until| *until > endpoint.now);
        let previous = previous.and(endpoint.previous_secret.as_deref());
        let sealed: Vec<&[u8]> = std::iter::once(endpoint.secret.as_slice())
            .chain(previous)
            .collect();
        let vault = self.shared.state.signer().vault();
        Secrets::open(&sealed, &vault, self.id)
    }

    /// Waits for an answer, and takes in those that have come with it; or until there may be more to take.
    async fn gather(&mut self) {
        tokio::select! {
            done = self.under_way.next() => self.unwritten.extend(done),
            () = self.wake.notified() => {}
        }
        while let Some(Some(done)) = self.under_way.next().now_or_never() {
            self.unwritten.push(done);
        }
    }

    /// Writes down what came of deliveries.
    async fn record(&mut self) -> Result<()> {
        if self.unwritten.is_empty() {
            return Ok(());
        }
        let _turn = Self::turn(&self.shared).await?;
        let by = Attribution::command("webhooks");
        let (of, outcomes) = ((self.id, self.token), &self.unwritten);
        let settled = write(self.shared.state.pools(), by, async |tx| {
            let mut settled = queries::record(tx, of, outcomes).await?;
            let reason = settled.disabled.take();
            let (reason, audit) = reason.unzip();
            let record = Record {
                audit: audit.into_iter().collect(),
                change: None,
            };
            Ok(((settled.outcomes, reason), record))
        });
        let (outcomes, disabled) = settled.await?;
        for outcome in outcomes {
            self.shared.state.webhooks().count(outcome);
        }
        if let Some(reason) = disabled {
            tracing::warn!(webhook = %self.id, reason, "a webhook was disabled; see its deliveries, and enable it when its target works");
        }
        self.unwritten.clear();
        Ok(())
    }
}

type Sender = (Result<Target, Refusal>, Option<Secrets>);

async fn attempt(sender: Arc<Sender>, mut due: Due, at: chrono::DateTime<chrono::Utc>) -> Outcome {
    let (target, secrets) = &*sender;
    let begun = Instant::now();
    let message = Message {
        id: due.id,
        at,
        body: due.body.take().unwrap_or_default(),
    };
    let result = send(target, secrets.as_ref(), message).await;
    Outcome {
        due,
        at,
        took: begun.elapsed(),
        result,
    }
}
