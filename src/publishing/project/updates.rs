//! Updates of articles, ready to send. Where nothing but these changed, the rest of an article stays as it stands in delivery: a live report has an
//! update every minute, and its text is long.

use uuid::Uuid;

use super::Projection;
use crate::error::Result;
use crate::publishing::card::WRITE;

/// What the updates of the article `a` make of it, as `u`.
macro_rules! updates {
    () => {
        "CROSS JOIN LATERAL (
        SELECT
            max(n.published_at) FILTER (WHERE n.state = 'shown') AS last_update_at,
            count(*)::integer AS update_count,
            count(*) FILTER (WHERE n.state = 'shown' AND t.kind = 'correction')::integer AS correction_count,
            coalesce(json_agg(json_build_object(
                'id', n.id,
                'number', n.number,
                'kind', t.kind,
                'headline', CASE WHEN n.state = 'shown' THEN t.headline END,
                'html', CASE WHEN n.state = 'shown' THEN r.html END,
                'blocks', CASE WHEN n.state = 'shown' THEN r.blocks END,
                'text', CASE WHEN n.state = 'shown' THEN r.text END,
                'author_ids', (SELECT coalesce(json_agg(w.author_id ORDER BY w.position), '[]')
                               FROM newsroom.update_version_authors w WHERE w.version_id = t.id),
                'concerns', CASE WHEN n.state = 'shown' THEN t.concerns END,
                'published_at', to_char(n.published_at, 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'),
                'revised_at', to_char(n.revised_at, 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'),
                'retracted_at', to_char(n.retracted_at, 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'),
                'retraction_reason', n.retraction_reason
            ) ORDER BY n.number), '[]') AS updates
        FROM newsroom.updates n
        JOIN newsroom.update_versions t ON t.update_id = n.id AND t.number = n.version
        CROSS JOIN LATERAL json_to_record(t.body) AS r (html json, blocks json, text json)
        WHERE n.article_id = a.id AND n.state <> 'draft'
    ) u"
    };
}
pub(super) use updates;

/// The articles, and what lists by author and entity are sorted by. A page's rows have none of the dates.
const UPDATED: &str = concat!(
    "WITH written AS (
        UPDATE delivery.articles d
        SET seq = $2, last_update_at = u.last_update_at, fresh_at = coalesce(u.last_update_at, a.published_at), modified_at = a.modified_at,
            update_count = u.update_count, correction_count = u.correction_count, updates = u.updates
        FROM newsroom.articles a ",
    updates!(),
    " WHERE d.id = a.id AND a.id = ANY($1) AND a.status = 'published'
        RETURNING d.id, d.fresh_at, d.modified_at
    ), signed AS (
        UPDATE delivery.article_authors l SET fresh_at = w.fresh_at, modified_at = w.modified_at
        FROM written w WHERE l.article_id = w.id AND l.published_at IS NOT NULL
    ), named AS (
        UPDATE delivery.article_entities l SET fresh_at = w.fresh_at, modified_at = w.modified_at
        FROM written w WHERE l.article_id = w.id AND l.published_at IS NOT NULL
    )
    SELECT FROM written"
);

impl Projection<'_> {
    /// Projects articles of which nothing but updates has changed since they were last projected. Their slugs, their neighbours, their entities and the
    /// lists that they stand in are the same as before.
    pub(super) async fn updated(&mut self, ids: &[Uuid]) -> Result<()> {
        self.keys.push("articles:any".to_owned());
        self.keys
            .extend(ids.iter().map(|id| format!("article:{id}")));
        // Other cards show nothing of an article's updates.
        self.tell(ids).await?;
        let written = self.write_updates(&[UPDATED, &WRITE], ids).await?;
        let is_told = written.authors.is_empty();
        self.follow(written, ids).await?;
        if !is_told {
            self.cards.extend(ids);
        }
        Ok(())
    }
}
