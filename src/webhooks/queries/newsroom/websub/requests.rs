//! What is asked of the hub, kept until it is known whether it was meant.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::fixed;
use crate::error::{Code, Error, Result};
use crate::publishing::Tx;
use crate::webhooks::websub::model::{Asked, HubMode, MOST, MOST_OF_HOST, line_id};

/// Who asks comes after whoever asked before, so that there are never more than there may be.
const TURN: &str = "SELECT pg_advisory_xact_lock(hashtextextended('requests of websub', 0))";

/// What there is besides this subscription. Index: `websub_messages_request`.
const COUNT: &str = "
    WITH there AS (
        SELECT s.id, s.host FROM newsroom.websub_subscriptions s WHERE s.lease_until > now()
        UNION
        SELECT m.subscription, m.host FROM newsroom.websub_messages m WHERE m.state = 'pending' AND m.kind = 'subscribe')
    SELECT count(*) AS every, count(*) FILTER (WHERE t.host = $2) AS of_host,
           (SELECT count(*) FROM newsroom.websub_messages m
            WHERE m.state = 'pending' AND m.kind <> 'content' AND m.subscription <> $1) AS asked,
           (SELECT count(*) FROM newsroom.websub_messages m
            WHERE m.state = 'pending' AND m.kind <> 'content' AND m.host = $2 AND m.subscription <> $1) AS asked_of_host
    FROM there t WHERE t.id <> $1";

#[derive(QueryableByName)]
struct There {
    #[diesel(sql_type = BigInt)]
    every: i64,
    #[diesel(sql_type = BigInt)]
    of_host: i64,
    #[diesel(sql_type = BigInt)]
    asked: i64,
    #[diesel(sql_type = BigInt)]
    asked_of_host: i64,
}

/// A request takes the place of one of the same subscription that is not confirmed yet. Index: `websub_messages_request`.
const ASK: &str = "
    INSERT INTO newsroom.websub_messages
        (id, subscription, line, kind, callback, host, topic, scope_id, secret, lease_seconds, next_at, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
    ON CONFLICT (subscription) WHERE state = 'pending' AND kind <> 'content' DO UPDATE
    SET kind = excluded.kind, scope_id = excluded.scope_id, secret = excluded.secret, lease_seconds = excluded.lease_seconds, reason = NULL,
        attempts = 0, first_at = NULL, next_at = excluded.next_at, lease = NULL, created_at = excluded.created_at";

/// Keeps a request, for a worker to ask whether it was meant.
///
/// # Errors
/// 409 when there are too many; the database.
pub async fn ask(tx: &mut Tx, asked: &Asked) -> Result<()> {
    fixed(TURN).execute(&mut ***tx).await?;
    tx.take_time().await?;
    let there: There = diesel::sql_query(COUNT)
        .bind::<SqlUuid, _>(asked.subscription)
        .bind::<Text, _>(&asked.host)
        .get_result(&mut ***tx)
        .await?;
    let lease = (asked.mode == HubMode::Subscribe).then_some(asked.lease.0);
    let full = match lease {
        Some(_) if there.every >= MOST => Some("This hub has as many subscriptions as it takes."),
        Some(_) if there.of_host >= MOST_OF_HOST => {
            Some("This host has as many subscriptions as one may have.")
        }
        _ if there.asked >= MOST => Some("This hub has as many requests to confirm as it takes."),
        _ if there.asked_of_host >= MOST_OF_HOST => {
            Some("This host has as many requests that wait to be confirmed as one may have.")
        }
        _ => None,
    };
    if let Some(detail) = full {
        return Err(Error::new(Code::StateConflict, detail));
    }
    let kind = match asked.mode {
        HubMode::Subscribe => "subscribe",
        HubMode::Unsubscribe => "unsubscribe",
    };
    let now = tx.now;
    diesel::sql_query(ASK)
        .bind::<SqlUuid, _>(Uuid::now_v7())
        .bind::<SqlUuid, _>(asked.subscription)
        .bind::<SqlUuid, _>(line_id(&asked.callback))
        .bind::<Text, _>(kind)
        .bind::<Text, _>(&asked.callback)
        .bind::<Text, _>(&asked.host)
        .bind::<Text, _>(&asked.topic)
        .bind::<Nullable<SqlUuid>, _>(asked.scope)
        .bind::<Nullable<Binary>, _>(asked.secret.as_deref())
        .bind::<Nullable<Integer>, _>(lease)
        .bind::<Timestamptz, _>(now)
        .execute(&mut ***tx)
        .await?;
    Ok(())
}
