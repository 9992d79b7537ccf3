//! Articles, with their updates ready to send. Names of people and sections stand only in their cards, which `cards.rs` keeps.

use std::collections::HashSet;

use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::future::try_join;
use uuid::Uuid;

use super::donation_links::Owner;
use super::media::User;
use super::updates::{all_updates, texts, told, updates};
use super::{KeyRow, Projection};
use crate::db::fixed;
use crate::error::Result;

/// What an article's answer, and the lists that it stands in, are made of.
pub(in crate::publishing) const KEYS: &str = "
    SELECT v.key
    FROM delivery.articles a
    CROSS JOIN LATERAL (VALUES
        ('article:' || a.id),
        ('slug:article:' || a.slug),
        ('articles:section:' || a.section_id),
        ('articles:language:' || a.language)
    ) AS v (key)
    WHERE a.id = ANY($1) AND v.key IS NOT NULL
    UNION
    SELECT 'articles:author:' || author_id FROM delivery.article_authors WHERE article_id = ANY($1)
    UNION
    SELECT 'articles:entity:' || entity_id FROM delivery.article_entities WHERE article_id = ANY($1)
    UNION
    SELECT 'article:' || article_id FROM delivery.article_related WHERE target_id = ANY($1)
    UNION
    SELECT 'article:' || t.id
    FROM delivery.articles a JOIN delivery.articles t ON coalesce(t.translation_of, t.id) = coalesce(a.translation_of, a.id)
    WHERE a.id = ANY($1)";

/// What these articles are before they are written anew, for partners whose copies have them.
pub(super) const DEPART: &str = "
    INSERT INTO delivery.departures (article_id, seq, section_id, language, entity_ids, held)
    SELECT a.id, $2, a.section_id, a.language,
           ARRAY(SELECT l.entity_id FROM delivery.article_entities l WHERE l.article_id = a.id ORDER BY l.entity_id),
           ARRAY(SELECT e.seconds FROM delivery.embargoes e WHERE e.released_until < a.published_at)
    FROM delivery.articles a
    WHERE a.id = ANY($1)
    ON CONFLICT DO NOTHING";

/// Of those that are the same again, nothing is to be told.
pub(super) const STAY: &str = "
    DELETE FROM delivery.departures d USING delivery.articles a
    WHERE d.article_id = ANY($1) AND d.seq = $2 AND a.id = d.article_id AND a.section_id IS NOT DISTINCT FROM d.section_id
      AND a.language = d.language
      AND d.entity_ids = ARRAY(SELECT l.entity_id FROM delivery.article_entities l WHERE l.article_id = a.id ORDER BY l.entity_id)";

const REMOVE: &str = "DELETE FROM delivery.articles WHERE id = ANY($1) AND $2 > 0";

/// A text is taken apart once (`json_to_record`), not once for each form of it: this is done under the counter's lock.
const INSERT: &str = concat!(
    "
    WITH bodies AS MATERIALIZED (
        SELECT a.id, b.*
        FROM newsroom.articles a
        JOIN newsroom.article_versions v ON v.article_id = a.id AND v.number = a.published_version
        CROSS JOIN LATERAL json_to_record(v.body) AS b (
            html text, blocks json, text text, outline json, word_count integer, reading_minutes integer, renderer_version integer)
        WHERE a.id = ANY($1) AND a.status = 'published'
    ), texts AS (
        INSERT INTO delivery.article_texts (id, body_blocks, body_text)
        SELECT id, blocks, text FROM bodies WHERE text IS NOT NULL
    )
    INSERT INTO delivery.articles (
        id, seq, slug, type, language, section_id, headline,
        standfirst_html, standfirst_blocks, standfirst_text, body_html,
        outline, word_count, reading_minutes, renderer_version,
        image, seo, canonical_url, guid, translation_of, donation_mode,
        published_at, last_update_at, fresh_at, modified_at, update_count, correction_count, updates
    )
    SELECT
        a.id, $2, v.slug, v.type, v.language, v.section_id, v.headline,
        s.html, s.blocks, s.text, b.html,
        coalesce(b.outline, '[]'), coalesce(b.word_count, 0), coalesce(b.reading_minutes, 0), coalesce(b.renderer_version, 0),
        newsroom.public_image(v.image), v.seo, v.canonical_url, a.guid, v.translation_of, v.donation_mode,
        a.published_at, u.last_update_at, coalesce(u.last_update_at, a.published_at), a.modified_at, u.update_count, u.correction_count, u.updates
    FROM bodies b
    JOIN newsroom.articles a ON a.id = b.id
    JOIN newsroom.article_versions v ON v.article_id = a.id AND v.number = a.published_version
    CROSS JOIN LATERAL json_to_record(v.standfirst) AS s (html text, blocks json, text text)
    ",
    updates!()
);

/// A page has none of the dates: lists by author leave it out.
const AUTHORS: &str = "
    INSERT INTO delivery.article_authors (article_id, position, author_id, published_at, fresh_at, modified_at)
    SELECT d.id, l.position, l.author_id, p.published_at, p.fresh_at, p.modified_at
    FROM delivery.articles d
    JOIN newsroom.articles a ON a.id = d.id
    JOIN newsroom.article_versions v ON v.article_id = a.id AND v.number = a.published_version
    JOIN newsroom.article_version_authors l ON l.version_id = v.id
    LEFT JOIN LATERAL (SELECT d.published_at, d.fresh_at, d.modified_at) p ON d.type = 'article'
    WHERE d.id = ANY($1) AND $2 > 0";

/// A page is neither listed, counted nor suggested: it has none of the columns that this is done by.
pub(super) const ENTITIES: &str = "
    INSERT INTO delivery.article_entities (
        article_id, position, entity_id, relation, published_at, fresh_at, modified_at, language, section_id, kind, leads
    )
    SELECT d.id, l.position, l.entity_id, l.relation, p.published_at, p.fresh_at, p.modified_at, p.language, p.section_id, e.kind,
           d.type = 'article' AND l.position = min(l.position) OVER (PARTITION BY d.id, e.kind)
    FROM delivery.articles d
    JOIN newsroom.articles a ON a.id = d.id
    JOIN newsroom.article_versions v ON v.article_id = a.id AND v.number = a.published_version
    JOIN newsroom.article_version_entities l ON l.version_id = v.id
    JOIN newsroom.entities e ON e.id = l.entity_id
    LEFT JOIN LATERAL (
        SELECT d.published_at, d.fresh_at, d.modified_at, split_part(d.language, '-', 1) AS language, d.section_id
    ) p ON d.type = 'article'
    WHERE d.id = ANY($1) AND $2 > 0";

/// All links of articles that name an entity whose kind has changed.
pub(super) const KINDS: &str = "
    UPDATE delivery.article_entities l SET kind = n.kind, leads = n.leads
    FROM (
        SELECT k.article_id, k.position, e.kind,
               k.published_at IS NOT NULL AND k.position = min(k.position) OVER (PARTITION BY k.article_id, e.kind) AS leads
        FROM delivery.article_entities k JOIN newsroom.entities e ON e.id = k.entity_id
        WHERE k.article_id = ANY($1) AND $2 > 0
    ) n
    WHERE n.article_id = l.article_id AND n.position = l.position AND (l.kind, l.leads) IS DISTINCT FROM (n.kind, n.leads)";

/// Articles that go, or are about to be written anew, count no longer for their entities.
pub(super) const COUNT_OUT: &str = "
    UPDATE delivery.entities e SET article_count = e.article_count - n.count
    FROM (SELECT entity_id, count(*) FROM delivery.article_entities
          WHERE article_id = ANY($1) AND published_at IS NOT NULL AND $2 > 0 GROUP BY entity_id) n
    WHERE n.entity_id = e.id";

/// Articles that have been written count for their entities.
pub(super) const COUNT_IN: &str = "
    UPDATE delivery.entities e SET article_count = e.article_count + n.count
    FROM (SELECT entity_id, count(*) FROM delivery.article_entities
          WHERE article_id = ANY($1) AND published_at IS NOT NULL AND $2 > 0 GROUP BY entity_id) n
    WHERE n.entity_id = e.id";

const RELATED: &str = "
    INSERT INTO delivery.article_related (article_id, position, target_id, url, title)
    SELECT a.id, l.position, l.article_id, l.url, l.title
    FROM newsroom.articles a
    JOIN newsroom.article_versions v ON v.article_id = a.id AND v.number = a.published_version
    JOIN newsroom.article_version_related l ON l.version_id = v.id
    WHERE a.id = ANY($1) AND a.status = 'published' AND $2 > 0";

/// Every slug that an article ever had in public stays its own, also after its withdrawal or purge.
const SLUGS: &str = "
    WITH now AS (
        SELECT a.id, v.slug
        FROM newsroom.articles a
        JOIN newsroom.article_versions v ON v.article_id = a.id AND v.number = a.published_version
        WHERE a.id = ANY($1) AND a.purged_at IS NULL AND $2 > 0
        UNION ALL
        SELECT r.id, r.slug FROM newsroom.removed r
        WHERE r.kind = 'article' AND r.id = ANY($1)
          AND NOT EXISTS (SELECT FROM newsroom.articles a WHERE a.id = r.id AND a.purged_at IS NULL AND a.status <> 'draft')
    )
    INSERT INTO delivery.slugs (kind, slug, id, current)
    SELECT 'article', s.slug, now.id, s.slug = now.slug
    FROM now JOIN newsroom.slugs s ON s.kind = 'article' AND s.owner_id = now.id AND s.public_since IS NOT NULL
    ON CONFLICT (kind, slug) DO UPDATE SET current = EXCLUDED.current, id = EXCLUDED.id";

const OLD_PATHS: &str = "
    INSERT INTO delivery.old_paths (path, kind, id)
    SELECT p.path, p.kind, p.owner_id
    FROM newsroom.old_paths p JOIN newsroom.articles a ON a.id = p.owner_id AND a.status <> 'draft'
    WHERE p.kind = 'article' AND p.owner_id = ANY($1) AND $2 > 0
    ON CONFLICT (path) DO UPDATE SET kind = EXCLUDED.kind, id = EXCLUDED.id";

/// A withdrawn or purged article answers 410, as the newsroom tells; one that is published again no longer.
const TOMBSTONES: &str = "
    WITH back AS (
        DELETE FROM delivery.tombstones t USING newsroom.articles a
        WHERE t.kind = 'article' AND t.id = a.id AND a.id = ANY($1) AND a.status = 'published'
    )
    INSERT INTO delivery.tombstones (kind, id, seq, withdrawn, deleted_at)
    SELECT 'article', gone.id, $2, gone.withdrawn, gone.at
    FROM (
        SELECT a.id, true AS withdrawn, a.withdrawn_at AS at
        FROM newsroom.articles a WHERE a.id = ANY($1) AND a.status = 'withdrawn' AND a.purged_at IS NULL
        UNION ALL
        SELECT r.id, false, r.removed_at
        FROM newsroom.removed r WHERE r.kind = 'article' AND r.id = ANY($1)
          AND NOT EXISTS (SELECT FROM newsroom.articles a WHERE a.id = r.id AND a.purged_at IS NULL AND a.status <> 'draft')
    ) gone
    ON CONFLICT (kind, id) DO UPDATE SET seq = EXCLUDED.seq, withdrawn = EXCLUDED.withdrawn, deleted_at = EXCLUDED.deleted_at";

pub(super) const NEW_AUTHORS: &str = "
    SELECT DISTINCT l.author_id AS id
    FROM (
        SELECT author_id FROM delivery.article_authors WHERE article_id = ANY($1)
        UNION ALL
        SELECT w.author_id
        FROM delivery.articles a
        JOIN newsroom.updates n ON n.article_id = a.id AND n.state <> 'draft'
        JOIN newsroom.update_versions t ON t.update_id = n.id AND t.number = n.version
        JOIN newsroom.update_version_authors w ON w.version_id = t.id
        WHERE a.id = ANY($1)
    ) l
    WHERE NOT EXISTS (SELECT FROM delivery.authors d WHERE d.id = l.author_id)";

pub(super) const NEW_ENTITIES: &str = "
    SELECT DISTINCT l.entity_id AS id FROM delivery.article_entities l
    WHERE l.article_id = ANY($1) AND NOT EXISTS (SELECT FROM delivery.entities d WHERE d.id = l.entity_id)";

/// How these articles stand to others: whether readers see each at all, and its group of translations.
pub(super) const STANDING: &str =
    "SELECT id, coalesce(translation_of, id) AS family FROM delivery.articles WHERE id = ANY($1)";

/// Copies of articles refer to others that readers see: where one comes or goes, those that pick it, and where a group of translations ($3) does,
/// its others, are written by this change too, though of them nothing else is.
const REFERRING: &str = "
    UPDATE delivery.articles a SET seq = $2
    FROM (
        SELECT article_id AS id FROM delivery.article_related WHERE target_id = ANY($1)
        UNION
        SELECT t.id FROM delivery.articles t WHERE coalesce(t.translation_of, t.id) = ANY($3)
    ) r
    WHERE a.id = r.id AND a.seq < $2";

#[derive(QueryableByName, PartialEq, Eq, Hash, Clone, Copy)]
pub(super) struct Stood {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    family: Uuid,
}

impl Projection<'_> {
    /// Collects the keys of articles, and tells how they stand.
    async fn keys_and_standing(&mut self, ids: &[Uuid]) -> Result<HashSet<Stood>> {
        let mut conn: &AsyncPgConnection = self.conn;
        let keys = fixed(KEYS)
            .bind::<Array<SqlUuid>, _>(ids)
            .load::<KeyRow>(&mut conn);
        let standing = fixed(STANDING)
            .bind::<Array<SqlUuid>, _>(ids)
            .load::<Stood>(&mut conn);
        let (keys, standing) = try_join(keys, standing).await?;
        self.keys.extend(keys.into_iter().map(|row| row.key));
        Ok(standing.into_iter().collect())
    }

    /// Marks what refers to articles that have come, gone or joined another group since they stood so.
    async fn referring(&mut self, before: &HashSet<Stood>, after: &HashSet<Stood>) -> Result<()> {
        let moved: Vec<Stood> = before.symmetric_difference(after).copied().collect();
        if moved.is_empty() {
            return Ok(());
        }
        let ids: Vec<Uuid> = moved.iter().map(|stood| stood.id).collect();
        let families: Vec<Uuid> = moved.iter().map(|stood| stood.family).collect();
        fixed(REFERRING)
            .bind::<Array<SqlUuid>, _>(ids)
            .bind::<BigInt, _>(self.seq)
            .bind::<Array<SqlUuid>, _>(families)
            .execute(self.conn)
            .await?;
        Ok(())
    }

    pub(super) async fn articles(&mut self, ids: &[Uuid]) -> Result<()> {
        let since = self.keys.len();
        self.keys.push("articles:any".to_owned());
        self.keys
            .extend(ids.iter().map(|id| format!("article:{id}")));
        self.tell(ids).await?;
        let before = self.keys_and_standing(ids).await?;
        let written = [
            DEPART, COUNT_OUT, REMOVE, INSERT, AUTHORS, ENTITIES, STAY, RELATED, SLUGS, OLD_PATHS,
            TOMBSTONES,
        ];
        let written = self.write_articles(&written, ids).await?;
        self.referring(&before, &written.standing).await?;
        self.card_keys(since);
        self.follow(written, ids).await?;
        self.execute(COUNT_IN, ids).await?;
        self.hang(Owner::Article, ids).await
    }

    /// Writes articles of which nothing is there yet, while all that they name is; but not what they are searched by, nor counts them. Those that
    /// refer to each other are seen together, at the transaction's end: none is written again for the coming of another.
    pub(super) async fn first_articles(&mut self, ids: &[Uuid]) -> Result<()> {
        self.keys.push("articles:any".to_owned());
        self.keys
            .extend(ids.iter().map(|id| format!("article:{id}")));
        let written = [
            INSERT, AUTHORS, ENTITIES, RELATED, SLUGS, OLD_PATHS, TOMBSTONES,
        ];
        self.execute_all(&written, ids).await?;
        self.using(User::Article, ids).await?;
        self.collect_keys(KEYS, ids).await?;
        self.hang(Owner::Article, ids).await
    }
}
