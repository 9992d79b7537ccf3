-- What robots are told at /robots.txt. Nodes of before write the rest of the site and leave this as it is.

SET LOCAL lock_timeout = '5s';

ALTER TABLE newsroom.site ADD COLUMN robots json NOT NULL DEFAULT '{"lines": null, "sitemap": true}';
ALTER TABLE delivery.site ADD COLUMN robots json NOT NULL DEFAULT '{"lines": null, "sitemap": true}';

COMMENT ON COLUMN newsroom.site.robots IS 'What robots.txt says: lines of the publisher''s own in place of those that allow everything (lines), and whether it names the sitemap (sitemap).';
COMMENT ON COLUMN delivery.site.robots IS 'What robots.txt says, as the newsroom has it.';

CREATE OR REPLACE FUNCTION newsroom.present_versions()
RETURNS TABLE (kind text, owner_id uuid, number integer, content json, created_at timestamptz) LANGUAGE sql STABLE AS $$
    SELECT 'site', '00000000-0000-0000-0000-000000000000'::uuid, s.version, json_build_object(
        'title', s.title, 'tagline', s.tagline, 'public_url', s.public_url, 'paths', s.paths, 'default_language', s.default_language,
        'time_zone', s.time_zone, 'about', newsroom.source(s.about), 'logo', s.logo, 'social_links', s.social_links, 'copyright', s.copyright,
        'licence', s.licence, 'public_text', s.public_text, 'checks', s.checks, 'feeds', s.feeds, 'robots', s.robots,
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
