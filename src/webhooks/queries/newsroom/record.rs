//! What became of what was sent.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Json, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::schema::newsroom::{webhook_deliveries, webhooks};
use crate::error::{Error, Result};
use crate::http::metrics::Outcome as Counted;
use crate::publishing::{AuditEntry, Tx};
use crate::webhooks::model::{LONGEST_FAILURE, Outcome, Webhook, next_attempt};

/// How long a webhook must have failed for its first success to bring forward what waits for a retry.
const WAS_AWAY: TimeDelta = TimeDelta::minutes(1);

/// What a batch of results led to.
#[derive(Debug, Default)]
pub struct Settled {
    /// How each ended, for the metrics.
    pub outcomes: Vec<Counted>,
    /// Why the webhook was disabled by it, and its audit row.
    pub disabled: Option<(&'static str, AuditEntry)>,
}

/// A result and what follows from it.
struct Verdict<'o> {
    outcome: &'o Outcome,
    state: &'static str,
    next_at: DateTime<Utc>,
}

/// Writes down what became of deliveries of one webhook: their attempts, when each is tried again, who comes next of its article, and whether the
/// webhook goes on. A webhook that was removed meanwhile has nothing to be written.
///
/// # Errors
/// The database.
pub async fn record(
    tx: &mut Tx,
    (id, worker): (Uuid, Uuid),
    outcomes: &[Outcome],
) -> Result<Settled> {
    let row = webhooks::table.find(id);
    let locked = row
        .select(Webhook::as_select())
        .for_no_key_update()
        .first(&mut ***tx)
        .await
        .optional()?;
    let Some(webhook) = locked else {
        return Ok(Settled::default());
    };
    tx.take_time().await?;
    let verdicts: Vec<Verdict<'_>> = outcomes
        .iter()
        .map(|outcome| judge(outcome, tx.now))
        .collect::<Result<_>>()?;
    attempts(tx, worker, outcomes).await?;
    settle(tx, worker, &verdicts).await?;
    let over = verdicts.iter().filter(|verdict| verdict.state != "pending");
    let articles = over.filter_map(|verdict| verdict.outcome.due.article_id);
    next_of(tx, id, articles.collect()).await?;
    let disabled = stand(tx, &webhook, outcomes).await?;
    Ok(Settled {
        outcomes: verdicts.iter().map(Verdict::counted).collect(),
        disabled,
    })
}

fn judge(outcome: &Outcome, now: DateTime<Utc>) -> Result<Verdict<'_>> {
    let (state, next_at) = if outcome.result.is_taken() {
        ("delivered", now)
    } else {
        let times = (outcome.due.first_at, outcome.at, now);
        match next_attempt(times, spread()?, outcome.result.wish) {
            Some(next) => ("pending", next),
            None => ("dead", now),
        }
    };
    Ok(Verdict {
        outcome,
        state,
        next_at,
    })
}

/// A random number from 0 to 1.
fn spread() -> Result<f64> {
    let random = getrandom::u32().map_err(Error::internal)?;
    Ok(f64::from(random) / f64::from(u32::MAX))
}

impl Verdict<'_> {
    fn counted(&self) -> Counted {
        match self.state {
            "delivered" => Counted::Delivered,
            "dead" => Counted::Dead,
            _ => Counted::Failed,
        }
    }
}

/// The answer of a delivery that this worker no longer has, or has taken once more since, is left out: its article may have been purged, and answers
/// repeat what they got.
const ATTEMPTS: &str = "
    INSERT INTO newsroom.webhook_attempts (delivery_id, number, at, duration_ms, status, headers, answer, failure)
    SELECT a.id, a.number, a.at, a.duration_ms, a.status, a.headers, CASE WHEN d.lease = $9 AND d.attempts = a.number THEN a.answer END, a.failure
    FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS a (id, number, at, duration_ms, status, headers, answer, failure)
    JOIN newsroom.webhook_deliveries d ON d.id = a.id
    ON CONFLICT DO NOTHING";

async fn attempts(tx: &mut Tx, worker: Uuid, outcomes: &[Outcome]) -> Result<()> {
    let every = outcomes.iter();
    let took = |outcome: &Outcome| i32::try_from(outcome.took.as_millis()).unwrap_or(i32::MAX);
    let headers = |outcome: &Outcome| serde_json::Value::Object(outcome.result.headers.clone());
    let result = |outcome: &Outcome| outcome.result.clone();
    diesel::sql_query(ATTEMPTS)
        .bind::<Array<SqlUuid>, _>(every.clone().map(|one| one.due.id).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(every.clone().map(|one| one.due.number).collect::<Vec<_>>())
        .bind::<Array<Timestamptz>, _>(every.clone().map(|one| one.at).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(every.clone().map(took).collect::<Vec<_>>())
        .bind::<Array<Nullable<Integer>>, _>(
            every
                .clone()
                .map(|one| one.result.status.map(i32::from))
                .collect::<Vec<_>>(),
        )
        .bind::<Array<Json>, _>(every.clone().map(headers).collect::<Vec<_>>())
        .bind::<Array<Nullable<Text>>, _>(
            every
                .clone()
                .map(|one| result(one).answer)
                .collect::<Vec<_>>(),
        )
        .bind::<Array<Nullable<Text>>, _>(every.map(|one| result(one).failure).collect::<Vec<_>>())
        .bind::<SqlUuid, _>(worker)
        .execute(&mut ***tx)
        .await?;
    Ok(())
}

/// In the order of ids, as a purge does, so that the two can't wait for each other. What another worker has by now is its to settle, unless it was
/// taken here.
const SETTLE: &str = "
    WITH r AS (SELECT * FROM unnest($1, $2, $3) AS r (id, state, next_at)),
         held AS MATERIALIZED (SELECT d.id FROM newsroom.webhook_deliveries d JOIN r ON r.id = d.id ORDER BY d.id FOR UPDATE OF d)
    UPDATE newsroom.webhook_deliveries d
    SET state = r.state, next_at = r.next_at, lease = NULL, finished_at = CASE WHEN r.state <> 'pending' THEN $5 END
    FROM r JOIN held ON held.id = r.id
    WHERE d.id = r.id AND d.state = 'pending' AND (d.lease = $4 OR r.state = 'delivered')";

async fn settle(tx: &mut Tx, worker: Uuid, verdicts: &[Verdict<'_>]) -> Result<()> {
    let (every, now) = (verdicts.iter(), tx.now);
    diesel::sql_query(SETTLE)
        .bind::<Array<SqlUuid>, _>(
            every
                .clone()
                .map(|one| one.outcome.due.id)
                .collect::<Vec<_>>(),
        )
        .bind::<Array<Text>, _>(every.clone().map(|one| one.state).collect::<Vec<_>>())
        .bind::<Array<Timestamptz>, _>(every.map(|one| one.next_at).collect::<Vec<_>>())
        .bind::<SqlUuid, _>(worker)
        .bind::<Timestamptz, _>(now)
        .execute(&mut ***tx)
        .await?;
    Ok(())
}

/// Index: `webhook_deliveries_queue`.
const NEXT: &str = "
    UPDATE newsroom.webhook_deliveries d SET waits = false, next_at = $3
    WHERE d.waits AND d.id IN (
        SELECT DISTINCT ON (n.article_id) n.id FROM newsroom.webhook_deliveries n
        WHERE n.webhook_id = $1 AND n.article_id = ANY ($2) AND n.state = 'pending' ORDER BY n.article_id, n.position)";

/// Lets go the next delivery of each of these articles.
async fn next_of(tx: &mut Tx, webhook: Uuid, articles: Vec<Uuid>) -> Result<()> {
    if articles.is_empty() {
        return Ok(());
    }
    let now = tx.now;
    diesel::sql_query(NEXT)
        .bind::<SqlUuid, _>(webhook)
        .bind::<Array<SqlUuid>, _>(articles)
        .bind::<Timestamptz, _>(now)
        .execute(&mut ***tx)
        .await?;
    Ok(())
}

/// Notes whether the webhook works; disables one that wants no more, or has failed for too long.
async fn stand(
    tx: &mut Tx,
    webhook: &Webhook,
    outcomes: &[Outcome],
) -> Result<Option<(&'static str, AuditEntry)>> {
    let row = webhooks::table.find(webhook.id);
    let some_taken = outcomes.iter().any(|outcome| outcome.result.is_taken());
    if some_taken {
        let set = (
            webhooks::last_success_at.eq(tx.now),
            webhooks::failing_since.eq(None::<DateTime<Utc>>),
        );
        diesel::update(row).set(set).execute(&mut ***tx).await?;
        if webhook
            .failing_since
            .is_some_and(|since| tx.now - since > WAS_AWAY)
        {
            bring_forward(tx, webhook.id).await?;
        }
    } else {
        let since = webhook.failing_since.unwrap_or(tx.now);
        let set = webhooks::failing_since.eq(since);
        diesel::update(row).set(set).execute(&mut ***tx).await?;
    }
    let failing = webhook
        .failing_since
        .filter(|since| !some_taken && tx.now - *since > LONGEST_FAILURE);
    let gone = outcomes.iter().any(|outcome| outcome.result.is_gone());
    let reason = match (gone, failing) {
        (true, _) => "gone",
        (false, Some(_)) => "failing",
        (false, None) => return Ok(None),
    };
    if !webhook.enabled {
        return Ok(None);
    }
    disable(tx, webhook, reason).await.map(Some)
}

/// A target that is back gets at once what it has not got.
async fn bring_forward(tx: &mut Tx, id: Uuid) -> Result<()> {
    let waiting = webhook_deliveries::table
        .filter(webhook_deliveries::webhook_id.eq(id))
        .filter(webhook_deliveries::state.eq("pending"))
        .filter(webhook_deliveries::waits.eq(false))
        .filter(webhook_deliveries::lease.is_null())
        .filter(webhook_deliveries::next_at.gt(tx.now));
    diesel::update(waiting)
        .set(webhook_deliveries::next_at.eq(tx.now))
        .execute(&mut ***tx)
        .await?;
    Ok(())
}

async fn disable(
    tx: &mut Tx,
    webhook: &Webhook,
    reason: &'static str,
) -> Result<(&'static str, AuditEntry)> {
    let changed = diesel::update(webhooks::table.find(webhook.id))
        .set((
            webhooks::enabled.eq(false),
            webhooks::disabled_reason.eq(reason),
            webhooks::disabled_at.eq(tx.now),
            webhooks::version.eq(webhook.version + 1),
            webhooks::modified_at.eq(tx.now),
        ))
        .returning(Webhook::as_returning());
    let after: Webhook = changed.get_result(&mut ***tx).await?;
    "disable_webhook".clone_into(&mut tx.by.action);
    let why = match reason {
        "gone" => "it answered 410",
        _ => "it failed for three days",
    };
    let entry = AuditEntry::of_webhook(webhook.id).from(webhook.version());
    Ok((reason, entry.to(after.version()).because(why)))
}
