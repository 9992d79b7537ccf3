//! What became of messages, and what that makes of subscriptions.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{
    BigInt, Binary, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::http::metrics::Outcome;
use crate::publishing::Tx;
use crate::webhooks::websub::model::{End, Letter, MessageKind, Sight, Told};

/// Why a subscription ends whose feed does.
const NO_FEED: &str = "There is no such feed any more.";

/// Writes down what became of messages; tells how each ended, for the metrics. Of one that this worker no longer has, as when it was asked
/// for something else meanwhile, nothing follows.
///
/// # Errors
/// The database; the system's random numbers.
pub async fn record(tx: &mut Tx, worker: Uuid, told: &[Told]) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    // In one order, so that no two wait for each other.
    let mut told: Vec<&Told> = told.iter().collect();
    told.sort_by_key(|told| (told.letter.subscription, told.letter.id));
    for told in told {
        let letter = &told.letter;
        let close = |state, failure| Close {
            letter,
            worker,
            state,
            status: told.status,
            failure,
        };
        let ended = match &told.end {
            End::Meant(Some(sight)) => {
                subscribe(tx, (letter, worker), sight).await?;
                close("delivered", None).write(tx).await?
            }
            End::Meant(None) => {
                let ended = close("delivered", None).write(tx).await?;
                if ended.is_some() {
                    unsubscribe(tx, letter.subscription).await?;
                }
                ended
            }
            End::Heard => close("delivered", None).write(tx).await?,
            End::Taken(sight) => {
                let ended = close("delivered", None).write(tx).await?;
                if ended.is_some() {
                    has(tx, letter.subscription, (sight, true)).await?;
                }
                ended
            }
            End::Same(sight) => {
                let ended = close("delivered", None).write(tx).await?;
                if ended.is_some() {
                    has(tx, letter.subscription, (sight, false)).await?;
                }
                None
            }
            End::Over => {
                close("cancelled", Some("the subscription is over"))
                    .write(tx)
                    .await?
            }
            End::Gone => {
                let ended = close(
                    "dead",
                    Some("it answered with status 410: it wants no more"),
                );
                let ended = ended.write(tx).await?;
                if ended.is_some() {
                    unsubscribe(tx, letter.subscription).await?;
                }
                ended
            }
            End::NoFeed => {
                let ended = close("cancelled", Some(NO_FEED)).write(tx).await?;
                if ended.is_some() {
                    unsubscribe(tx, letter.subscription).await?;
                    deny(tx, letter).await?;
                }
                ended
            }
            End::NotMeant(why) => close("dead", Some(why)).write(tx).await?,
            End::Failed {
                failure,
                wish,
                sight,
            } => {
                let next = next(letter, tx.now, *wish)?;
                let ended = match next {
                    Some(next) => again(tx, &close("pending", Some(failure)), next).await?,
                    None => close("dead", Some(failure)).write(tx).await?,
                };
                if ended.is_some() && letter.kind == MessageKind::Content {
                    failed(
                        tx,
                        letter.subscription,
                        sight.as_ref().filter(|_| next.is_none()),
                    )
                    .await?;
                }
                ended
            }
        };
        outcomes.extend(ended);
    }
    Ok(outcomes)
}

fn next(
    letter: &Letter,
    now: DateTime<Utc>,
    wish: Option<TimeDelta>,
) -> Result<Option<DateTime<Utc>>> {
    let random = getrandom::u32().map_err(Error::internal)?;
    let spread = f64::from(random) / f64::from(u32::MAX);
    let times = (letter.first_at, now);
    Ok(letter
        .kind
        .next_attempt(letter.number, times, (spread, wish)))
}

/// The end of a message, or of an attempt.
struct Close<'t> {
    letter: &'t Letter,
    worker: Uuid,
    state: &'static str,
    status: Option<u16>,
    failure: Option<&'t str>,
}

/// A feed that was taken was taken, whoever has the message by now.
const CLOSE: &str = "
    UPDATE newsroom.websub_messages
    SET state = $3, status = $4, failure = $5, lease = NULL, secret = NULL, finished_at = $6
    WHERE id = $1 AND state = 'pending' AND (lease = $2 OR (kind = 'content' AND $3 = 'delivered'))";

const AGAIN: &str = "
    UPDATE newsroom.websub_messages SET next_at = $3, status = $4, failure = $5, lease = NULL
    WHERE id = $1 AND state = 'pending' AND lease = $2";

impl Close<'_> {
    async fn write(&self, tx: &mut Tx) -> Result<Option<Outcome>> {
        let now = tx.now;
        let closed = diesel::sql_query(CLOSE)
            .bind::<SqlUuid, _>(self.letter.id)
            .bind::<SqlUuid, _>(self.worker)
            .bind::<Text, _>(self.state)
            .bind::<Nullable<Integer>, _>(self.status.map(i32::from))
            .bind::<Nullable<Text>, _>(self.failure)
            .bind::<Timestamptz, _>(now);
        let closed = closed.execute(&mut ***tx).await? > 0;
        Ok(closed.then_some(match self.state {
            "delivered" => Outcome::Delivered,
            _ => Outcome::Dead,
        }))
    }
}

async fn again(tx: &mut Tx, close: &Close<'_>, next: DateTime<Utc>) -> Result<Option<Outcome>> {
    let put_off = diesel::sql_query(AGAIN)
        .bind::<SqlUuid, _>(close.letter.id)
        .bind::<SqlUuid, _>(close.worker)
        .bind::<Timestamptz, _>(next)
        .bind::<Nullable<Integer>, _>(close.status.map(i32::from))
        .bind::<Nullable<Text>, _>(close.failure);
    let is_put_off = put_off.execute(&mut ***tx).await? > 0;
    Ok(is_put_off.then_some(Outcome::Failed))
}

/// Who renews goes on with what was sent before; a secret of before signs no more.
const SUBSCRIBE: &str = "
    INSERT INTO newsroom.websub_subscriptions
        (id, line, callback, host, topic, scope_id, secret, lease_until, looked_epoch, looked_seq, sent_digest, created_at, verified_at)
    SELECT m.subscription, m.line, m.callback, m.host, m.topic, m.scope_id, m.secret, $6 + make_interval(secs => m.lease_seconds), $3, $4, $5, $6, $6
    FROM newsroom.websub_messages m WHERE m.id = $1 AND m.lease = $2 AND m.state = 'pending' AND m.kind = 'subscribe'
    ON CONFLICT (id) DO UPDATE
    SET scope_id = excluded.scope_id, secret = excluded.secret, lease_until = excluded.lease_until, verified_at = excluded.verified_at, failing_since = NULL";

async fn subscribe(tx: &mut Tx, (letter, worker): (&Letter, Uuid), sight: &Sight) -> Result<()> {
    let now = tx.now;
    diesel::sql_query(SUBSCRIBE)
        .bind::<SqlUuid, _>(letter.id)
        .bind::<SqlUuid, _>(worker)
        .bind::<Integer, _>(sight.seq.epoch)
        .bind::<BigInt, _>(sight.seq.number)
        .bind::<Binary, _>(&sight.digest)
        .bind::<Timestamptz, _>(now)
        .execute(&mut ***tx)
        .await?;
    Ok(())
}

const REMOVE: &str = "DELETE FROM newsroom.websub_subscriptions WHERE id = $1";

/// Index: `websub_messages_content`.
const CANCEL: &str = "
    UPDATE newsroom.websub_messages SET state = 'cancelled', failure = 'the subscription is over', lease = NULL, finished_at = $2
    WHERE subscription = $1 AND state = 'pending' AND kind = 'content'";

async fn unsubscribe(tx: &mut Tx, subscription: Uuid) -> Result<()> {
    let now = tx.now;
    diesel::sql_query(REMOVE)
        .bind::<SqlUuid, _>(subscription)
        .execute(&mut ***tx)
        .await?;
    diesel::sql_query(CANCEL)
        .bind::<SqlUuid, _>(subscription)
        .bind::<Timestamptz, _>(now)
        .execute(&mut ***tx)
        .await?;
    Ok(())
}

const DENY: &str = "
    INSERT INTO newsroom.websub_messages (id, subscription, line, kind, callback, host, topic, reason, next_at, created_at)
    SELECT $2, m.subscription, m.line, 'denied', m.callback, m.host, m.topic, $3, $4, $4 FROM newsroom.websub_messages m WHERE m.id = $1
    ON CONFLICT DO NOTHING";

async fn deny(tx: &mut Tx, letter: &Letter) -> Result<()> {
    let now = tx.now;
    diesel::sql_query(DENY)
        .bind::<SqlUuid, _>(letter.id)
        .bind::<SqlUuid, _>(Uuid::now_v7())
        .bind::<Text, _>(NO_FEED)
        .bind::<Timestamptz, _>(now)
        .execute(&mut ***tx)
        .await?;
    Ok(())
}

/// As far as it is known then, whatever was looked at meanwhile: the next look begins there.
const HAS: &str = "
    UPDATE newsroom.websub_subscriptions s
    SET looked_epoch = $2, looked_seq = $3, sent_digest = $4, sent_at = CASE WHEN $5 THEN $6 ELSE s.sent_at END,
        failing_since = CASE WHEN $5 THEN NULL ELSE s.failing_since END
    FROM (SELECT id, failing_since FROM newsroom.websub_subscriptions WHERE id = $1 FOR UPDATE) b WHERE s.id = b.id
    RETURNING s.line, b.failing_since IS NOT NULL AND $5 AS was_away";

/// Who is back gets at once what waits for a retry.
const BRING_FORWARD: &str = "
    UPDATE newsroom.websub_messages SET next_at = $2
    WHERE line = $1 AND state = 'pending' AND kind = 'content' AND lease IS NULL AND attempts > 0 AND next_at > $2";

#[derive(QueryableByName)]
struct Back {
    #[diesel(sql_type = SqlUuid)]
    line: Uuid,
    #[diesel(sql_type = Bool)]
    was_away: bool,
}

/// The subscriber has the feed as it was; whether it was sent just now.
async fn has(tx: &mut Tx, id: Uuid, (sight, sent): (&Sight, bool)) -> Result<()> {
    let now = tx.now;
    let back: Vec<Back> = diesel::sql_query(HAS)
        .bind::<SqlUuid, _>(id)
        .bind::<Integer, _>(sight.seq.epoch)
        .bind::<BigInt, _>(sight.seq.number)
        .bind::<Binary, _>(&sight.digest)
        .bind::<Bool, _>(sent)
        .bind::<Timestamptz, _>(now)
        .load(&mut ***tx)
        .await?;
    for back in back.into_iter().filter(|back| back.was_away) {
        diesel::sql_query(BRING_FORWARD)
            .bind::<SqlUuid, _>(back.line)
            .bind::<Timestamptz, _>(now)
            .execute(&mut ***tx)
            .await?;
    }
    Ok(())
}

/// What was given up is not begun again before the feed changes.
const FAILED: &str = "
    UPDATE newsroom.websub_subscriptions
    SET failing_since = coalesce(failing_since, $2), looked_epoch = coalesce($3, looked_epoch), looked_seq = coalesce($4, looked_seq)
    WHERE id = $1";

async fn failed(tx: &mut Tx, id: Uuid, given_up: Option<&Sight>) -> Result<()> {
    let now = tx.now;
    diesel::sql_query(FAILED)
        .bind::<SqlUuid, _>(id)
        .bind::<Timestamptz, _>(now)
        .bind::<Nullable<Integer>, _>(given_up.map(|sight| sight.seq.epoch))
        .bind::<Nullable<BigInt>, _>(given_up.map(|sight| sight.seq.number))
        .execute(&mut ***tx)
        .await?;
    Ok(())
}
