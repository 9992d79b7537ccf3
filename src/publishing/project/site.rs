//! The site and its sections, with the donation links that hang on them. Both are always public.

use uuid::Uuid;

use super::Projection;
use super::cards::Named;
use super::donation_links::Owner;
use super::media::User;
use crate::error::Result;

const SITE: &str = "
    INSERT INTO delivery.site (seq, title, tagline, public_url, paths, default_language, time_zone, about_html, about_blocks,
                               about_text, logo, social_links, copyright, licence, public_text, feeds, robots)
    SELECT $2, title, tagline, public_url, paths, default_language, time_zone, about ->> 'html', about -> 'blocks',
           about ->> 'text', newsroom.public_image(logo), social_links, copyright, licence, public_text, feeds,
           robots
    FROM newsroom.site WHERE $1 IS NOT NULL
    ON CONFLICT (id) DO UPDATE SET
        seq = EXCLUDED.seq, title = EXCLUDED.title, tagline = EXCLUDED.tagline, public_url = EXCLUDED.public_url,
        paths = EXCLUDED.paths, default_language = EXCLUDED.default_language, time_zone = EXCLUDED.time_zone,
        about_html = EXCLUDED.about_html, about_blocks = EXCLUDED.about_blocks, about_text = EXCLUDED.about_text,
        logo = EXCLUDED.logo, social_links = EXCLUDED.social_links, copyright = EXCLUDED.copyright,
        licence = EXCLUDED.licence, public_text = EXCLUDED.public_text, feeds = EXCLUDED.feeds,
        robots = EXCLUDED.robots";

const OLD_ADDRESSES: &str = "
    INSERT INTO delivery.old_addresses (kind, pattern, until)
    SELECT kind, pattern, until FROM newsroom.old_addresses WHERE $1 IS NOT NULL AND $2 > 0
    ON CONFLICT (kind, pattern) DO UPDATE SET until = EXCLUDED.until";

/// What the embargoes have released since, and what refers to that: under the counter's lock, so that whatever is published later is told of by its own change. Of an
/// embargo that was begun anew, nobody has a copy yet. Each step goes along an index, however many the planner thinks there are.
const RELEASES: &str = "
    WITH released AS MATERIALIZED (
        SELECT n.seconds, a.id, coalesce(a.translation_of, a.id) AS family
        FROM newsroom.embargoes n
        JOIN delivery.embargoes d ON d.id = n.id
        CROSS JOIN (VALUES ('article'), ('page')) AS t (type)
        CROSS JOIN LATERAL (
            SELECT o.id, o.translation_of FROM delivery.articles o
            WHERE o.type = t.type AND o.published_at > d.released_until AND o.published_at <= n.released_until OFFSET 0
        ) a
        WHERE $1 IS NOT NULL AND n.released_until > d.released_until
    )
    INSERT INTO delivery.releases (seconds, seq, article_id, refers)
    SELECT seconds, $2, id, bool_and(refers)
    FROM (
        SELECT seconds, id, false AS refers FROM released
        UNION ALL
        SELECT r.seconds, p.article_id, true
        FROM released r CROSS JOIN LATERAL (SELECT k.article_id FROM delivery.article_related k WHERE k.target_id = r.id OFFSET 0) p
        UNION ALL
        SELECT r.seconds, t.id, true
        FROM released r
        CROSS JOIN LATERAL (SELECT k.id FROM delivery.articles k WHERE coalesce(k.translation_of, k.id) = r.family OFFSET 0) t
    ) told
    GROUP BY seconds, id";

const EMBARGOES: &str = "
    INSERT INTO delivery.embargoes (seconds, id, released_until)
    SELECT seconds, id, released_until FROM newsroom.embargoes WHERE $1 IS NOT NULL AND $2 > 0
    ON CONFLICT (seconds) DO UPDATE SET id = EXCLUDED.id, released_until = EXCLUDED.released_until";

const GONE_SECTIONS: &str = "
    DELETE FROM delivery.sections d
    WHERE d.id = ANY($1) AND $2 > 0 AND NOT EXISTS (SELECT FROM newsroom.sections n WHERE n.id = d.id)";

const SECTIONS: &str = "
    INSERT INTO delivery.sections (id, seq, slug, name, names, description, position)
    SELECT id, $2, slug, name, names, description, position FROM newsroom.sections WHERE id = ANY($1)
    ON CONFLICT (id) DO UPDATE SET
        seq = EXCLUDED.seq, slug = EXCLUDED.slug, name = EXCLUDED.name, names = EXCLUDED.names,
        description = EXCLUDED.description, position = EXCLUDED.position";

const SECTION_SLUGS: &str = "
    INSERT INTO delivery.slugs (kind, slug, id, current)
    SELECT s.kind, s.slug, s.owner_id, s.slug = now.slug
    FROM (
        SELECT id, slug FROM newsroom.sections WHERE id = ANY($1)
        UNION ALL
        SELECT id, slug FROM newsroom.removed WHERE kind = 'section' AND id = ANY($1)
    ) now
    JOIN newsroom.slugs s ON s.kind = 'section' AND s.owner_id = now.id AND s.public_since IS NOT NULL
    WHERE now.slug IS NOT NULL AND $2 > 0
    ON CONFLICT (kind, slug) DO UPDATE SET current = EXCLUDED.current, id = EXCLUDED.id";

const SECTION_PATHS: &str = "
    INSERT INTO delivery.old_paths (path, kind, id)
    SELECT path, kind, owner_id FROM newsroom.old_paths WHERE kind = 'section' AND owner_id = ANY($1) AND $2 > 0
    ON CONFLICT (path) DO UPDATE SET kind = EXCLUDED.kind, id = EXCLUDED.id";

impl Projection<'_> {
    pub(super) async fn site(&mut self) -> Result<()> {
        self.keys.push("site".to_owned());
        self.execute(SITE, &[]).await?;
        self.execute(OLD_ADDRESSES, &[]).await?;
        self.embargoes().await?;
        self.using(User::Site, &[Uuid::nil()]).await?;
        self.hang(Owner::Site, &[Uuid::nil()]).await
    }

    /// No answer that is kept is made of these: who reads under an embargo reads for themselves.
    pub(super) async fn embargoes(&mut self) -> Result<()> {
        self.execute(RELEASES, &[]).await?;
        self.execute(EMBARGOES, &[]).await
    }

    pub(super) async fn sections(&mut self, ids: &[Uuid]) -> Result<()> {
        self.renaming(Named::Section, ids).await?;
        let statements = [GONE_SECTIONS, SECTIONS, SECTION_SLUGS, SECTION_PATHS];
        self.shared("section", ids, &statements).await?;
        self.hang(Owner::Section, ids).await
    }
}
