-- Lists of articles by every filter and sort, each a walk along an index. Links carry the dates that lists are sorted by; a page has none of
-- them, as before, and is in no such list.
--
-- Links that a node of the version before writes beside a new one lack the new columns: `kroniek rebuild` after the roll-out fills them in.
-- Both fills below write as many rows as there are links, once.

SET LOCAL lock_timeout = '5s';

ALTER TABLE delivery.article_authors
    ADD COLUMN published_at timestamptz(3),
    ADD COLUMN fresh_at     timestamptz(3),
    ADD COLUMN modified_at  timestamptz(3);
ALTER TABLE delivery.article_entities
    ADD COLUMN fresh_at    timestamptz(3),
    ADD COLUMN modified_at timestamptz(3),
    ADD COLUMN kind        text,
    ADD COLUMN leads       boolean;

UPDATE delivery.article_authors l
SET published_at = a.published_at, fresh_at = a.fresh_at, modified_at = a.modified_at
FROM delivery.articles a WHERE a.id = l.article_id AND a.type = 'article';

UPDATE delivery.article_entities l
SET fresh_at = n.fresh_at, modified_at = n.modified_at, kind = n.kind, leads = n.leads
FROM (
    SELECT k.article_id, k.position, e.kind,
           CASE a.type WHEN 'article' THEN a.fresh_at END AS fresh_at,
           CASE a.type WHEN 'article' THEN a.modified_at END AS modified_at,
           a.type = 'article' AND k.position = min(k.position) OVER (PARTITION BY k.article_id, e.kind) AS leads
    FROM delivery.article_entities k
    JOIN delivery.articles a ON a.id = k.article_id
    JOIN delivery.entities e ON e.id = k.entity_id
) n
WHERE n.article_id = l.article_id AND n.position = l.position;

CREATE INDEX IF NOT EXISTS article_authors_published
    ON delivery.article_authors (author_id, published_at, article_id) WHERE published_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS article_authors_fresh
    ON delivery.article_authors (author_id, fresh_at, article_id) WHERE published_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS article_authors_modified
    ON delivery.article_authors (author_id, modified_at, article_id) WHERE published_at IS NOT NULL;

-- By first publication: article_entities_newest.
CREATE INDEX IF NOT EXISTS article_entities_fresh
    ON delivery.article_entities (entity_id, fresh_at, article_id) WHERE published_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS article_entities_modified
    ON delivery.article_entities (entity_id, modified_at, article_id) WHERE published_at IS NOT NULL;

CREATE INDEX IF NOT EXISTS article_entities_kind_published
    ON delivery.article_entities (kind, published_at, article_id) WHERE leads;
CREATE INDEX IF NOT EXISTS article_entities_kind_fresh
    ON delivery.article_entities (kind, fresh_at, article_id) WHERE leads;
CREATE INDEX IF NOT EXISTS article_entities_kind_modified
    ON delivery.article_entities (kind, modified_at, article_id) WHERE leads;

-- What is in a section or language, by each date. They also do what the two without type did, which go.
CREATE INDEX IF NOT EXISTS articles_of_section_published ON delivery.articles (section_id, published_at, id) INCLUDE (type);
CREATE INDEX IF NOT EXISTS articles_of_section_fresh ON delivery.articles (section_id, fresh_at, id) INCLUDE (type);
CREATE INDEX IF NOT EXISTS articles_of_section_modified ON delivery.articles (section_id, modified_at, id) INCLUDE (type);
CREATE INDEX IF NOT EXISTS articles_of_language_published ON delivery.articles (language, published_at, id) INCLUDE (type);
CREATE INDEX IF NOT EXISTS articles_of_language_fresh ON delivery.articles (language, fresh_at, id) INCLUDE (type);
CREATE INDEX IF NOT EXISTS articles_of_language_modified ON delivery.articles (language, modified_at, id) INCLUDE (type);
DROP INDEX delivery.articles_section_published;
DROP INDEX delivery.articles_language_published;

CREATE INDEX IF NOT EXISTS articles_updated_published ON delivery.articles (type, published_at, id) WHERE update_count > 0;
CREATE INDEX IF NOT EXISTS articles_updated_fresh ON delivery.articles (type, fresh_at, id) WHERE update_count > 0;
CREATE INDEX IF NOT EXISTS articles_updated_modified ON delivery.articles (type, modified_at, id) WHERE update_count > 0;

-- Which articles have a time between their dates: those that stand on one side of it by one date and on the other by another.
CREATE INDEX IF NOT EXISTS articles_span ON delivery.articles USING gist (
    tstzrange(least(published_at, fresh_at, modified_at), greatest(published_at, fresh_at, modified_at), '[]')
) WHERE published_at <> fresh_at OR published_at <> modified_at;

-- A list is walked in its order until the page is full. The planner, who does not know whose list it will be, must think of the longest: of an
-- average one, which is short, it would read and sort all. Told so few values, it takes each to have as many rows as the most common one.
ALTER TABLE delivery.article_authors ALTER COLUMN author_id SET (n_distinct = 20);
ALTER TABLE delivery.article_entities ALTER COLUMN entity_id SET (n_distinct = 20);
ALTER TABLE delivery.articles ALTER COLUMN section_id SET (n_distinct = 10);
ANALYZE delivery.articles, delivery.article_authors, delivery.article_entities;

COMMENT ON COLUMN delivery.article_authors.published_at IS 'When the article was first published; null for a page, which lists by author leave out.';
COMMENT ON COLUMN delivery.article_authors.fresh_at IS 'The article''s newest update, else its first publication; null for a page.';
COMMENT ON COLUMN delivery.article_authors.modified_at IS 'When the article last changed for readers; null for a page.';
COMMENT ON COLUMN delivery.article_entities.fresh_at IS 'The article''s newest update, else its first publication; null for a page.';
COMMENT ON COLUMN delivery.article_entities.modified_at IS 'When the article last changed for readers; null for a page.';
COMMENT ON COLUMN delivery.article_entities.kind IS 'The entity''s kind. Written anew when that changes.';
COMMENT ON COLUMN delivery.article_entities.leads IS 'Whether it is the article''s first link to an entity of its kind: lists by kind walk along these. False for a page.';
