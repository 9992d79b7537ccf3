-- Every version of what is written over: the site, sections, authors, entities and donation links. Kept by triggers, so that whatever writes one keeps it:
-- this version of the program, the one before it during an upgrade, an import, or a hand with psql.

SET LOCAL lock_timeout = '5s';

CREATE TABLE newsroom.kept_versions (
    kind       text           NOT NULL CHECK (kind IN ('site', 'section', 'author', 'entity', 'donation_link')),
    owner_id   uuid           NOT NULL,
    number     integer        NOT NULL CHECK (number > 0),
    content    json           NOT NULL,
    created_at timestamptz(3) NOT NULL,
    key_id     uuid,
    actor      text,
    CONSTRAINT kept_versions_pkey PRIMARY KEY (kind, owner_id, number)
);

-- A time as the API writes it.
CREATE FUNCTION newsroom.rfc3339(at timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- The source of a rich text.
CREATE FUNCTION newsroom.source(rich json) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN rich IS NOT NULL THEN json_build_object('format', rich ->> 'format', 'source', rich ->> 'source') END
$$;

-- What each of these things says now, as an editor would send it, with the donation links that hang on it. A new column that editors write
-- belongs here too, by CREATE OR REPLACE.
CREATE FUNCTION newsroom.present_versions()
RETURNS TABLE (kind text, owner_id uuid, number integer, content json, created_at timestamptz) LANGUAGE sql STABLE AS $$
    SELECT 'site', '00000000-0000-0000-0000-000000000000'::uuid, s.version, json_build_object(
        'title', s.title, 'tagline', s.tagline, 'public_url', s.public_url, 'paths', s.paths, 'default_language', s.default_language,
        'time_zone', s.time_zone, 'about', newsroom.source(s.about), 'logo', s.logo, 'social_links', s.social_links, 'copyright', s.copyright,
        'licence', s.licence, 'public_text', s.public_text, 'checks', s.checks,
        'donation_links', (SELECT coalesce(json_agg(d.link_id ORDER BY d.position), '[]'::json)
                           FROM newsroom.donation_attachments d WHERE d.owner_kind = 'site')), s.modified_at
    FROM newsroom.site s
    UNION ALL
    SELECT 'section', s.id, s.version, json_build_object(
        'slug', s.slug, 'name', s.name, 'names', s.names, 'description', s.description, 'position', s.position,
        'donation_links', (SELECT coalesce(json_agg(d.link_id ORDER BY d.position), '[]'::json)
                           FROM newsroom.donation_attachments d WHERE d.owner_kind = 'section' AND d.owner_id = s.id)), s.modified_at
    FROM newsroom.sections s
    UNION ALL
    SELECT 'author', a.id, a.version, json_build_object(
        'slug', a.slug, 'name', a.name, 'biography', newsroom.source(a.biography), 'image', a.image, 'links', a.links), a.modified_at
    FROM newsroom.authors a
    UNION ALL
    SELECT 'entity', e.id, e.version, json_build_object(
        'kind', e.kind, 'slug', e.slug, 'name', e.name, 'names', e.names, 'aliases', e.aliases, 'description', e.description, 'same_as', e.same_as,
        'image', e.image), e.modified_at
    FROM newsroom.entities e
    UNION ALL
    SELECT 'donation_link', l.id, l.version, json_build_object(
        'provider', l.provider, 'url', l.url, 'bank', l.bank, 'call_to_action', l.call_to_action, 'thank_you', l.thank_you, 'currency', l.currency,
        'suggested_amounts', l.suggested_amounts, 'placement', l.placement, 'from', newsroom.rfc3339(l.active_from),
        'until', newsroom.rfc3339(l.active_until)), l.modified_at
    FROM newsroom.donation_links l
$$;

-- Keeps a row as the version that it now is. Who writes is told by settings of the transaction. An import of a newsroom brings its own versions.
CREATE FUNCTION newsroom.keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('kroniek.versions_come', true) = 'on' THEN
        RETURN NULL;
    END IF;
    INSERT INTO newsroom.kept_versions (kind, owner_id, number, content, created_at, key_id, actor)
    SELECT p.kind, p.owner_id, p.number, p.content, p.created_at,
           nullif(current_setting('kroniek.key', true), '')::uuid, nullif(current_setting('kroniek.actor', true), '')
    FROM newsroom.present_versions() p
    WHERE p.kind = TG_ARGV[0]
      AND p.owner_id = CASE TG_ARGV[0] WHEN 'site' THEN '00000000-0000-0000-0000-000000000000' ELSE NEW.id::text END::uuid
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

-- The versions of a thing go with it, as those of a draft do. One that was merged into another goes on record whole.
CREATE FUNCTION newsroom.forget_versions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner uuid := CASE TG_ARGV[0] WHEN 'site' THEN '00000000-0000-0000-0000-000000000000' ELSE OLD.id::text END::uuid;
BEGIN
    DELETE FROM newsroom.kept_versions k
    WHERE k.kind = TG_ARGV[0] AND k.owner_id = owner AND NOT EXISTS (SELECT FROM newsroom.entity_merges m WHERE m.id = owner);
    RETURN NULL;
END $$;

CREATE FUNCTION newsroom.refuse_kept_version_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'version % of % is immutable', OLD.number, OLD.kind;
END $$;
CREATE TRIGGER immutable BEFORE UPDATE ON newsroom.kept_versions FOR EACH ROW EXECUTE FUNCTION newsroom.refuse_kept_version_change();

CREATE TRIGGER keep_version AFTER INSERT OR UPDATE OF version ON newsroom.site
    FOR EACH ROW EXECUTE FUNCTION newsroom.keep_version('site');
CREATE TRIGGER keep_version AFTER INSERT OR UPDATE OF version ON newsroom.sections
    FOR EACH ROW EXECUTE FUNCTION newsroom.keep_version('section');
CREATE TRIGGER keep_version AFTER INSERT OR UPDATE OF version ON newsroom.authors
    FOR EACH ROW EXECUTE FUNCTION newsroom.keep_version('author');
CREATE TRIGGER keep_version AFTER INSERT OR UPDATE OF version ON newsroom.entities
    FOR EACH ROW EXECUTE FUNCTION newsroom.keep_version('entity');
CREATE TRIGGER keep_version AFTER INSERT OR UPDATE OF version ON newsroom.donation_links
    FOR EACH ROW EXECUTE FUNCTION newsroom.keep_version('donation_link');

CREATE TRIGGER forget_versions AFTER DELETE ON newsroom.site FOR EACH ROW EXECUTE FUNCTION newsroom.forget_versions('site');
CREATE TRIGGER forget_versions AFTER DELETE ON newsroom.sections FOR EACH ROW EXECUTE FUNCTION newsroom.forget_versions('section');
CREATE TRIGGER forget_versions AFTER DELETE ON newsroom.authors FOR EACH ROW EXECUTE FUNCTION newsroom.forget_versions('author');
CREATE TRIGGER forget_versions AFTER DELETE ON newsroom.entities FOR EACH ROW EXECUTE FUNCTION newsroom.forget_versions('entity');
CREATE TRIGGER forget_versions AFTER DELETE ON newsroom.donation_links FOR EACH ROW EXECUTE FUNCTION newsroom.forget_versions('donation_link');

-- What there is now is the first version that is known. Who wrote it stands in the audit.
INSERT INTO newsroom.kept_versions (kind, owner_id, number, content, created_at)
SELECT kind, owner_id, number, content, created_at FROM newsroom.present_versions();

COMMENT ON TABLE  newsroom.kept_versions IS 'Every version of what is written over in its own table. Written by triggers, never changed; goes with the thing.';
COMMENT ON COLUMN newsroom.kept_versions.kind IS 'site, section, author, entity or donation_link.';
COMMENT ON COLUMN newsroom.kept_versions.owner_id IS 'The thing; all zeros for the site. Of an entity that was merged the id that it had.';
COMMENT ON COLUMN newsroom.kept_versions.number IS 'The version of the row, as its ETag names it.';
COMMENT ON COLUMN newsroom.kept_versions.content IS 'What it said, as an editor would send it, rich text as its source; of site and section also the ids of the donation links that hung there.';
COMMENT ON COLUMN newsroom.kept_versions.created_at IS 'When it was written.';
COMMENT ON COLUMN newsroom.kept_versions.key_id IS 'The API key that wrote it; null for the command line, and for what was there before versions were kept.';
COMMENT ON COLUMN newsroom.kept_versions.actor IS 'The person that a shared key wrote for.';
