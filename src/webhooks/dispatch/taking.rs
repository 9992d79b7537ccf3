//! Taking what is due to a webhook and making it ready to be sent: leased, with a body that is kept, a place to send to and what signs it.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::future::FutureExt;
use tokio::time::Instant;
use url::Url;
use uuid::Uuid;

use super::Shared;
use super::bodies::{self, Readers, is_told_by};
use super::sending::{Message, send};
use super::worker::{Batch, Line};
use crate::changes::Seq;
use crate::error::{Error, Result};
use crate::http::outgoing::{Refusal, Target};
use crate::notices::queries::newsroom::told;
use crate::partners::admission::Admitted;
use crate::partners::model::{Audience, ContractStatus};
use crate::partners::queries::newsroom::standing;
use crate::publishing::{Attribution, Record, write};
use crate::webhooks::model::{Due, Outcome, Secrets};
use crate::webhooks::queries::newsroom::{self as queries, Endpoint, Settled};

/// How long it may take from taking a delivery to sending it: much less than the lease, less what an answer may take.
const FRESH: Duration = Duration::from_secs(30);

/// Why what the log no longer holds is not told.
const LOST: &str = "the log no longer holds this change";

/// Why what was to be told under a contract is not.
const OVER: &str = "the contract is not running";

/// A worker as the database knows it.
#[derive(Clone)]
pub(super) struct Hand {
    pub shared: Shared,
    /// The webhook.
    pub webhook: Uuid,
    /// By which it knows what it has.
    pub token: Uuid,
}

/// Where a webhook's deliveries go, and what signs them.
struct Sender {
    target: Result<Target, Refusal>,
    secrets: Option<Secrets>,
}

impl Line for Hand {
    type Outcome = Outcome;

    async fn take(self, most: usize, before: Option<Target>) -> Result<Option<Batch<Outcome>>> {
        self.taken(most, before).await
    }

    fn is_taken(outcome: &Outcome) -> bool {
        outcome.result.is_taken()
    }

    async fn record(&self, outcomes: &[Outcome]) -> Result<()> {
        if let Some(reason) = self.recorded(outcomes).await? {
            tracing::warn!(webhook = %self.webhook, reason, "a webhook was disabled; see its deliveries, and enable it when its target works");
        }
        Ok(())
    }

    fn is_stopped(&self) -> bool {
        self.shared.is_stopped()
    }

    fn name(&self) -> String {
        format!("webhook {}", self.webhook)
    }
}

impl Hand {
    /// What a worker of this webhook begins with.
    pub(super) fn new(shared: Shared, webhook: Uuid) -> Self {
        let token = Uuid::new_v4();
        Self {
            shared,
            webhook,
            token,
        }
    }

    /// Takes up to so many that are due. They are to be sent at once: what they tell is as of now.
    async fn taken(self, most: usize, before: Option<Target>) -> Result<Option<Batch<Outcome>>> {
        let turn = self.shared.turn().await?;
        let mut conn = self.shared.state.newsroom().await?;
        let asked = (i64::try_from(most).map_err(Error::internal)?, self.token);
        let begun = Instant::now();
        let leased = queries::lease(&mut conn, self.webhook, asked).await?;
        drop((conn, turn));
        let Some((endpoint, due)) = leased else {
            return Ok(None);
        };
        let is_full = due.len() >= most;
        let due = self.prepare(due, endpoint.partner).await?;
        let sender = Sender {
            target: self.target(&endpoint, before.as_ref()).await,
            secrets: self.secrets(&endpoint),
        };
        if begun.elapsed() > FRESH {
            return Err(Error::internal("preparing deliveries took too long"));
        }
        let (target, sender) = (sender.target.clone().ok(), Arc::new(sender));
        // What the database told, moved on by what has passed since it was asked.
        let at = endpoint.now + begun.elapsed();
        let attempts = due
            .into_iter()
            .map(|due| attempt(sender.clone(), due, at).boxed());
        Ok(Some(Batch {
            attempts: attempts.collect(),
            target,
            is_full,
            is_failing: endpoint.failing_since.is_some(),
        }))
    }

    /// Sees to it that each has a body that is kept. Those that have none, or that this worker has no more, are left out.
    async fn prepare(&self, due: Vec<Due>, partner: Option<Uuid>) -> Result<Vec<Due>> {
        let Some(partner) = partner else {
            return self.with_bodies(due, &Readers::Of(Audience::Public)).await;
        };
        // First, so that nothing is read under what the contract was before it was known.
        let (admitted, runs) = self.admitted(partner).await?;
        match runs {
            true => {
                self.with_bodies(due, &Readers::Of(admitted.audience()))
                    .await
            }
            false => self.without_contract(due, &admitted).await,
        }
    }

    /// A partner's contract, and whether it is running.
    async fn admitted(&self, partner: Uuid) -> Result<(Admitted, bool)> {
        let _turn = self.shared.turn().await?;
        let mut conn = self.shared.state.newsroom().await?;
        let standing = standing(&mut conn, partner).await?;
        let runs = standing.partner.status(standing.now) == ContractStatus::Running;
        Ok((Admitted::of(&standing), runs))
    }

    /// Under a contract that is not running nothing goes out but tests, and notices of what the partner has read.
    async fn without_contract(&self, due: Vec<Due>, admitted: &Admitted) -> Result<Vec<Due>> {
        let contract = admitted.contract().clone();
        let seqs: Vec<i64> = due.iter().filter_map(|due| due.seq).collect();
        let turn = self.shared.turn().await?;
        let mut conn = self.shared.state.newsroom().await?;
        let mut notices = told(&mut conn, contract.id, &seqs).await?;
        drop((conn, turn));
        notices.retain(|notice| notice.has_read);
        let (mut left, over): (Vec<Due>, Vec<Due>) = due.into_iter().partition(|due| {
            due.seq.is_none() || notices.iter().any(|notice| is_told_by(due, notice))
        });
        // What was to be sent while it ran may say more.
        for due in left.iter_mut().filter(|due| due.seq.is_some()) {
            due.body = None;
        }
        let over: Vec<Uuid> = over.iter().map(|due| due.id).collect();
        if !over.is_empty() {
            self.cancel(&over, OVER).await?;
        }
        self.with_bodies(left, &Readers::Over(contract, notices))
            .await
    }

    async fn with_bodies(&self, mut due: Vec<Due>, readers: &Readers) -> Result<Vec<Due>> {
        let pools = self.shared.state.pools();
        let made = bodies::make(&self.shared.state, (self.webhook, readers), &due).await?;
        let lost: Vec<Uuid> = due
            .iter()
            .filter(|due| due.body.is_none() && !made.iter().any(|(id, _)| *id == due.id))
            .map(|due| due.id)
            .collect();
        if !made.is_empty() {
            let _turn = self.shared.turn().await?;
            let kept = queries::freeze(&mut pools.newsroom().await?, self.token, &made).await?;
            for (id, body) in made {
                if let Some(due) = due
                    .iter_mut()
                    .find(|due| due.id == id && kept.contains(&id))
                {
                    due.body = Some(body);
                }
            }
        }
        if !lost.is_empty() {
            self.cancel(&lost, LOST).await?;
        }
        due.retain(|due| due.body.is_some());
        Ok(due)
    }

    async fn cancel(&self, ids: &[Uuid], why: &str) -> Result<()> {
        let _turn = self.shared.turn().await?;
        let by = Attribution::command("webhooks");
        let of = (self.webhook, self.token);
        let cancelled = write(self.shared.state.pools(), by, async |tx| {
            queries::cancel(tx, of, (ids, why)).await?;
            Ok(((), Record::default()))
        });
        cancelled.await
    }

    /// The place to send to, checked again from time to time.
    async fn target(&self, of: &Endpoint, before: Option<&Target>) -> Result<Target, Refusal> {
        let url = Url::parse(&of.url).map_err(|_| Refusal::Unknown)?;
        self.shared.state.outgoing().target(&url, before).await
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
        Secrets::open(&sealed, &vault, self.webhook)
    }

    /// Writes down what came of deliveries; tells why the webhook was disabled, if it was.
    async fn recorded(&self, outcomes: &[Outcome]) -> Result<Option<&'static str>> {
        let _turn = self.shared.turn().await?;
        let by = Attribution::command("webhooks");
        let of = (self.webhook, self.token);
        let settled = write(self.shared.state.pools(), by, async |tx| {
            let Settled { outcomes, disabled } = queries::record(tx, of, outcomes).await?;
            let (reason, audit) = disabled.unzip();
            let record = Record {
                audit: audit.into_iter().collect(),
                change: None,
            };
            Ok(((outcomes, reason), record))
        });
        let (outcomes, disabled) = settled.await?;
        for outcome in outcomes {
            self.shared.state.webhooks().count(outcome);
        }
        Ok(disabled)
    }
}

/// One attempt.
async fn attempt(sender: Arc<Sender>, mut due: Due, at: DateTime<Utc>) -> Outcome {
    let begun = Instant::now();
    let message = Message {
        id: due.id,
        change: due
            .epoch
            .zip(due.seq)
            .map(|(epoch, number)| Seq { epoch, number }),
        at,
        body: due.body.take().unwrap_or_default(),
    };
    let result = send(&sender.target, sender.secrets.as_ref(), message).await;
    Outcome {
        due,
        at,
        took: begun.elapsed(),
        result,
    }
}
