//! Authors and entities: public from the moment that something public refers to them.

use uuid::Uuid;

use super::Projection;
use crate::error::Result;

const AUTHORS: &str = "
    WITH gone AS (
        DELETE FROM delivery.authors d
        WHERE d.id = ANY($1) AND NOT EXISTS (SELECT FROM newsroom.authors n WHERE n.id = d.id)
        RETURNING d.id
    ),
    tombs AS (
        INSERT INTO delivery.tombstones (kind, id, seq, withdrawn, deleted_at)
        SELECT 'author', id, $2, false, clock_timestamp() FROM gone
    )
    INSERT INTO delivery.authors (id, seq, slug, name, biography_html, biography_blocks, biography_text, image, links)
    SELECT id, $2, slug, name, biography ->> 'html', biography -> 'blocks', biography ->> 'text', image, links
    FROM newsroom.authors WHERE id = ANY($1)
    ON CONFLICT (id) DO UPDATE SET
        seq = EXCLUDED.seq, slug = EXCLUDED.slug, name = EXCLUDED.name, biography_html = EXCLUDED.biography_html,
        biography_blocks = EXCLUDED.biography_blocks, biography_text = EXCLUDED.biography_text, image = EXCLUDED.image,
        links = EXCLUDED.links";

const ENTITIES: &str = "
    WITH gone AS (
        DELETE FROM delivery.entities d
        WHERE d.id = ANY($1) AND NOT EXISTS (SELECT FROM newsroom.entities n WHERE n.id = d.id)
        RETURNING d.id
    ),
    tombs AS (
        INSERT INTO delivery.tombstones (kind, id, seq, withdrawn, deleted_at)
        SELECT 'entity', id, $2, false, clock_timestamp() FROM gone
    )
    INSERT INTO delivery.entities (id, seq, kind, slug, name, names, aliases, description, same_as, image)
    SELECT id, $2, kind, slug, name, names, aliases, description, same_as, image
    FROM newsroom.entities WHERE id = ANY($1)
    ON CONFLICT (id) DO UPDATE SET
        seq = EXCLUDED.seq, kind = EXCLUDED.kind, slug = EXCLUDED.slug, name = EXCLUDED.name, names = EXCLUDED.names, aliases = EXCLUDED.aliases,
        description = EXCLUDED.description, same_as = EXCLUDED.same_as, image = EXCLUDED.image";

const AUTHOR_SLUGS: &str = "
    WITH now AS (SELECT id, slug FROM delivery.authors WHERE id = ANY($1) AND seq = $2),
    old AS (
        UPDATE delivery.slugs s SET current = false
        FROM now WHERE s.kind = 'author' AND s.id = now.id AND s.slug <> now.slug AND s.current
    )
    INSERT INTO delivery.slugs (kind, slug, id, current)
    SELECT 'author', slug, id, true FROM now
    ON CONFLICT (kind, slug) DO UPDATE SET current = true, id = EXCLUDED.id";

const ENTITY_SLUGS: &str = "
    WITH now AS (SELECT id, slug FROM delivery.entities WHERE id = ANY($1) AND seq = $2),
    old AS (
        UPDATE delivery.slugs s SET current = false
        FROM now WHERE s.kind = 'entity' AND s.id = now.id AND s.slug <> now.slug AND s.current
    )
    INSERT INTO delivery.slugs (kind, slug, id, current)
    SELECT 'entity', slug, id, true FROM now
    ON CONFLICT (kind, slug) DO UPDATE SET current = true, id = EXCLUDED.id";

/// What an entity is found by. Its rows go with it.
const CLEAR_ENTITY_NAMES: &str =
    "DELETE FROM delivery.entity_names WHERE entity_id = ANY($1) AND $2 > 0";

const ENTITY_NAMES: &str = "
    INSERT INTO delivery.entity_names (entity_id, name_key, whole)
    SELECT entity_id, name_key, whole FROM newsroom.entity_names WHERE entity_id = ANY($1) AND $2 > 0";

const PERSON_PATHS: &str = "
    INSERT INTO delivery.old_paths (path, kind, id)
    SELECT path, kind, owner_id FROM newsroom.old_paths WHERE kind IN ('author', 'entity') AND owner_id = ANY($1) AND $2 > 0
    ON CONFLICT (path) DO UPDATE SET kind = EXCLUDED.kind, id = EXCLUDED.id";

/// Old and new slugs of authors and entities.
const SLUG_KEYS: &str =
    "SELECT 'slug:' || kind || ':' || slug AS key FROM delivery.slugs WHERE id = ANY($1)";

impl Projection<'_> {
    pub(super) async fn authors(&mut self, ids: &[Uuid]) -> Result<()> {
        self.shared("author", ids, &[AUTHORS, AUTHOR_SLUGS, PERSON_PATHS])
            .await
    }

    pub(super) async fn entities(&mut self, ids: &[Uuid]) -> Result<()> {
        let statements = [
            ENTITIES,
            CLEAR_ENTITY_NAMES,
            ENTITY_NAMES,
            ENTITY_SLUGS,
            PERSON_PATHS,
        ];
        self.shared("entity", ids, &statements).await
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
        for statement in statements {
            self.execute(statement, ids).await?;
        }
        self.collect_keys(SLUG_KEYS, ids).await
    }
}
