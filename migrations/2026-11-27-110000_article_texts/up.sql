-- A page is read in one form of its text, nearly always as HTML. The others stand apart, so that what pages are read from is half as large and
-- stays in memory. No version that names the columns here has been released, so that they go at once. What they took on disk in a large database
-- comes free as articles are written, or at once by VACUUM FULL delivery.articles.

SET LOCAL lock_timeout = '5s';

CREATE TABLE delivery.article_texts (
    id          uuid PRIMARY KEY REFERENCES delivery.articles (id) ON DELETE CASCADE,
    body_blocks json NOT NULL,
    body_text   text NOT NULL
);

INSERT INTO delivery.article_texts (id, body_blocks, body_text)
SELECT id, body_blocks, body_text FROM delivery.articles WHERE body_text IS NOT NULL;

ALTER TABLE delivery.articles DROP COLUMN body_blocks, DROP COLUMN body_text;

COMMENT ON TABLE  delivery.article_texts IS 'The text of a published article in the forms that pages seldom ask for. Written by the door, with the article.';
COMMENT ON COLUMN delivery.article_texts.id IS 'The article.';
COMMENT ON COLUMN delivery.article_texts.body_blocks IS 'The text as blocks.';
COMMENT ON COLUMN delivery.article_texts.body_text IS 'The text as plain text.';
