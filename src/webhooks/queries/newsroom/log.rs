//! What webhooks were told.

use diesel::prelude::*;
use diesel::sql_types::{Integer, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::queue::unblock;
use crate::changes::Seq;
use crate::db::NewsroomConn;
use crate::db::schema::newsroom::{webhook_attempts, webhook_deliveries, webhooks};
use crate::error::Result;
use crate::http::cursor::{Position, SortKey};
use crate::publishing::Tx;
use crate::webhooks::model::{Attempt, Delivery, TEST, Webhook};
use crate::webhooks::parameters::DeliveryQuery;

/// A page and one more, the newest first; index: `webhook_deliveries_log`, or `webhook_deliveries_article`.
///
/// # Errors
/// The database.
pub async fn deliveries(
    conn: &mut NewsroomConn,
    webhook: Uuid,
    (asked, after): (&DeliveryQuery, Option<Position>),
) -> Result<Vec<Delivery>> {
    let mut query = webhook_deliveries::table
        .filter(webhook_deliveries::webhook_id.eq(webhook))
        .select(Delivery::as_select())
        .into_boxed();
    if let Some(state) = asked.state {
        query = query.filter(webhook_deliveries::state.eq(state.as_str()));
    }
    if let Some(event) = asked.event {
        query = query.filter(webhook_deliveries::event.eq(event.as_str()));
    }
    if let Some(article) = asked.article {
        query = query.filter(webhook_deliveries::article_id.eq(article.0));
    }
    if let Some(Position {
        key: SortKey::Number(position),
        ..
    }) = after
    {
        query = query.filter(webhook_deliveries::position.lt(position));
    }
    Ok(query
        .order(webhook_deliveries::position.desc())
        .limit(asked.limit.probe())
        .load(&mut **conn)
        .await?)
}

/// One delivery of a webhook.
///
/// # Errors
/// 404; the database.
pub async fn delivery(conn: &mut NewsroomConn, webhook: Uuid, id: Uuid) -> Result<Delivery> {
    let found = webhook_deliveries::table
        .find(id)
        .filter(webhook_deliveries::webhook_id.eq(webhook))
        .select(Delivery::as_select());
    Ok(found.first(&mut **conn).await?)
}

/// The attempts of a delivery, the newest first: a hundred at most, since a target that goes up and down may have more.
///
/// # Errors
/// The database.
pub async fn attempts(conn: &mut NewsroomConn, delivery: Uuid) -> Result<Vec<Attempt>> {
    let own = webhook_attempts::table.filter(webhook_attempts::delivery_id.eq(delivery));
    Ok(own
        .order(webhook_attempts::number.desc())
        .limit(100)
        .select(Attempt::as_select())
        .load(&mut **conn)
        .await?)
}

/// Makes a delivery that tests a locked webhook.
///
/// # Errors
/// The database.
pub async fn test(tx: &mut Tx, webhook: &Webhook) -> Result<Delivery> {
    let made = diesel::insert_into(webhook_deliveries::table)
        .values((
            webhook_deliveries::id.eq(Uuid::now_v7()),
            webhook_deliveries::webhook_id.eq(webhook.id),
            webhook_deliveries::round.eq(webhook.round),
            webhook_deliveries::event.eq(TEST),
            webhook_deliveries::waits.eq(false),
            webhook_deliveries::next_at.eq(tx.now),
            webhook_deliveries::created_at.eq(tx.now),
        ))
        .returning(Delivery::as_returning());
    Ok(made.get_result(&mut ***tx).await?)
}

/// Index: `webhook_deliveries_queue`.
const REPLAY: &str = "
    INSERT INTO newsroom.webhook_deliveries (id, webhook_id, round, epoch, seq, event, article_id, replay_of, waits, next_at, created_at)
    SELECT $2, o.webhook_id, $3, o.epoch, o.seq, o.event, o.article_id, o.id,
           EXISTS (SELECT 1 FROM newsroom.webhook_deliveries e
                   WHERE e.webhook_id = o.webhook_id AND e.article_id = o.article_id AND e.state = 'pending'), $4, $4
    FROM newsroom.webhook_deliveries o WHERE o.id = $1";

/// Makes a delivery of a locked webhook once more, as a new one: what it tells is made anew, as it then is.
///
/// # Errors
/// 404; the database.
pub async fn replay(tx: &mut Tx, webhook: &Webhook, id: Uuid) -> Result<Delivery> {
    let original = delivery(tx, webhook.id, id).await?;
    let (new, now) = (Uuid::now_v7(), tx.now);
    diesel::sql_query(REPLAY)
        .bind::<SqlUuid, _>(original.id)
        .bind::<SqlUuid, _>(new)
        .bind::<Integer, _>(webhook.round)
        .bind::<Timestamptz, _>(now)
        .execute(&mut ***tx)
        .await?;
    delivery(tx, webhook.id, new).await
}

/// Puts a locked webhook back to a change: all that came after it is fanned out again. What was pending of that is cancelled, so that it does not come
/// twice.
///
/// # Errors
/// The database.
pub async fn replay_log(tx: &mut Tx, webhook: &Webhook, since: Seq) -> Result<Webhook> {
    let note = format!("the log was replayed from {since} on");
    let later = webhook_deliveries::table
        .filter(webhook_deliveries::webhook_id.eq(webhook.id))
        .filter(webhook_deliveries::state.eq("pending"))
        .filter(webhook_deliveries::seq.gt(since.number));
    diesel::update(later)
        .set((
            webhook_deliveries::state.eq("cancelled"),
            webhook_deliveries::note.eq(note),
            webhook_deliveries::lease.eq(None::<Uuid>),
            webhook_deliveries::finished_at.eq(tx.now),
        ))
        .execute(&mut ***tx)
        .await?;
    unblock(tx, Some(webhook.id)).await?;
    let moved = diesel::update(webhooks::table.find(webhook.id))
        .set((
            webhooks::cursor_epoch.eq(since.epoch),
            webhooks::cursor_seq.eq(since.number),
            webhooks::round.eq(webhook.round + 1),
        ))
        .returning(Webhook::as_returning());
    Ok(moved.get_result(&mut ***tx).await?)
}

/// Index: `webhook_deliveries_finish`.
const CLEAN: &str = "
    DELETE FROM newsroom.webhook_deliveries WHERE id IN (
        SELECT id FROM newsroom.webhook_deliveries
        WHERE finished_at < now() - make_interval(days => $1) ORDER BY finished_at LIMIT 5000)";

/// Removes some of what has been over for this many days; tells of how many.
///
/// # Errors
/// The database.
pub async fn clean(conn: &mut NewsroomConn, days: i32) -> Result<usize> {
    let clean = diesel::sql_query(CLEAN).bind::<Integer, _>(days);
    Ok(clean.execute(&mut **conn).await?)
}
