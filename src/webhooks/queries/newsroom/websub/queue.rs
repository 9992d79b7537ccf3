//! What is to be sent to subscribers: to whom something is due, and taking it.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{
    BigInt, Binary, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::{NewsroomConn, fixed};
use crate::error::{Error, Result};
use crate::webhooks::websub::model::{Letter, MessageKind};

/// Index: `websub_messages_due`.
const DUE: &str = "SELECT DISTINCT m.line FROM newsroom.websub_messages m WHERE m.state = 'pending' AND m.next_at <= now()";

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = SqlUuid)]
    line: Uuid,
}

/// The lines on which something is due.
///
/// # Errors
/// The database.
pub async fn due(conn: &mut NewsroomConn) -> Result<Vec<Uuid>> {
    let found: Vec<Line> = fixed(DUE).load(&mut **conn).await?;
    Ok(found.into_iter().map(|row| row.line).collect())
}

/// Index: `websub_messages_due`. What is taken comes due again when the lease ends, for whoever sees it first.
const LEASE: &str = "
    WITH due AS MATERIALIZED (
        SELECT m.id, m.subscription FROM newsroom.websub_messages m
        WHERE m.line = $1 AND m.state = 'pending' AND m.next_at <= now()
        ORDER BY m.next_at, m.id LIMIT $2 FOR UPDATE SKIP LOCKED)
    UPDATE newsroom.websub_messages m
    SET lease = $3, next_at = now() + interval '60 seconds', attempts = m.attempts + 1, first_at = coalesce(m.first_at, now())
    FROM due LEFT JOIN newsroom.websub_subscriptions s ON s.id = due.subscription
    WHERE m.id = due.id
    RETURNING m.id, m.kind, m.subscription, m.callback, m.topic, m.scope_id, m.lease_seconds, m.reason, m.attempts, m.first_at,
              s.secret, s.sent_digest, coalesce(s.lease_until > now(), false) AS holds, now() AS at";

#[derive(QueryableByName)]
struct Leased {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = SqlUuid)]
    subscription: Uuid,
    #[diesel(sql_type = Text)]
    callback: String,
    #[diesel(sql_type = Text)]
    topic: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    scope_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Integer>)]
    lease_seconds: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    reason: Option<String>,
    #[diesel(sql_type = Integer)]
    attempts: i32,
    #[diesel(sql_type = Timestamptz)]
    first_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Binary>)]
    secret: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    sent_digest: Option<Vec<u8>>,
    #[diesel(sql_type = Bool)]
    holds: bool,
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
}

impl Leased {
    fn letter(self) -> Result<Letter> {
        let kind = MessageKind::from_name(&self.kind);
        Ok(Letter {
            id: self.id,
            kind: kind.ok_or_else(|| Error::internal("a message of an unknown kind"))?,
            subscription: self.subscription,
            callback: self.callback,
            topic: self.topic,
            scope: self.scope_id,
            lease_seconds: self.lease_seconds,
            reason: self.reason,
            number: self.attempts,
            first_at: self.first_at,
            at: self.at,
            secret: self.secret,
            has: self.sent_digest.filter(|_| self.holds),
        })
    }
}

/// Takes up to so many messages of a line that are due, for a minute, with what their subscriptions were at that moment.
///
/// # Errors
/// The database.
pub async fn lease(
    conn: &mut NewsroomConn,
    line: Uuid,
    (most, worker): (i64, Uuid),
) -> Result<Vec<Letter>> {
    let leased: Vec<Leased> = diesel::sql_query(LEASE)
        .bind::<SqlUuid, _>(line)
        .bind::<BigInt, _>(most)
        .bind::<SqlUuid, _>(worker)
        .load(&mut **conn)
        .await?;
    leased.into_iter().map(Leased::letter).collect()
}
