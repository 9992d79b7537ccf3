-- What suggestions and the pages of entities are read from.

SET LOCAL lock_timeout = '5s';

ALTER TABLE delivery.article_entities
    ADD COLUMN published_at timestamptz(3),
    ADD COLUMN language     text,
    ADD COLUMN section_id   uuid;
ALTER TABLE delivery.entities ADD COLUMN article_count integer NOT NULL DEFAULT 0;

UPDATE delivery.article_entities l
SET published_at = a.published_at, language = split_part(a.language, '-', 1), section_id = a.section_id
FROM delivery.articles a WHERE a.id = l.article_id AND a.type = 'article';

UPDATE delivery.entities e SET article_count = n.count
FROM (SELECT entity_id, count(*) FROM delivery.article_entities WHERE published_at IS NOT NULL GROUP BY entity_id) n
WHERE n.entity_id = e.id;

CREATE INDEX IF NOT EXISTS article_entities_suggest
    ON delivery.article_entities (entity_id, language, published_at DESC, article_id DESC) INCLUDE (relation, section_id)
    WHERE published_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS article_entities_newest
    ON delivery.article_entities (entity_id, published_at DESC, article_id DESC) WHERE published_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS articles_section_newest
    ON delivery.articles (section_id, split_part(language, '-', 1), published_at DESC, id DESC) WHERE type = 'article';

COMMENT ON COLUMN delivery.article_entities.published_at IS 'When the article was first published; null for a page, which is neither counted nor suggested.';
COMMENT ON COLUMN delivery.article_entities.language IS 'The article''s language without script and region; null for a page.';
COMMENT ON COLUMN delivery.article_entities.section_id IS 'The article''s section, if it has one; null for a page.';
COMMENT ON COLUMN delivery.entities.article_count IS 'How many published articles, without pages, are about it or mention it. Kept by the door as articles come and go; not part of the entity''s seq.';
