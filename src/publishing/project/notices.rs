//! What partners are told of articles that this change takes back or corrects. The slices write it in the newsroom, in the same transaction; here it
//! gets the number of the change, and what the article was until then, by which contracts covered it. Nobody else can see or lock these rows yet.

/// Before the articles are written anew, with whose contracts covered them. What readers had is told of alone, and of withdrawals those that hold at the end of the transaction.
/// Index: `notices_untold`.
pub(super) const TELL: &str = "
    WITH told AS (
        UPDATE newsroom.notices n
        SET epoch = h.epoch, seq = $2, section_id = d.section_id, language = d.language,
            entity_ids = ARRAY(SELECT l.entity_id FROM delivery.article_entities l WHERE l.article_id = d.id ORDER BY l.entity_id),
            held = ARRAY(SELECT e.seconds FROM delivery.embargoes e WHERE e.released_until < d.published_at)
        FROM delivery.head h, delivery.articles d, newsroom.articles a
        WHERE n.article_id = ANY($1) AND n.seq IS NULL AND d.id = n.article_id AND a.id = n.article_id
          AND (n.kind <> 'kill' OR a.status <> 'published')
        RETURNING n.*
    ),
    addressed AS (
        INSERT INTO newsroom.notice_partners (partner_id, notice_id)
        SELECT p.id, t.id FROM told t JOIN newsroom.partners p ON newsroom.covers(p, ROW(t.*)::newsroom.notices)
    )
    INSERT INTO delivery.notices (id, article_id, seq, kind, update_number, text, at)
    SELECT id, article_id, seq, kind, update_number, text, at FROM told";

/// After it: what nobody is to be told. Index: `notices_untold`.
pub(super) const MOOT: &str = "
    DELETE FROM newsroom.notices WHERE article_id = ANY($1) AND seq IS NULL AND $2 > 0";

/// Of articles that are purged nothing is told any more that was written. Index: `notices_article`.
pub(super) const ERASE: &str = "
    UPDATE delivery.notices n SET text = NULL
    FROM newsroom.articles a
    WHERE n.article_id = ANY($1) AND a.id = n.article_id AND a.purged_at IS NOT NULL AND n.text IS NOT NULL AND $2 > 0";
