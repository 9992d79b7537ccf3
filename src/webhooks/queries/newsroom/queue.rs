//! What is to be sent: who has something due, and taking it.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{
    Array, BigInt, Binary, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::schema::newsroom::webhooks;
use crate::db::{NewsroomConn, fixed};
use crate::error::Result;
use crate::http::metrics::Backlog;
use crate::publishing::Tx;
use crate::webhooks::model::Due;

/// Index: `webhook_deliveries_due`.
const DUE: &str = "
    SELECT w.id FROM newsroom.webhooks w
    WHERE w.enabled AND EXISTS (SELECT 1 FROM newsroom.webhook_deliveries d
                                WHERE d.webhook_id = w.id AND d.state = 'pending' AND NOT d.waits AND d.next_at <= now())";

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// The webhooks that have something due.
///
/// # Errors
/// The database.
pub async fn due(conn: &mut NewsroomConn) -> Result<Vec<Uuid>> {
    let found: Vec<Id> = fixed(DUE).load(&mut **conn).await?;
    Ok(found.into_iter().map(|row| row.id).collect())
}

/// What a worker must know of its webhook.
#[derive(Debug)]
pub struct Endpoint {
    /// The partner under whose contract it is told.
    pub partner: Option<Uuid>,
    /// Where events are sent.
    pub url: String,
    /// Its secret, encrypted.
    pub secret: Vec<u8>,
    /// The one before, encrypted.
    pub previous_secret: Option<Vec<u8>>,
    /// Until when that signs.
    pub previous_until: Option<DateTime<Utc>>,
    /// The first failure since the last success.
    pub failing_since: Option<DateTime<Utc>>,
    /// The time.
    pub now: DateTime<Utc>,
}

/// Index: `webhook_deliveries_due`. What is taken comes due again when the lease ends, for whoever sees it first.
const LEASE: &str = "
    WITH due AS MATERIALIZED (
        SELECT d.id FROM newsroom.webhook_deliveries d
        WHERE d.webhook_id = $1 AND d.state = 'pending' AND NOT d.waits AND d.next_at <= now()
        ORDER BY d.next_at, d.position LIMIT $2 FOR UPDATE SKIP LOCKED)
    UPDATE newsroom.webhook_deliveries d
    SET lease = $3, next_at = now() + interval '60 seconds', attempts = d.attempts + 1, first_at = coalesce(d.first_at, now())
    FROM due, newsroom.webhooks w
    WHERE d.id = due.id AND w.id = d.webhook_id AND w.enabled
    RETURNING d.id, d.epoch, d.seq, d.article_id, d.event, w.partner_id, d.body, d.attempts, d.first_at, d.created_at,
              w.url, w.secret, w.previous_secret, w.previous_until, w.failing_since, date_trunc('milliseconds', now()) AS now";

#[derive(QueryableByName)]
struct Leased {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Nullable<Integer>)]
    epoch: Option<i32>,
    #[diesel(sql_type = Nullable<BigInt>)]
    seq: Option<i64>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    article_id: Option<Uuid>,
    #[diesel(sql_type = Text)]
    event: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    partner_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    body: Option<String>,
    #[diesel(sql_type = Integer)]
    attempts: i32,
    #[diesel(sql_type = Timestamptz)]
    first_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    url: String,
    #[diesel(sql_type = Binary)]
    secret: Vec<u8>,
    #[diesel(sql_type = Nullable<Binary>)]
    previous_secret: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    previous_until: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    failing_since: Option<DateTime<Utc>>,
    #[diesel(sql_type = Timestamptz)]
    now: DateTime<Utc>,
}

impl Leased {
    fn parts(self) -> (Endpoint, Due) {
        let endpoint = Endpoint {
            partner: self.partner_id,
            url: self.url,
            secret: self.secret,
            previous_secret: self.previous_secret,
            previous_until: self.previous_until,
            failing_since: self.failing_since,
            now: self.now,
        };
        let due = Due {
            id: self.id,
            epoch: self.epoch,
            seq: self.seq,
            article_id: self.article_id,
            event: self.event,
            body: self.body,
            number: self.attempts,
            first_at: self.first_at,
            created_at: self.created_at,
        };
        (endpoint, due)
    }
}

/// Takes up to so many deliveries of a webhook that are due, for a minute, and tells what the webhook was at that moment. Nothing is due to one that
/// is disabled.
///
/// # Errors
/// The database.
pub async fn lease(
    conn: &mut NewsroomConn,
    webhook: Uuid,
    (most, worker): (i64, Uuid),
) -> Result<Option<(Endpoint, Vec<Due>)>> {
    let leased: Vec<Leased> = diesel::sql_query(LEASE)
        .bind::<SqlUuid, _>(webhook)
        .bind::<BigInt, _>(most)
        .bind::<SqlUuid, _>(worker)
        .load(&mut **conn)
        .await?;
    // Each row has the same of the webhook.
    let (endpoints, due): (Vec<Endpoint>, Vec<Due>) = leased.into_iter().map(Leased::parts).unzip();
    let endpoint = endpoints.into_iter().next();
    Ok(endpoint.map(|endpoint| (endpoint, due)))
}

const FREEZE: &str = "
    UPDATE newsroom.webhook_deliveries d SET body = f.body
    FROM unnest($1, $2) AS f (id, body)
    WHERE d.id = f.id AND d.lease = $3 AND d.state = 'pending'
    RETURNING d.id";

/// Keeps what is sent, so that every attempt sends the same. Gives those that this worker still has: of others, as of an article that has just
/// been purged, nothing may be sent.
///
/// # Errors
/// The database.
pub async fn freeze(
    conn: &mut NewsroomConn,
    worker: Uuid,
    bodies: &[(Uuid, String)],
) -> Result<Vec<Uuid>> {
    if bodies.is_empty() {
        return Ok(Vec::new());
    }
    let (ids, texts): (Vec<Uuid>, Vec<&str>) =
        bodies.iter().map(|(id, body)| (*id, body.as_str())).unzip();
    let kept: Vec<Id> = diesel::sql_query(FREEZE)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<Text>, _>(texts)
        .bind::<SqlUuid, _>(worker)
        .load(&mut **conn)
        .await?;
    Ok(kept.into_iter().map(|row| row.id).collect())
}

const CANCEL: &str = "
    UPDATE newsroom.webhook_deliveries
    SET state = 'cancelled', note = $3, lease = NULL, finished_at = now()
    WHERE id = ANY ($1) AND lease = $2 AND state = 'pending'";

/// Gives up what can't be told any more, and lets go what waited for it.
///
/// # Errors
/// The database.
pub async fn cancel(
    tx: &mut Tx,
    (webhook, worker): (Uuid, Uuid),
    (ids, note): (&[Uuid], &str),
) -> Result<()> {
    let row = webhooks::table.find(webhook).select(webhooks::id);
    let _: Option<Uuid> = row.for_no_key_update().first(&mut ***tx).await.optional()?;
    diesel::sql_query(CANCEL)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<SqlUuid, _>(worker)
        .bind::<Text, _>(note)
        .execute(&mut ***tx)
        .await?;
    unblock(tx, Some(webhook)).await
}

/// Index: `webhook_deliveries_queue`.
const UNBLOCK: &str = "
    UPDATE newsroom.webhook_deliveries d SET waits = false
    WHERE ($1 IS NULL OR d.webhook_id = $1) AND d.state = 'pending' AND d.waits
      AND NOT EXISTS (SELECT 1 FROM newsroom.webhook_deliveries e
                      WHERE e.webhook_id = d.webhook_id AND e.article_id = d.article_id AND e.state = 'pending' AND e.position < d.position)";

/// Lets go what waits for nothing any more, of one webhook or of all.
///
/// # Errors
/// The database.
pub async fn unblock(conn: &mut NewsroomConn, webhook: Option<Uuid>) -> Result<()> {
    diesel::sql_query(UNBLOCK)
        .bind::<Nullable<SqlUuid>, _>(webhook)
        .execute(&mut **conn)
        .await?;
    Ok(())
}

/// Index: `webhook_deliveries_queue`.
const BACKLOG: &str = "
    SELECT count(d.id) AS pending, coalesce(extract(epoch FROM now() - min(d.created_at)), 0)::bigint AS oldest_seconds,
           (SELECT count(*) FROM newsroom.webhooks WHERE NOT enabled) AS disabled
    FROM newsroom.webhooks w JOIN newsroom.webhook_deliveries d ON d.webhook_id = w.id AND d.state = 'pending'
    WHERE w.enabled";

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    pending: i64,
    #[diesel(sql_type = BigInt)]
    oldest_seconds: i64,
    #[diesel(sql_type = BigInt)]
    disabled: i64,
}

/// What is still to be told.
///
/// # Errors
/// The database.
pub async fn backlog(conn: &mut NewsroomConn) -> Result<Backlog> {
    let counted: Counted = diesel::sql_query(BACKLOG).get_result(&mut **conn).await?;
    Ok(Backlog {
        pending: counted.pending,
        oldest_seconds: counted.oldest_seconds,
        disabled: counted.disabled,
    })
}
