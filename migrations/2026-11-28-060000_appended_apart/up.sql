-- The words of one more update stand apart at first: to put them behind those of their article is to write all of these anew, in its row and in the
-- index, and under the counter's lock. Nodes do that a moment later, once for what came in between.

SET LOCAL lock_timeout = '5s';

-- In the order in which who publishes locks them.
LOCK TABLE delivery.head, delivery.words, delivery.article_search IN ACCESS EXCLUSIVE MODE;

ALTER TABLE delivery.article_search ADD COLUMN appended boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN delivery.article_search.appended IS 'Whether more of its words stand in appended_words.';

-- What an update changes of a row stands in no index, so that a version with room beside it on its page needs none (a heap-only tuple).
ALTER TABLE delivery.article_search SET (fillfactor = 80);

CREATE TABLE delivery.appended_words (
    id      uuid        PRIMARY KEY REFERENCES delivery.article_search (id) ON DELETE CASCADE,
    since   timestamptz NOT NULL DEFAULT now(),
    vectors tsvector[]  NOT NULL
) WITH (fillfactor = 50, toast_tuple_target = 8160);
COMMENT ON TABLE  delivery.appended_words IS 'Words of updates that do not stand in article_search yet, of the articles that have such. Written by the door, and moved there by nodes.';
COMMENT ON COLUMN delivery.appended_words.id IS 'The article.';
COMMENT ON COLUMN delivery.appended_words.since IS 'When the first of them came.';
COMMENT ON COLUMN delivery.appended_words.vectors IS 'Of each update, in their order, the stems of its words (D).';

-- What stands apart comes behind what stands there; but the marks of entities, far behind all words, behind that.
CREATE VIEW delivery.article_words AS
    SELECT s.id, s.slug, s.type, s.language, s.section_id, s.translation_of, s.published_at, s.fresh_at, s.modified_at, s.update_count, s.stemming,
           s.vector
    FROM delivery.article_search s
    WHERE NOT s.appended
    UNION ALL
    SELECT b.id, s.slug, s.type, s.language, s.section_id, s.translation_of, s.published_at, s.fresh_at, s.modified_at, s.update_count, s.stemming,
           w.vector
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
COMMENT ON VIEW delivery.article_words IS 'article_search with all words of each article.';

-- A version of the program from before this writes vectors of whole articles beside nodes of this one, and knows nothing of what stands apart. Of one more
-- update it leaves that there, which then comes behind, unless any update was retracted or revised: it may have done that in the same write, which has a
-- new vector then. Of all else it writes the whole; where it writes marks alone, all stays.
CREATE FUNCTION delivery.written_by_the_version_before() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lexemes text[];
    marks   tsvector;
BEGIN
    IF NEW.update_count = OLD.update_count + 1 THEN
        IF NOT EXISTS (
            SELECT FROM delivery.articles a CROSS JOIN LATERAL json_array_elements(a.updates) AS u (told)
            WHERE a.id = NEW.id AND coalesce(u.told ->> 'retracted_at', u.told ->> 'revised_at') IS NOT NULL
        ) THEN
            SELECT array_agg(m.lexeme), coalesce(string_agg(concat('''', m.lexeme, ''':16383', m.weights[1]), ' '), '')::tsvector INTO lexemes, marks
            FROM unnest(NEW.vector) AS m WHERE m.lexeme ~ '^=e[0-9a-f]{32}$';
            NEW.vector := ts_delete(NEW.vector, coalesce(lexemes, '{}')) || coalesce(
                (SELECT delivery.concatenated(p.part ORDER BY p.place)
                 FROM delivery.appended_words b CROSS JOIN LATERAL unnest(b.vectors) WITH ORDINALITY AS p (part, place) WHERE b.id = NEW.id), '') || marks;
        END IF;
        -- They stand in another order than they should, or are missing: the next update analyses the whole.
        NEW.room := NULL;
    ELSIF (NEW.room, NEW.modified_at, NEW.stemming) IS NOT DISTINCT FROM (OLD.room, OLD.modified_at, OLD.stemming) THEN
        RETURN NEW;
    END IF;
    NEW.appended := false;
    DELETE FROM delivery.appended_words b WHERE b.id = NEW.id;
    RETURN NEW;
END $$;
CREATE TRIGGER written_by_the_version_before BEFORE UPDATE OF vector ON delivery.article_search
    FOR EACH ROW WHEN (NEW.appended) EXECUTE FUNCTION delivery.written_by_the_version_before();

-- Who publishes one of the articles waits for this, and all who want to publish wait for him: it is one statement, in which no program can tarry. An
-- article that somebody writes just now is left for the next time; the second statement sees what was written before the first locked it.
CREATE FUNCTION delivery.put_words_together(after uuid, most integer) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    ids uuid[];
BEGIN
    SELECT array_agg(due.id ORDER BY due.id) INTO ids FROM (
        SELECT s.id FROM delivery.appended_words b JOIN delivery.article_search s ON s.id = b.id
        WHERE b.id > after AND b.since < now() - interval '4 seconds'
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
COMMENT ON FUNCTION delivery.put_words_together(uuid, integer) IS 'Puts words that have stood apart for a while together with those of their articles: of the next articles after an id, at most so many. Gives the last of them.';

-- For what is sent with the commit behind it: undoes all of the transaction where something is not as it was a moment ago.
CREATE FUNCTION delivery.as_expected(it_is boolean) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF NOT it_is THEN
        RAISE EXCEPTION 'could not serialize access: what was expected stands in delivery no longer' USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN true;
END $$;
COMMENT ON FUNCTION delivery.as_expected(boolean) IS 'True, or an error after which nothing of the transaction holds.';
COMMENT ON FUNCTION delivery.written_by_the_version_before() IS 'Puts the words together of an article whose vector is written by a version that knows nothing of appended_words.';

-- Who knows that a word stands among those of all articles knows it until one goes.
ALTER TABLE delivery.head ADD COLUMN words_gone bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN delivery.head.words_gone IS 'How often words have gone from delivery.words.';
CREATE FUNCTION delivery.count_words_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM gone) THEN
        UPDATE delivery.head SET words_gone = words_gone + 1;
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION delivery.count_words_gone() IS 'Counts up delivery.head.words_gone.';
CREATE TRIGGER count_words_gone AFTER DELETE ON delivery.words REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION delivery.count_words_gone();

COMMENT ON COLUMN delivery.article_search.vector IS 'The stems of its words: headline (A), standfirst (B), body (C) and updates that are not retracted (D), but for those in appended_words, cut where it would be too long; and marks, which no word can be: =dutch its stemming, =2026 its year (UTC), =e and an id an entity that it names, ^ and a stem a word of the headline.';
COMMENT ON TABLE  delivery.words IS 'The stems that stand in article_words, each once: what a part of a word and a misspelt word are looked up in.';
