//! Which feeds are to be looked at, and who is to be sent one.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::changes::Seq;
use crate::db::NewsroomConn;
use crate::error::Result;
use crate::webhooks::websub::model::Sight;

/// A subscriber to whom something is on its way is looked at again when that is over. There are a thousand at most.
const BEHIND: &str = "
    SELECT DISTINCT s.topic, s.scope_id FROM newsroom.websub_subscriptions s
    WHERE s.lease_until > now() AND (s.looked_epoch, s.looked_seq) < ($1, $2)
      AND NOT EXISTS (SELECT 1 FROM newsroom.websub_messages m WHERE m.subscription = s.id AND m.state = 'pending' AND m.kind = 'content')";

#[derive(QueryableByName)]
struct Behind {
    #[diesel(sql_type = Text)]
    topic: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    scope_id: Option<Uuid>,
}

/// The feeds, with what they are of, that were not looked at for some subscriber since this change.
///
/// # Errors
/// The database.
pub async fn behind(conn: &mut NewsroomConn, applied: Seq) -> Result<Vec<(String, Option<Uuid>)>> {
    let behind: Vec<Behind> = diesel::sql_query(BEHIND)
        .bind::<Integer, _>(applied.epoch)
        .bind::<BigInt, _>(applied.number)
        .load(&mut **conn)
        .await?;
    let feeds = behind.into_iter().map(|row| (row.topic, row.scope_id));
    Ok(feeds.collect())
}

/// In the order of ids, as what became of messages is written down, so that the two can't wait for each other.
const SEEN: &str = "
    WITH held AS MATERIALIZED (
        SELECT s.id FROM newsroom.websub_subscriptions s
        WHERE s.topic = $1 AND s.scope_id IS NOT DISTINCT FROM $2 AND s.sent_digest = $3 AND (s.looked_epoch, s.looked_seq) < ($4, $5)
        ORDER BY s.id FOR UPDATE)
    UPDATE newsroom.websub_subscriptions s SET looked_epoch = $4, looked_seq = $5 FROM held WHERE s.id = held.id";

/// A subscriber gets a feed every three seconds at most. Index: `websub_messages_content`, which lets nobody have two.
const TELL: &str = "
    INSERT INTO newsroom.websub_messages (id, subscription, line, kind, callback, host, topic, scope_id, next_at, created_at)
    SELECT gen_random_uuid(), s.id, s.line, 'content', s.callback, s.host, s.topic, s.scope_id, greatest(now(), s.sent_at + interval '3 seconds'), now()
    FROM newsroom.websub_subscriptions s
    WHERE s.topic = $1 AND s.scope_id IS NOT DISTINCT FROM $2 AND s.sent_digest IS DISTINCT FROM $3 AND s.lease_until > now()
    ON CONFLICT DO NOTHING";

/// Has a feed sent to those who do not have it as it is. To those who have a feed that is no more, that is told likewise.
///
/// # Errors
/// The database.
pub async fn announce(
    conn: &mut NewsroomConn,
    (topic, scope): (&str, Option<Uuid>),
    sight: Option<&Sight>,
) -> Result<usize> {
    if let Some(sight) = sight {
        diesel::sql_query(SEEN)
            .bind::<Text, _>(topic)
            .bind::<Nullable<SqlUuid>, _>(scope)
            .bind::<Binary, _>(&sight.digest)
            .bind::<Integer, _>(sight.seq.epoch)
            .bind::<BigInt, _>(sight.seq.number)
            .execute(&mut **conn)
            .await?;
    }
    let told = diesel::sql_query(TELL)
        .bind::<Text, _>(topic)
        .bind::<Nullable<SqlUuid>, _>(scope)
        .bind::<Nullable<Binary>, _>(sight.map(|sight| sight.digest.as_slice()))
        .execute(&mut **conn)
        .await?;
    Ok(told)
}
