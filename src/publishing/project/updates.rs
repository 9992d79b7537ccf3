//! Updates of articles, ready to send. Where nothing but these changed, the rest of an article stays as it stands in delivery: a live report has an
//! update every minute, and its text is long.

use uuid::Uuid;

use super::Projection;
use crate::error::Result;

/// What readers are told of an update `n` of which `t` is the text, rendered as `r`.
macro_rules! told {
    () => {
        "json_build_object(
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
            )"
    };
}

/// Updates with their texts.
macro_rules! texts {
    () => {
        "newsroom.updates n
        JOIN newsroom.update_versions t ON t.update_id = n.id AND t.number = n.version
        CROSS JOIN LATERAL json_to_record(t.body) AS r (html json, blocks json, text json)"
    };
}

/// What the updates of the article `a` make of it.
macro_rules! all_updates {
    () => {
        concat!(
            "SELECT
            max(n.published_at) FILTER (WHERE n.state = 'shown') AS last_update_at,
            count(*)::integer AS update_count,
            count(*) FILTER (WHERE n.state = 'shown' AND t.kind = 'correction')::integer AS correction_count,
            coalesce(json_agg(",
            told!(),
            " ORDER BY n.number), '[]') AS updates
        FROM ",
            texts!(),
            " WHERE n.article_id = a.id AND n.state <> 'draft'"
        )
    };
}

/// The same, as `u`.
macro_rules! updates {
    () => {
        concat!("CROSS JOIN LATERAL (", all_updates!(), ") u")
    };
}
pub(super) use {all_updates, texts, told, updates};

/// The articles, and what lists by author and entity are sorted by. A page's rows have none of the dates. Where all that came is one more update
/// (`$3`), those that stand there (`o`) are not read from the newsroom again; they are long, and cut by bytes: to count letters takes as long as all else.
pub(super) const UPDATED: &str = concat!(
    "WITH written AS (
        UPDATE delivery.articles d
        SET seq = $2, last_update_at = u.last_update_at, fresh_at = coalesce(u.last_update_at, a.published_at), modified_at = a.modified_at,
            update_count = u.update_count, correction_count = u.correction_count, updates = u.updates
        FROM newsroom.articles a
        JOIN delivery.articles o ON o.id = a.id
        CROSS JOIN LATERAL (
            SELECT $3 AND EXISTS (
                SELECT FROM newsroom.updates n WHERE n.article_id = a.id AND n.number = o.update_count + 1 AND n.state = 'shown'
            ) AND NOT EXISTS (
                SELECT FROM newsroom.updates n WHERE n.article_id = a.id AND n.number > o.update_count + 1
            ) AS one_more OFFSET 0
        ) came
        CROSS JOIN LATERAL (
            SELECT greatest(o.last_update_at, n.published_at) AS last_update_at, n.number AS update_count,
                   o.correction_count + (t.kind = 'correction')::integer AS correction_count,
                   convert_from(rtrim(convert_to(o.updates::text, 'UTF8'), ']'::bytea) || convert_to(concat(CASE WHEN n.number > 1 THEN ', ' END, ",
    told!(),
    ", ']'), 'UTF8'), 'UTF8')::json AS updates
            FROM ",
    texts!(),
    " WHERE came.one_more AND n.article_id = a.id AND n.number = o.update_count + 1
            UNION ALL ",
    all_updates!(),
    " HAVING NOT came.one_more
        ) u
        WHERE d.id = a.id AND a.id = ANY($1) AND a.status = 'published'
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
        let written = self.write_updates(ids).await?;
        let is_told = written.authors.is_empty();
        self.follow(written, ids).await?;
        if !is_told {
            self.cards.extend(ids);
        }
        Ok(())
    }
}
