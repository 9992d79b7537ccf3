-- What articles are searched by. Existing articles come in by `kroniek serve`, which completes what is missing beside its work, or at once by
-- `kroniek rebuild`.

SET LOCAL lock_timeout = '5s';

DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION WHEN OTHERS THEN
    RAISE EXCEPTION 'search needs the extension pg_trgm, and it can''t be made: %. Install the modules that come with Postgres (the package postgresql-contrib where they are apart), or let a superuser run CREATE EXTENSION pg_trgm in this database', SQLERRM;
END $$;

-- A row an article, beside it: reading an article never touches it. What filters ask for stands here too, in few bytes; the vector stands apart
-- (TOAST), so that of a row that only is counted nothing else is read.
CREATE TABLE delivery.article_search (
    id             uuid           PRIMARY KEY REFERENCES delivery.articles (id) ON DELETE CASCADE,
    slug           text           NOT NULL,
    type           text           NOT NULL,
    language       text           NOT NULL,
    section_id     uuid,
    translation_of uuid,
    published_at   timestamptz(3) NOT NULL,
    fresh_at       timestamptz(3) NOT NULL,
    modified_at    timestamptz(3) NOT NULL,
    update_count   integer        NOT NULL,
    stemming       text           NOT NULL,
    vector         tsvector       NOT NULL
) WITH (toast_tuple_target = 128);

-- A list of what is new is kept beside the index and brought in when it is full; it is read by every search, so that it is short.
CREATE INDEX article_search_vector ON delivery.article_search USING gin (vector) WITH (fastupdate = on, gin_pending_list_limit = 512);
CREATE INDEX article_search_stemming ON delivery.article_search (stemming);

CREATE TABLE delivery.words (
    stemming   text COLLATE "C" NOT NULL,
    word       text COLLATE "C" NOT NULL,
    article_id uuid             NOT NULL,
    PRIMARY KEY (stemming, word)
);
CREATE INDEX words_ending ON delivery.words (stemming, reverse(word) COLLATE "C");
CREATE INDEX words_alike ON delivery.words USING gin (word gin_trgm_ops);
CREATE INDEX words_article ON delivery.words (article_id);
CREATE INDEX entity_names_alike ON delivery.entity_names USING gin (name_key gin_trgm_ops) WHERE whole;

COMMENT ON TABLE  delivery.article_search IS 'What published articles and pages are searched by, a row each. Written by the door with the article.';
COMMENT ON COLUMN delivery.article_search.id IS 'The article.';
COMMENT ON COLUMN delivery.article_search.slug IS 'As in articles.';
COMMENT ON COLUMN delivery.article_search.type IS 'As in articles.';
COMMENT ON COLUMN delivery.article_search.language IS 'As in articles.';
COMMENT ON COLUMN delivery.article_search.section_id IS 'As in articles.';
COMMENT ON COLUMN delivery.article_search.translation_of IS 'As in articles.';
COMMENT ON COLUMN delivery.article_search.published_at IS 'As in articles.';
COMMENT ON COLUMN delivery.article_search.fresh_at IS 'As in articles.';
COMMENT ON COLUMN delivery.article_search.modified_at IS 'As in articles.';
COMMENT ON COLUMN delivery.article_search.update_count IS 'As in articles.';
COMMENT ON COLUMN delivery.article_search.stemming IS 'The text search configuration of Postgres that its words were stemmed by.';
COMMENT ON COLUMN delivery.article_search.vector IS 'The stems of its words: headline (A), standfirst (B), body (C) and updates that are not retracted (D), cut where it would be too long; and marks, which no word can be: =dutch its stemming, =2026 its year (UTC), =e and an id an entity that it names, ^ and a stem a word of the headline.';
COMMENT ON TABLE  delivery.words IS 'The stems that stand in article_search, each once: what a part of a word and a misspelt word are looked up in.';
COMMENT ON COLUMN delivery.words.stemming IS 'The stemming, as in article_search.';
COMMENT ON COLUMN delivery.words.word IS 'The stem, of 2 to 40 letters.';
COMMENT ON COLUMN delivery.words.article_id IS 'An article that has it. When that has it no longer, another takes its place, or the row goes.';
