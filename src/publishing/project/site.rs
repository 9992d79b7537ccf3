//! The site and its sections, with the donation links that hang on them. Both are always public.

use uuid::Uuid;

use super::Projection;
use super::donation_links::Owner;
use crate::error::Result;

const SITE: &str = "
    INSERT INTO delivery.site (seq, title, tagline, public_url, paths, default_language, time_zone, about_html, about_blocks,
                               about_text, logo, social_links, copyright, licence, public_text)
    SELECT $2, title, tagline, public_url, paths, default_language, time_zone, about ->> 'html', about -> 'blocks',
           about ->> 'text', logo, social_links, copyright, licence, public_text
    FROM newsroom.site WHERE $1 IS NOT NULL
    ON CONFLICT (id) DO UPDATE SET
        seq = EXCLUDED.seq, title = EXCLUDED.title, tagline = EXCLUDED.tagline, public_url = EXCLUDED.public_url,
        paths = EXCLUDED.paths, default_language = EXCLUDED.default_language, time_zone = EXCLUDED.time_zone,
        about_html = EXCLUDED.about_html, about_blocks = EXCLUDED.about_blocks, about_text = EXCLUDED.about_text,
        logo = EXCLUDED.logo, social_links = EXCLUDED.social_links, copyright = EXCLUDED.copyright,
        licence = EXCLUDED.licence, public_text = EXCLUDED.public_text";

const OLD_ADDRESSES: &str = "
    INSERT INTO delivery.old_addresses (kind, pattern, until)
    SELECT kind, pattern, until FROM newsroom.old_addresses WHERE $1 IS NOT NULL AND $2 > 0
    ON CONFLICT (kind, pattern) DO UPDATE SET until = EXCLUDED.until";

const SECTIONS: &str = "
    WITH gone AS (
        DELETE FROM delivery.sections d
        WHERE d.id = ANY($1) AND NOT EXISTS (SELECT FROM newsroom.sections n WHERE n.id = d.id)
        RETURNING d.id
    ),
    tombs AS (
        INSERT INTO delivery.tombstones (kind, id, seq, withdrawn, deleted_at)
        SELECT 'section', id, $2, false, clock_timestamp() FROM gone
    )
    INSERT INTO delivery.sections (id, seq, slug, name, names, description, position)
    SELECT id, $2, slug, name, names, description, position FROM newsroom.sections WHERE id = ANY($1)
    ON CONFLICT (id) DO UPDATE SET
        seq = EXCLUDED.seq, slug = EXCLUDED.slug, name = EXCLUDED.name, names = EXCLUDED.names,
        description = EXCLUDED.description, position = EXCLUDED.position";

const SECTION_SLUGS: &str = "
    WITH now AS (SELECT id, slug FROM delivery.sections WHERE id = ANY($1) AND seq = $2),
    old AS (
        UPDATE delivery.slugs s SET current = false
        FROM now WHERE s.kind = 'section' AND s.id = now.id AND s.slug <> now.slug AND s.current
    )
    INSERT INTO delivery.slugs (kind, slug, id, current)
    SELECT 'section', slug, id, true FROM now
    ON CONFLICT (kind, slug) DO UPDATE SET current = true, id = EXCLUDED.id";

const SECTION_PATHS: &str = "
    INSERT INTO delivery.old_paths (path, kind, id)
    SELECT path, kind, owner_id FROM newsroom.old_paths WHERE kind = 'section' AND owner_id = ANY($1) AND $2 > 0
    ON CONFLICT (path) DO UPDATE SET kind = EXCLUDED.kind, id = EXCLUDED.id";

impl Projection<'_> {
    pub(super) async fn site(&mut self) -> Result<()> {
        self.keys.push("site".to_owned());
        self.execute(SITE, &[]).await?;
        self.execute(OLD_ADDRESSES, &[]).await?;
        self.hang(Owner::Site, &[Uuid::nil()]).await
    }

    pub(super) async fn sections(&mut self, ids: &[Uuid]) -> Result<()> {
        let statements = [SECTIONS, SECTION_SLUGS, SECTION_PATHS];
        self.shared("section", ids, &statements).await?;
        self.hang(Owner::Section, ids).await
    }
}
