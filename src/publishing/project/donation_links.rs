//! Donation links. One is in delivery while its campaign is running, or it has none, and it hangs on something public; then so is every place
//! that it hangs on, and nothing of any other is. What stands there depends on the newsroom's rows alone, not on the clock: the scheduler
//! writes them when a campaign begins and ends.

use diesel::sql_types::{Array, BigInt, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{IdRow, KeyRow, Projection};
use crate::db::fixed;
use crate::error::Result;
use crate::publishing::card::{READY_ON_SECTIONS, READY_ON_SITE};

/// What links hang on.
#[derive(Debug, Clone, Copy)]
pub(super) enum Owner {
    Article,
    Section,
    Site,
}

impl Owner {
    /// Takes everything off the owners and gives it.
    fn clear(self) -> &'static str {
        match self {
            Self::Article => {
                "DELETE FROM delivery.donation_attachments WHERE scope = 1 AND owner_id = ANY($1) RETURNING link_id AS id"
            }
            Self::Section => {
                "DELETE FROM delivery.donation_attachments WHERE scope = 2 AND owner_id = ANY($1) RETURNING link_id AS id"
            }
            Self::Site => {
                "DELETE FROM delivery.donation_attachments WHERE scope = 3 AND owner_id = ANY($1) RETURNING link_id AS id"
            }
        }
    }

    /// Hangs on the owners what hangs there now and is running, and gives it.
    fn hang(self) -> &'static str {
        match self {
            Self::Article => HANG_ON_ARTICLES,
            Self::Section => HANG_ON_SECTIONS,
            Self::Site => HANG_ON_SITE,
        }
    }
}

const HANG_ON_ARTICLES: &str = "
    INSERT INTO delivery.donation_attachments (scope, owner_id, position, link_id)
    SELECT 1, a.id, l.position, l.link_id
    FROM newsroom.articles a
    JOIN newsroom.article_versions v ON v.article_id = a.id AND v.number = a.published_version
    JOIN newsroom.article_version_donation_links l ON l.version_id = v.id
    JOIN newsroom.donation_links n ON n.id = l.link_id AND n.phase = 'running'
    WHERE a.id = ANY($1) AND a.status = 'published' AND v.donation_mode = 'own'
    RETURNING link_id AS id";

const HANG_ON_SECTIONS: &str = "
    INSERT INTO delivery.donation_attachments (scope, owner_id, position, link_id)
    SELECT 2, a.owner_id, a.position, a.link_id
    FROM newsroom.donation_attachments a
    JOIN newsroom.donation_links n ON n.id = a.link_id AND n.phase = 'running'
    WHERE a.owner_kind = 'section' AND a.owner_id = ANY($1)
    RETURNING link_id AS id";

const HANG_ON_SITE: &str = "
    INSERT INTO delivery.donation_attachments (scope, owner_id, position, link_id)
    SELECT 3, a.owner_id, a.position, a.link_id
    FROM newsroom.donation_attachments a
    JOIN newsroom.donation_links n ON n.id = a.link_id AND n.phase = 'running'
    WHERE a.owner_kind = 'site' AND a.owner_id = ANY($1)
    RETURNING link_id AS id";

/// Links that hang on something public and are not in delivery, or the other way about.
const MISPLACED: &str = "
    SELECT DISTINCT c.id FROM unnest($1) AS c (id)
    WHERE EXISTS (SELECT FROM delivery.donation_links l WHERE l.id = c.id)
       <> EXISTS (SELECT FROM delivery.donation_attachments d WHERE d.link_id = c.id)";

/// Takes the links that are not running off everything, and hangs those that run and are not in delivery on all that they hang on. What they
/// hang on changes by that, and is written by this change too; its keys are given.
const BEGIN_AND_END: &str = "
    WITH off AS (
        DELETE FROM delivery.donation_attachments d
        WHERE d.link_id = ANY($1) AND NOT EXISTS (SELECT FROM newsroom.donation_links n WHERE n.id = d.link_id AND n.phase = 'running')
        RETURNING d.scope, d.owner_id
    ),
    beginning AS (
        SELECT n.id FROM newsroom.donation_links n
        WHERE n.id = ANY($1) AND n.phase = 'running' AND NOT EXISTS (SELECT FROM delivery.donation_links l WHERE l.id = n.id)
    ),
    hanging AS (
        SELECT CASE a.owner_kind WHEN 'section' THEN 2 ELSE 3 END AS scope, a.owner_id, a.position, a.link_id
        FROM newsroom.donation_attachments a JOIN beginning b ON b.id = a.link_id
        UNION ALL
        SELECT 1, a.id, l.position, l.link_id
        FROM newsroom.article_version_donation_links l
        JOIN beginning b ON b.id = l.link_id
        JOIN newsroom.article_versions v ON v.id = l.version_id AND v.donation_mode = 'own'
        JOIN newsroom.articles a ON a.id = v.article_id AND a.published_version = v.number AND a.status = 'published'
    ),
    on_now AS (
        INSERT INTO delivery.donation_attachments (scope, owner_id, position, link_id)
        SELECT scope, owner_id, position, link_id FROM hanging
        ON CONFLICT (scope, owner_id, position) DO NOTHING
        RETURNING scope, owner_id
    ),
    owners AS (SELECT * FROM off UNION SELECT * FROM on_now),
    site AS (UPDATE delivery.site SET seq = $2 WHERE EXISTS (SELECT FROM owners WHERE scope = 3)),
    sections AS (UPDATE delivery.sections s SET seq = $2 FROM owners o WHERE o.scope = 2 AND o.owner_id = s.id),
    articles AS (UPDATE delivery.articles a SET seq = $2 FROM owners o WHERE o.scope = 1 AND o.owner_id = a.id)
    SELECT 'article:' || owner_id AS key FROM owners WHERE scope = 1
    UNION SELECT 'section:' || owner_id FROM owners WHERE scope = 2
    UNION SELECT 'section:any' FROM owners WHERE scope = 2
    UNION SELECT 'site' FROM owners WHERE scope = 3";

/// Writes the links that run and hang on something public, and takes the others away; gives those that are there, or were and their readers are
/// to learn that they are no more.
const LINKS: &str = "
    WITH shown AS (
        SELECT n.* FROM newsroom.donation_links n
        WHERE n.id = ANY($1) AND n.phase = 'running' AND EXISTS (SELECT FROM delivery.donation_attachments d WHERE d.link_id = n.id)
    ),
    gone AS (
        DELETE FROM delivery.donation_links d
        WHERE d.id = ANY($1) AND NOT EXISTS (SELECT FROM shown s WHERE s.id = d.id)
        RETURNING d.id
    ),
    tombs AS (
        INSERT INTO delivery.tombstones AS t (kind, id, seq, withdrawn, deleted_at)
        SELECT 'donation_link', n.id, $2, true, clock_timestamp()
        FROM newsroom.donation_links n
        WHERE n.id = ANY($1) AND n.public_since IS NOT NULL AND NOT EXISTS (SELECT FROM shown s WHERE s.id = n.id)
        UNION ALL
        SELECT r.kind, r.id, $2, false, r.removed_at FROM newsroom.removed r WHERE r.kind = 'donation_link' AND r.id = ANY($1)
        ON CONFLICT (kind, id) DO UPDATE SET seq = EXCLUDED.seq, withdrawn = EXCLUDED.withdrawn, deleted_at = EXCLUDED.deleted_at
            WHERE t.withdrawn <> EXCLUDED.withdrawn
        RETURNING id
    ),
    back AS (
        DELETE FROM delivery.tombstones t USING shown s WHERE t.kind = 'donation_link' AND t.id = s.id
    ),
    written AS (
        INSERT INTO delivery.donation_links (id, seq, provider, url, bank, call_to_action, thank_you, currency, suggested_amounts, placement)
        SELECT id, $2, provider, url, bank, call_to_action, thank_you, currency, suggested_amounts, placement FROM shown
        ON CONFLICT (id) DO UPDATE SET
            seq = EXCLUDED.seq, provider = EXCLUDED.provider, url = EXCLUDED.url, bank = EXCLUDED.bank,
            call_to_action = EXCLUDED.call_to_action, thank_you = EXCLUDED.thank_you, currency = EXCLUDED.currency,
            suggested_amounts = EXCLUDED.suggested_amounts, placement = EXCLUDED.placement
        RETURNING id
    )
    SELECT id FROM gone UNION SELECT id FROM written UNION SELECT id FROM tombs";

impl Projection<'_> {
    /// After all is written: what hangs on the site and on sections, ready to be shown.
    pub(super) async fn write_hung(&mut self) -> Result<()> {
        if self.hung {
            self.execute(&READY_ON_SITE, &[]).await?;
            self.execute(&READY_ON_SECTIONS, &[]).await?;
        }
        Ok(())
    }

    /// Projects what hangs on these owners, and the links that come into delivery or leave it by that.
    pub(super) async fn hang(&mut self, owner: Owner, ids: &[Uuid]) -> Result<()> {
        self.hung |= !matches!(owner, Owner::Article);
        let [off, on] = self.ids_of_all([owner.clear(), owner.hang()], ids).await?;
        let links = [off, on].concat();
        if links.is_empty() {
            return Ok(());
        }
        let misplaced = self.ids(MISPLACED, &links).await?;
        self.donation_links(&misplaced).await?;
        Ok(())
    }

    /// Projects these links with the places that they hang on, and tells whether readers know any of them, before or after.
    pub(super) async fn donation_links(&mut self, ids: &[Uuid]) -> Result<bool> {
        if ids.is_empty() {
            return Ok(false);
        }
        self.hung = true;
        let owners: Vec<KeyRow> = fixed(BEGIN_AND_END)
            .bind::<Array<SqlUuid>, _>(ids)
            .bind::<BigInt, _>(self.seq)
            .load(self.conn)
            .await?;
        let known: Vec<IdRow> = fixed(LINKS)
            .bind::<Array<SqlUuid>, _>(ids)
            .bind::<BigInt, _>(self.seq)
            .load(self.conn)
            .await?;
        if known.is_empty() {
            return Ok(false);
        }
        self.keys.push("donation_link:any".to_owned());
        self.keys.extend(owners.into_iter().map(|row| row.key));
        let links = known.iter().map(|row| format!("donation_link:{}", row.id));
        self.keys.extend(links);
        Ok(true)
    }
}
