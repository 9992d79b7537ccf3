//! What webhooks were told of an article that is purged: the bodies go, and so does what their targets answered, which may repeat them.

use diesel::sql_types::{Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::error::Result;
use crate::publishing::Tx;

/// Webhooks' rows come before their deliveries', as for everybody who changes what is pending.
const LOCK: &str = "
    SELECT w.id FROM newsroom.webhooks w
    WHERE w.id IN (SELECT d.webhook_id FROM newsroom.webhook_deliveries d WHERE d.article_id = $1)
    ORDER BY w.id FOR NO KEY UPDATE";

/// Index: `webhook_deliveries_article`. In the order of ids, as by who writes down results. Nobody has them any more: what was made to be sent and has
/// not been sent yet is not.
const ERASE: &str = "
    WITH held AS MATERIALIZED (SELECT d.id FROM newsroom.webhook_deliveries d WHERE d.article_id = $1 ORDER BY d.id FOR UPDATE)
    UPDATE newsroom.webhook_deliveries d
    SET body = NULL, lease = NULL,
        next_at = CASE WHEN d.state = 'pending' THEN $2 ELSE d.next_at END,
        state = CASE WHEN d.state = 'pending' AND d.event <> 'article.withdrawn' THEN 'cancelled' ELSE d.state END,
        note = CASE WHEN d.state = 'pending' AND d.event <> 'article.withdrawn' THEN 'the article was purged' ELSE d.note END,
        finished_at = CASE WHEN d.state = 'pending' AND d.event <> 'article.withdrawn' THEN $2 ELSE d.finished_at END
    FROM held WHERE held.id = d.id";

const ERASE_ANSWERS: &str = "
    UPDATE newsroom.webhook_attempts a SET answer = NULL
    FROM newsroom.webhook_deliveries d WHERE d.article_id = $1 AND a.delivery_id = d.id AND a.answer IS NOT NULL";

/// Index: `webhook_deliveries_queue`.
const LET_GO: &str = "
    UPDATE newsroom.webhook_deliveries d SET waits = false
    WHERE d.article_id = $1 AND d.state = 'pending' AND d.waits
      AND NOT EXISTS (SELECT 1 FROM newsroom.webhook_deliveries e
                      WHERE e.webhook_id = d.webhook_id AND e.article_id = d.article_id AND e.state = 'pending' AND e.position < d.position)";

/// Erases it. What has not been told yet is told no more, but that it was withdrawn.
///
/// # Errors
/// 503 when a lock is not to be had in time; the database.
pub async fn erase(tx: &mut Tx, article: Uuid) -> Result<()> {
    let now = tx.now;
    let of_article = |sql| diesel::sql_query(sql).bind::<SqlUuid, _>(article);
    of_article(LOCK).execute(&mut ***tx).await?;
    of_article(ERASE)
        .bind::<Timestamptz, _>(now)
        .execute(&mut ***tx)
        .await?;
    of_article(ERASE_ANSWERS).execute(&mut ***tx).await?;
    of_article(LET_GO).execute(&mut ***tx).await?;
    Ok(())
}
