//! Updates of articles, ready to send. Where nothing but these changed, the rest of an article stays as it stands in delivery: a live report has an
//! update every minute, and its text is long.

use diesel::sql_types::{Array, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::Projection;
use crate::changes::Seq;
use crate::db::fixed;
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

/// After articles were `written`: what lists by author and entity are sorted by. A page's rows have none of the dates. The links of so many ids (`$1`)
/// are looked for by these: one plan serves all values, and would else read those of all articles.
macro_rules! dated {
    () => {
        "signed AS (
        UPDATE delivery.article_authors l SET fresh_at = w.fresh_at, modified_at = w.modified_at
        FROM written w WHERE l.article_id = ANY($1) AND l.article_id = w.id AND l.published_at IS NOT NULL
    ), named AS (
        UPDATE delivery.article_entities l SET fresh_at = w.fresh_at, modified_at = w.modified_at
        FROM written w WHERE l.article_id = ANY($1) AND l.article_id = w.id AND l.published_at IS NOT NULL
    )
    SELECT FROM written"
    };
}
pub(super) use {all_updates, dated, updates};
pub(in crate::publishing) use {texts, told};

/// The articles with all their updates.
pub(super) const UPDATED: &str = concat!(
    "WITH written AS (
        UPDATE delivery.articles d
        SET seq = h.seq + 1, last_update_at = u.last_update_at, fresh_at = coalesce(u.last_update_at, a.published_at), modified_at = a.modified_at,
            update_count = u.update_count, correction_count = u.correction_count, updates = u.updates
        FROM newsroom.articles a
        CROSS JOIN delivery.head h ",
    updates!(),
    " WHERE d.id = a.id AND a.id = ANY($1) AND a.status = 'published'
        RETURNING d.id, d.fresh_at, d.modified_at
    ), ",
    dated!()
);

impl Projection<'_> {
    /// Projects articles of which nothing but updates has changed since they were last projected. Their slugs, their neighbours, their entities and the
    /// lists that they stand in are the same as before.
    pub(super) async fn updated(&mut self, ids: &[Uuid]) -> Result<()> {
        // Other cards show nothing of an article's updates.
        self.tell(ids).await?;
        self.updates(ids).await?;
        Ok(())
    }

    /// The same without a word to partners, and before the counter is locked: that travels with it.
    pub(super) async fn updates(&mut self, ids: &[Uuid]) -> Result<Seq> {
        self.keys.push("articles:any".to_owned());
        self.keys
            .extend(ids.iter().map(|id| format!("article:{id}")));
        let analysed = self.analysed;
        let (seq, written) = match &analysed.appended {
            Some(one) => self.write_one_more(ids, one).await?,
            None => self.write_updates(ids).await?,
        };
        self.seq = seq.number;
        let is_told = written.authors.is_empty();
        self.follow(written, ids).await?;
        if !is_told {
            self.cards.extend(ids);
        }
        Ok(seq)
    }

    /// Writes all updates of articles, under the counter's lock.
    pub(super) async fn all_updates(&mut self, ids: &[Uuid]) -> Result<()> {
        fixed(UPDATED)
            .bind::<Array<SqlUuid>, _>(ids)
            .execute(self.conn)
            .await?;
        Ok(())
    }
}
