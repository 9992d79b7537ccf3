-- What the newsroom must know so that delivery can be told from it alone: what readers know, and what they knew and is no more. And purging.

SET LOCAL lock_timeout = '5s';

CREATE TABLE newsroom.removed (
    kind       text           NOT NULL CHECK (kind IN ('section', 'author', 'entity', 'donation_link', 'article')),
    id         uuid           NOT NULL,
    slug       text,
    removed_at timestamptz(3) NOT NULL,
    PRIMARY KEY (kind, id)
);

-- A rebuild under way: one row, taken away at its end.
CREATE TABLE newsroom.rebuild (
    id       boolean        PRIMARY KEY DEFAULT true CONSTRAINT rebuild_is_one_row CHECK (id),
    program  text           NOT NULL,
    step     text           NOT NULL,
    after_id uuid           NOT NULL,
    begun_at timestamptz(3) NOT NULL
);

ALTER TABLE newsroom.articles ADD COLUMN purged_at timestamptz(3);
CREATE INDEX articles_purged ON newsroom.articles (id) WHERE purged_at IS NOT NULL;
ALTER TABLE newsroom.audit ADD COLUMN reason text;
ALTER TABLE newsroom.donation_links ADD COLUMN public_since timestamptz(3);

-- Until now only delivery knew these.
UPDATE newsroom.slugs s SET public_since = now()
FROM delivery.slugs d WHERE d.kind = s.kind AND d.slug = s.slug AND s.public_since IS NULL;
UPDATE newsroom.donation_links n SET public_since = now()
WHERE EXISTS (SELECT FROM delivery.donation_links d WHERE d.id = n.id)
   OR EXISTS (SELECT FROM delivery.tombstones t WHERE t.kind = 'donation_link' AND t.id = n.id);
INSERT INTO newsroom.removed (kind, id, slug, removed_at)
SELECT t.kind, t.id, s.slug, t.deleted_at
FROM delivery.tombstones t LEFT JOIN delivery.slugs s ON s.kind = t.kind AND s.id = t.id AND s.current
WHERE NOT t.withdrawn;

-- And a tombstone was dated some milliseconds after what it tells of.
UPDATE delivery.tombstones t SET deleted_at = a.withdrawn_at
FROM newsroom.articles a WHERE t.kind = 'article' AND t.withdrawn AND a.id = t.id AND a.status = 'withdrawn';

COMMENT ON TABLE  newsroom.removed IS 'Things that readers knew and that are no more: removed, or purged. Their slugs lead to 410.';
COMMENT ON COLUMN newsroom.removed.kind IS 'section, author, entity, donation_link or article.';
COMMENT ON COLUMN newsroom.removed.id IS 'The id it had.';
COMMENT ON COLUMN newsroom.removed.slug IS 'The slug it had last, if it had one that readers knew.';
COMMENT ON COLUMN newsroom.removed.removed_at IS 'When it was removed.';
COMMENT ON TABLE  newsroom.rebuild IS 'The place of the rebuild under way, so that one that was stopped goes on there.';
COMMENT ON COLUMN newsroom.rebuild.id IS 'Always true: there is one at a time.';
COMMENT ON COLUMN newsroom.rebuild.program IS 'The version of the program that began it; another begins anew.';
COMMENT ON COLUMN newsroom.rebuild.step IS 'What it is at.';
COMMENT ON COLUMN newsroom.rebuild.after_id IS 'The last id that is done in this step.';
COMMENT ON COLUMN newsroom.rebuild.begun_at IS 'When it began.';
COMMENT ON COLUMN newsroom.articles.purged_at IS 'When its texts were erased for good; then only this row is left, for what other articles say of it.';
COMMENT ON COLUMN newsroom.articles.withdrawal_reason IS 'Why it was withdrawn; never shown to readers. Erased by a purge.';
COMMENT ON COLUMN newsroom.audit.reason IS 'Why it was done, where that must be said: of a purge.';
COMMENT ON COLUMN newsroom.donation_links.public_since IS 'Since when readers know it: since it hung on something public while its campaign was running, or it had none.';
COMMENT ON COLUMN newsroom.slugs.public_since IS 'Since when readers know its owner by it; an owner with such a slug is public, or was. Without it, an article gives the slug back when it takes another.';
