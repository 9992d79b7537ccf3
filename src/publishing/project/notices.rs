//! What partners are told of articles that this change takes back or corrects. The slices write it in the newsroom, in the same transaction; here it
//! gets the number of the change, what the article was until then, and whom it concerns. Nobody else can see or lock these rows yet.

use uuid::Uuid;

use super::Projection;
use crate::error::Result;

/// Before the articles are written anew. What readers had is told of alone, and of withdrawals those that hold at the end of the transaction; it
/// concerns whose contract covers what the article was, and who had read it, as far as that is written down. Indexes: `notices_untold`,
/// `partner_reads_article`.
const TELL: &str = "
    WITH told AS (
        UPDATE newsroom.notices n
        SET epoch = h.epoch, seq = $2, section_id = d.section_id, language = d.language,
            entity_ids = ARRAY(SELECT l.entity_id FROM delivery.article_entities l WHERE l.article_id = d.id ORDER BY l.entity_id),
            held = ARRAY(SELECT e.seconds FROM delivery.embargoes e WHERE e.released_until < d.published_at)
        FROM delivery.head h, delivery.articles d, newsroom.articles a
        WHERE n.article_id = ANY($1) AND n.seq IS NULL AND d.id = n.article_id AND a.id = n.article_id
          AND (n.kind <> 'kill' OR a.status <> 'published')
        RETURNING n.*
    ), concerned AS (
        SELECT t.id, t.seq, t.at, p.id AS partner_id, false AS has_read
        FROM told t JOIN newsroom.partners p ON newsroom.covers(p, ROW(t.*)::newsroom.notices)
        UNION ALL
        SELECT t.id, t.seq, t.at, r.partner_id, true
        FROM told t JOIN newsroom.partner_reads r ON r.article_id = t.article_id AND (r.first_epoch, r.first_seq) < (t.epoch, t.seq)
    )
    INSERT INTO newsroom.notice_partners (partner_id, notice_id, seq, at, has_read)
    SELECT c.partner_id, c.id, c.seq, c.at, bool_or(c.has_read) FROM concerned c GROUP BY c.partner_id, c.id, c.seq, c.at";

/// After it: what nobody is to be told. Index: `notices_untold`.
const MOOT: &str = "
    DELETE FROM newsroom.notices WHERE article_id = ANY($1) AND seq IS NULL AND $2 > 0";

impl Projection<'_> {
    /// Before articles are written anew: completes what partners are told of them, if there is anything.
    pub(super) async fn tell(&mut self, ids: &[Uuid]) -> Result<()> {
        match self.tells {
            true => self.execute_all(&[TELL, MOOT], ids).await,
            false => Ok(()),
        }
    }
}
