//! Authors and entities: public from the moment that something public refers to them.

use diesel::sql_types::{Array, BigInt, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::Projection;
use super::articles::{KEYS, KINDS};
use super::cards::Named;
use super::media::User;
use crate::db::fixed;
use crate::error::Result;

const GONE_AUTHORS: &str = "
    DELETE FROM delivery.authors d
    WHERE d.id = ANY($1) AND $2 > 0 AND NOT EXISTS (
        SELECT FROM newsroom.authors n
        JOIN newsroom.slugs s ON s.kind = 'author' AND s.owner_id = n.id AND s.public_since IS NOT NULL
        WHERE n.id = d.id)";

const AUTHORS: &str = "
    INSERT INTO delivery.authors (id, seq, slug, name, biography_html, biography_blocks, biography_text, image, links)
    SELECT id, $2, slug, name, biography ->> 'html', biography -> 'blocks', biography ->> 'text', newsroom.public_image(image), links
    FROM newsroom.authors n
    WHERE id = ANY($1)
      AND EXISTS (SELECT FROM newsroom.slugs s WHERE s.kind = 'author' AND s.owner_id = n.id AND s.public_since IS NOT NULL)
    ON CONFLICT (id) DO UPDATE SET
        seq = EXCLUDED.seq, slug = EXCLUDED.slug, name = EXCLUDED.name, biography_html = EXCLUDED.biography_html,
        biography_blocks = EXCLUDED.biography_blocks, biography_text = EXCLUDED.biography_text, image = EXCLUDED.image,
        links = EXCLUDED.links";

const GONE_ENTITIES: &str = "
    DELETE FROM delivery.entities d
    WHERE d.id = ANY($1) AND $2 > 0 AND NOT EXISTS (
        SELECT FROM newsroom.entities n
        JOIN newsroom.slugs s ON s.kind = 'entity' AND s.owner_id = n.id AND s.public_since IS NOT NULL
        WHERE n.id = d.id)";

const ENTITIES: &str = "
    INSERT INTO delivery.entities (id, seq, kind, slug, name, names, aliases, description, same_as, image)
    SELECT id, $2, kind, slug, name, names, aliases, description, same_as, newsroom.public_image(image)
    FROM newsroom.entities n
    WHERE id = ANY($1)
      AND EXISTS (SELECT FROM newsroom.slugs s WHERE s.kind = 'entity' AND s.owner_id = n.id AND s.public_since IS NOT NULL)
    ON CONFLICT (id) DO UPDATE SET
        seq = EXCLUDED.seq, kind = EXCLUDED.kind, slug = EXCLUDED.slug, name = EXCLUDED.name, names = EXCLUDED.names, aliases = EXCLUDED.aliases,
        description = EXCLUDED.description, same_as = EXCLUDED.same_as, image = EXCLUDED.image";

/// Articles that name an entity which readers know as of another kind than it now is.
const OF_ANOTHER_KIND: &str = "
    SELECT DISTINCT l.article_id AS id
    FROM newsroom.entities n
    JOIN delivery.entities d ON d.id = n.id AND d.kind <> n.kind
    JOIN delivery.article_entities l ON l.entity_id = n.id
    WHERE n.id = ANY($1)";

/// Every slug that an author ever had in public; of a removed one the last is the current, and leads to its tombstone.
const AUTHOR_SLUGS: &str = "
    INSERT INTO delivery.slugs (kind, slug, id, current)
    SELECT s.kind, s.slug, s.owner_id, s.slug = now.slug
    FROM (
        SELECT id, slug FROM newsroom.authors WHERE id = ANY($1)
        UNION ALL
        SELECT id, slug FROM newsroom.removed WHERE kind = 'author' AND id = ANY($1)
    ) now
    JOIN newsroom.slugs s ON s.kind = 'author' AND s.owner_id = now.id AND s.public_since IS NOT NULL
    WHERE now.slug IS NOT NULL AND $2 > 0
    ON CONFLICT (kind, slug) DO UPDATE SET current = EXCLUDED.current, id = EXCLUDED.id";

const ENTITY_SLUGS: &str = "
    INSERT INTO delivery.slugs (kind, slug, id, current)
    SELECT s.kind, s.slug, s.owner_id, s.slug = now.slug
    FROM (
        SELECT id, slug FROM newsroom.entities WHERE id = ANY($1)
        UNION ALL
        SELECT id, slug FROM newsroom.removed WHERE kind = 'entity' AND id = ANY($1)
    ) now
    JOIN newsroom.slugs s ON s.kind = 'entity' AND s.owner_id = now.id AND s.public_since IS NOT NULL
    WHERE now.slug IS NOT NULL AND $2 > 0
    ON CONFLICT (kind, slug) DO UPDATE SET current = EXCLUDED.current, id = EXCLUDED.id";

/// What an entity is found by. Its rows go with it.
const CLEAR_ENTITY_NAMES: &str =
    "DELETE FROM delivery.entity_names WHERE entity_id = ANY($1) AND $2 > 0";

const ENTITY_NAMES: &str = "
    INSERT INTO delivery.entity_names (entity_id, name_key, whole)
    SELECT n.entity_id, n.name_key, n.whole
    FROM newsroom.entity_names n JOIN delivery.entities e ON e.id = n.entity_id
    WHERE n.entity_id = ANY($1) AND $2 > 0";

const PERSON_PATHS: &str = "
    INSERT INTO delivery.old_paths (path, kind, id)
    SELECT path, kind, owner_id FROM newsroom.old_paths p
    WHERE kind IN ('author', 'entity') AND owner_id = ANY($1) AND $2 > 0
      AND EXISTS (SELECT FROM newsroom.slugs s WHERE s.kind = p.kind AND s.owner_id = p.owner_id AND s.public_since IS NOT NULL)
    ON CONFLICT (path) DO UPDATE SET kind = EXCLUDED.kind, id = EXCLUDED.id";

const TOMBSTONES: &str = "
    INSERT INTO delivery.tombstones (kind, id, seq, withdrawn, deleted_at)
    SELECT kind, id, $2, false, removed_at FROM newsroom.removed WHERE kind = $3 AND id = ANY($1)
    ON CONFLICT (kind, id) DO UPDATE SET seq = EXCLUDED.seq, withdrawn = EXCLUDED.withdrawn, deleted_at = EXCLUDED.deleted_at";

const RECOUNT: &str = "
    UPDATE delivery.entities e SET article_count = (
        SELECT count(*) FROM delivery.article_entities l WHERE l.entity_id = e.id AND l.published_at IS NOT NULL)
    WHERE e.id = ANY($1) AND $2 > 0";

/// The same of all entities at once.
const COUNT_ALL: &str = "
    UPDATE delivery.entities e SET article_count = n.count
    FROM (SELECT entity_id, count(*) FROM delivery.article_entities WHERE published_at IS NOT NULL GROUP BY entity_id) n
    WHERE n.entity_id = e.id AND $1 IS NOT NULL AND $2 > 0";

/// Old and new slugs of authors and entities.
const SLUG_KEYS: &str =
    "SELECT 'slug:' || kind || ':' || slug AS key FROM delivery.slugs WHERE id = ANY($1)";

impl Projection<'_> {
    pub(super) async fn authors(&mut self, ids: &[Uuid]) -> Result<()> {
        self.renaming(Named::Author, ids).await?;
        let statements = [GONE_AUTHORS, AUTHORS, AUTHOR_SLUGS, PERSON_PATHS];
        self.shared("author", ids, &statements).await?;
        self.using(User::Author, ids).await
    }

    pub(super) async fn entities(&mut self, ids: &[Uuid]) -> Result<()> {
        self.kinds(ids).await?;
        self.renaming(Named::Entity, ids).await?;
        let statements = [
            GONE_ENTITIES,
            ENTITIES,
            CLEAR_ENTITY_NAMES,
            ENTITY_NAMES,
            ENTITY_SLUGS,
            PERSON_PATHS,
        ];
        self.shared("entity", ids, &statements).await?;
        self.using(User::Entity, ids).await
    }

    /// Lists by kind change where the kind of an entity does. Its own row still tells the one that it had.
    async fn kinds(&mut self, ids: &[Uuid]) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let articles = self.ids(OF_ANOTHER_KIND, ids).await?;
        if articles.is_empty() {
            return Ok(());
        }
        self.keys.push("articles:any".to_owned());
        self.collect_keys(KEYS, &articles).await?;
        self.execute(KINDS, &articles).await
    }

    /// Counts the articles of these entities, whose rows were written from nothing.
    pub(super) async fn recount(&mut self, ids: &[Uuid]) -> Result<()> {
        self.execute(RECOUNT, ids).await
    }

    /// Counts the articles of all entities, of which none was counted yet.
    pub async fn count_all(&mut self) -> Result<()> {
        self.execute(COUNT_ALL, &[]).await
    }

    /// Tells of those that are no more.
    async fn tombstones(&mut self, kind: &'static str, ids: &[Uuid]) -> Result<()> {
        fixed(TOMBSTONES)
            .bind::<Array<SqlUuid>, _>(ids)
            .bind::<BigInt, _>(self.seq)
            .bind::<Text, _>(kind)
            .execute(self.conn)
            .await?;
        Ok(())
    }

    /// Projects things of one kind, if any, and collects their keys.
    pub(super) async fn shared(
        &mut self,
        kind: &'static str,
        ids: &[Uuid],
        statements: &[&'static str],
    ) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        self.keys.push(format!("{kind}:any"));
        self.keys
            .extend(ids.iter().map(|id| format!("{kind}:{id}")));
        self.execute_all(statements, ids).await?;
        self.tombstones(kind, ids).await?;
        self.collect_keys(SLUG_KEYS, ids).await
    }
}
