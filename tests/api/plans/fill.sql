-- A publication straight into delivery, without the door: $COUNT articles over fifteen years, skewed as they are.
-- Sections from the largest to the smallest; the last is of the first years alone. Authors and entities likewise; the last of each has nothing.

SELECT setseed(0.25);

CREATE TEMP TABLE definitions AS
SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
FROM pg_index WHERE indrelid IN ('delivery.articles'::regclass, 'delivery.article_authors'::regclass, 'delivery.article_entities'::regclass,
                   'delivery.article_search'::regclass)
  AND NOT indisunique;
DO $$
DECLARE index text;
BEGIN
    FOR index IN SELECT name FROM definitions LOOP EXECUTE 'DROP INDEX ' || index; END LOOP;
END $$;

INSERT INTO delivery.sections (id, seq, slug, name, position)
SELECT md5('section' || n)::uuid, 1, 's' || n, 'S' || n, n FROM generate_series(1, 40) n;

INSERT INTO delivery.authors (id, seq, slug, name, links)
SELECT md5('author' || n)::uuid, 1, 'a' || n, 'A' || n, '[]' FROM generate_series(1, 300) n;

INSERT INTO delivery.entities (id, seq, kind, slug, name, aliases, same_as)
SELECT md5('entity' || n)::uuid, 1,
       CASE WHEN n % 1000 = 999 THEN 'work' WHEN n % 20 = 7 THEN 'event' WHEN n % 10 IN (2, 5) THEN 'organisation' WHEN n % 10 = 3 THEN 'place'
            WHEN n % 10 = 4 THEN 'topic' ELSE 'person' END,
       'e' || n, 'E' || n, '{}', '{}'
FROM generate_series(1, 5000) n;

CREATE TEMP TABLE drawn AS
SELECT n, md5('article' || n)::uuid AS id, random() AS section, random() AS language, random() AS updated, random() AS modified, random() AS later,
       CASE WHEN n % 10 < 3 THEN date_trunc('day', d.at) ELSE date_trunc('milliseconds', d.at) END AS published_at
FROM generate_series(1, $COUNT) n
CROSS JOIN LATERAL (SELECT '2010-01-01T00:00:00Z'::timestamptz + n * (interval '15 years' / $COUNT) AS at) d;

INSERT INTO delivery.articles (
    id, seq, slug, type, language, section_id, headline, standfirst_html, body_html, outline, word_count, reading_minutes, renderer_version,
    donation_mode, translation_of, published_at, last_update_at, fresh_at, modified_at, update_count, updates
)
SELECT d.id, 1, 'n' || n, CASE WHEN n % 500 = 250 THEN 'page' ELSE 'article' END,
       CASE WHEN language < 0.6 THEN 'nl' WHEN language < 0.8 THEN 'en' WHEN language < 0.9 THEN 'de' WHEN language < 0.999 THEN 'nl-BE' ELSE 'fr' END,
       CASE WHEN n < $COUNT / 5 AND n % 10 = 0 THEN md5('section40')::uuid
            WHEN section < 0.97 THEN md5('section' || (1 + floor(38 * power(section, 3))))::uuid END,
       'Headline ' || n, repeat('standfirst ', 20), repeat('body ', 80), '[]', 400, 2, 1, 'inherit',
       CASE WHEN n % 50 = 1 THEN md5('article' || n - 1)::uuid END,
       published_at, u.at, coalesce(u.at, published_at), greatest(u.at, m.at, published_at), (updated < 0.04)::integer, '[]'
FROM drawn d
LEFT JOIN LATERAL (SELECT date_trunc('milliseconds', published_at + later * interval '20 days') AS at) u ON updated < 0.04
LEFT JOIN LATERAL (SELECT date_trunc('milliseconds', published_at + later * interval '40 days') AS at) m ON modified < 0.1;

-- The first author writes most. The tenth from the end writes in the first section alone, the last but one five articles.
INSERT INTO delivery.article_authors (article_id, position, author_id, published_at, fresh_at, modified_at)
SELECT a.id, p.position, p.author_id, p.published_at, p.fresh_at, p.modified_at
FROM (
    SELECT a.id, row_number() OVER (PARTITION BY a.id ORDER BY w.n) AS position, md5('author' || w.n)::uuid AS author_id,
           CASE a.type WHEN 'article' THEN a.published_at END AS published_at, CASE a.type WHEN 'article' THEN a.fresh_at END AS fresh_at,
           CASE a.type WHEN 'article' THEN a.modified_at END AS modified_at
    FROM (SELECT a.*, d.n, random() AS one, random() AS other FROM delivery.articles a JOIN drawn d USING (id)) a
    CROSS JOIN LATERAL (
        SELECT 1 + floor(280 * power(one, 3)) UNION SELECT 1 + floor(280 * power(other, 2)) WHERE other < 0.4
        UNION SELECT 290 WHERE a.section_id = md5('section1')::uuid AND a.n % 17 = 0
        UNION SELECT 299 WHERE a.n % ($COUNT / 5) = 77
    ) w (n)
) p
JOIN delivery.articles a USING (id);

INSERT INTO delivery.article_entities (
    article_id, position, entity_id, relation, published_at, fresh_at, modified_at, language, section_id, kind, leads
)
SELECT a.id, l.position, e.id, 'mentions', p.published_at, p.fresh_at, p.modified_at, p.language, p.section_id, e.kind,
       a.type = 'article' AND l.position = min(l.position) OVER (PARTITION BY a.id, e.kind)
FROM (
    SELECT id, n, row_number() OVER (PARTITION BY id) AS position
    FROM (SELECT DISTINCT d.id, floor(power(4900, random())) AS n FROM drawn d, generate_series(1, 5)
          -- One that stands in the last of all and in no other; one in each month's first; one in a fortnight only.
          UNION SELECT d.id, 4990 FROM drawn d WHERE d.n > $COUNT - $COUNT / 50
          UNION SELECT d.id, 4991 FROM drawn d WHERE d.n % ($COUNT / 180) = 1
          UNION SELECT d.id, 4992 FROM drawn d WHERE d.n BETWEEN $COUNT / 2 AND $COUNT / 2 + $COUNT / 40) k
) l
JOIN delivery.articles a ON a.id = l.id
JOIN delivery.entities e ON e.id = md5('entity' || l.n)::uuid
LEFT JOIN LATERAL (
    SELECT a.published_at, a.fresh_at, a.modified_at, split_part(a.language, '-', 1) AS language, a.section_id
) p ON a.type = 'article';

-- Words from the commonest, which two thirds have, to the rarest.
INSERT INTO delivery.article_search (
    id, slug, type, language, section_id, translation_of, published_at, fresh_at, modified_at, update_count, stemming, vector
)
SELECT a.id, a.slug, a.type, a.language, a.section_id, a.translation_of, a.published_at, a.fresh_at, a.modified_at, a.update_count, 'simple',
       array_to_tsvector(ARRAY(SELECT DISTINCT 'w' || floor(power(4900, random())) FROM generate_series(1, 12) WHERE d.n > 0))
FROM delivery.articles a JOIN drawn d USING (id);

UPDATE delivery.entities e SET article_count = n.count
FROM (SELECT entity_id, count(*) FROM delivery.article_entities WHERE published_at IS NOT NULL GROUP BY entity_id) n WHERE n.entity_id = e.id;

INSERT INTO delivery.slugs (kind, slug, id, current)
SELECT 'section', slug, id, true FROM delivery.sections UNION ALL
SELECT 'author', slug, id, true FROM delivery.authors UNION ALL
SELECT 'entity', slug, id, true FROM delivery.entities UNION ALL
SELECT 'article', slug, id, true FROM delivery.articles;

DO $$
DECLARE index text;
BEGIN
    FOR index IN SELECT definition FROM definitions LOOP EXECUTE index; END LOOP;
END $$;
