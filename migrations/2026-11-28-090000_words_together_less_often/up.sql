-- To put words of updates together with those of their article costs about half as much as the update. Where many come, that is done for a dozen of them at once;
-- searches, which find ever more of them apart, put together those of such articles alone whose updates have a word that is asked for.

SET LOCAL lock_timeout = '5s';

CREATE VIEW delivery.article_words_apart AS
    SELECT b.id, s.slug, s.type, s.language, s.section_id, s.translation_of, s.published_at, s.fresh_at, s.modified_at, s.update_count, s.stemming,
           w.vector, b.vectors AS apart
    FROM delivery.appended_words b
    -- The planner knows little of a table that is mostly empty: the articles are to be got by their keys, one after the other.
    CROSS JOIN LATERAL (
        SELECT a.slug, a.type, a.language, a.section_id, a.translation_of, a.published_at, a.fresh_at, a.modified_at, a.update_count, a.stemming, a.vector
        FROM delivery.article_search a WHERE a.id = b.id AND a.appended OFFSET 0
    ) s
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(concat('=e', replace(l.entity_id::text, '-', ''))), '{}') AS lexemes,
               coalesce(string_agg(concat('''=e', replace(l.entity_id::text, '-', ''), ''':16383', CASE l.relation WHEN 'about' THEN 'B' ELSE 'C' END), ' '), '')::tsvector AS vector
        FROM delivery.article_entities l WHERE l.article_id = b.id
    ) marks
    -- Of one update, as it mostly is, without the detour; of more, one after the other, since of a stem in very many places the last are left out.
    CROSS JOIN LATERAL (
        SELECT CASE cardinality(b.vectors)
            WHEN 1 THEN ts_delete(s.vector, marks.lexemes) || (b.vectors[1] || marks.vector)
            ELSE (SELECT delivery.concatenated(p.part ORDER BY p.place)
                  FROM unnest(array_prepend(ts_delete(s.vector, marks.lexemes), b.vectors)) WITH ORDINALITY AS p (part, place)) || marks.vector
            END AS vector
    ) w;
COMMENT ON VIEW delivery.article_words_apart IS 'All words of each article of which some stand apart, and these.';

CREATE OR REPLACE VIEW delivery.article_words AS
    SELECT s.id, s.slug, s.type, s.language, s.section_id, s.translation_of, s.published_at, s.fresh_at, s.modified_at, s.update_count, s.stemming,
           s.vector
    FROM delivery.article_search s
    WHERE NOT s.appended
    UNION ALL
    SELECT b.id, b.slug, b.type, b.language, b.section_id, b.translation_of, b.published_at, b.fresh_at, b.modified_at, b.update_count, b.stemming,
           b.vector
    FROM delivery.article_words_apart b;

-- Who publishes one of the articles waits for this, and all who want to publish wait for him: it is one statement, in which no program can tarry. An
-- article that somebody writes just now is left for the next time; the second statement sees what was written before the first locked it.
CREATE OR REPLACE FUNCTION delivery.put_words_together(after uuid, most integer) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    ids uuid[];
BEGIN
    SELECT array_agg(due.id ORDER BY due.id) INTO ids FROM (
        SELECT s.id FROM delivery.appended_words b JOIN delivery.article_search s ON s.id = b.id
        WHERE b.id > after AND (b.since < now() - interval '1 minute' OR cardinality(b.vectors) >= 12 OR pg_column_size(b.vectors) >= 16384)
        ORDER BY b.id LIMIT most FOR UPDATE OF s SKIP LOCKED
    ) due;
    IF ids IS NOT NULL THEN
        WITH together AS MATERIALIZED (
            SELECT w.id, w.vector FROM delivery.article_words w WHERE w.id = ANY(ids)
        ), whole AS (
            UPDATE delivery.article_search s SET vector = t.vector, appended = false
            FROM together t WHERE s.id = t.id AND s.appended
            RETURNING s.id
        )
        DELETE FROM delivery.appended_words b USING whole WHERE b.id = whole.id;
    END IF;
    RETURN ids[cardinality(ids)];
END $$;
