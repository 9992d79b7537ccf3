//! Entities that were merged. Of the articles that named them only the links change, so that only those are written: however many there are,
//! no text is.

use uuid::Uuid;

use super::Projection;
use super::articles::{COUNT_IN, COUNT_OUT, DEPART, ENTITIES, KEYS, NEW_ENTITIES, STAY};
use crate::error::Result;
use crate::publishing::change::Merge;

/// What readers know among the two; what stays also because they knew what went.
const KNOWN: &str = "
    SELECT id FROM delivery.entities WHERE id = ANY($1)
    UNION
    SELECT into_id FROM newsroom.entity_merges WHERE was_public AND id = ANY($1)";

/// Those that name to readers what went. A draft or a version of before that did is no concern of theirs.
const PUBLISHED: &str = "
    SELECT a.id FROM delivery.articles a
    WHERE a.id = ANY($1) AND EXISTS (
        SELECT FROM delivery.article_entities l JOIN newsroom.entity_merges m ON m.id = l.entity_id WHERE l.article_id = a.id)
    ORDER BY a.id";

const MERGED: &str = "
    INSERT INTO delivery.merged_entities (id, into_id)
    SELECT id, into_id FROM newsroom.entity_merges WHERE was_public AND (id = ANY($1) OR into_id = ANY($1)) AND $2 > 0
    ON CONFLICT (id) DO UPDATE SET into_id = EXCLUDED.into_id";

/// Slugs that are another's now lead to that.
const SLUGS: &str = "
    UPDATE delivery.slugs s SET id = n.owner_id, current = false
    FROM newsroom.slugs n
    WHERE s.kind = 'entity' AND s.id = ANY($1) AND n.kind = s.kind AND n.slug = s.slug AND n.owner_id <> s.id AND $2 > 0";

const CLEAR_LINKS: &str =
    "DELETE FROM delivery.article_entities WHERE article_id = ANY($1) AND $2 > 0";

const CHANGED: &str = "UPDATE delivery.articles SET seq = $2 WHERE id = ANY($1)";

impl Projection<'_> {
    /// Leads readers from what was merged to what it now is, and tells whether they can see any of it.
    pub(super) async fn merged(&mut self, merge: &Merge) -> Result<bool> {
        let published = self.ids(PUBLISHED, &merge.articles).await?;
        if !published.is_empty() {
            self.relinked(&published).await?;
            self.card_links(merge.into, &published).await?;
            self.remark(merge, &published).await?;
        }
        let both = [merge.from, merge.into];
        let known = self.ids(KNOWN, &both).await?;
        if known.is_empty() {
            return Ok(!published.is_empty());
        }
        self.keys
            .extend(both.iter().map(|id| format!("articles:entity:{id}")));
        self.execute(MERGED, &both).await?;
        self.execute(SLUGS, &both).await?;
        self.entities(&known).await?;
        self.execute(COUNT_IN, &published).await?;
        Ok(true)
    }

    /// Leads readers from these, where they were merged, to what they now are.
    pub(super) async fn led_on(&mut self, ids: &[Uuid]) -> Result<()> {
        self.execute(MERGED, ids).await
    }

    /// Writes the links of articles to entities anew. What they come to is counted once it is there.
    async fn relinked(&mut self, ids: &[Uuid]) -> Result<()> {
        self.keys.push("articles:any".to_owned());
        self.collect_keys(KEYS, ids).await?;
        for statement in [DEPART, COUNT_OUT, CLEAR_LINKS, ENTITIES, STAY, CHANGED] {
            self.execute(statement, ids).await?;
        }
        self.collect_keys(KEYS, ids).await?;
        let entities = self.ids(NEW_ENTITIES, ids).await?;
        self.entities(&entities).await
    }
}
