SET LOCAL lock_timeout = '5s';

ALTER TABLE delivery.articles ADD COLUMN body_blocks json, ADD COLUMN body_text text;
UPDATE delivery.articles a SET body_blocks = t.body_blocks, body_text = t.body_text FROM delivery.article_texts t WHERE t.id = a.id;
DROP TABLE delivery.article_texts;

COMMENT ON COLUMN delivery.articles.body_blocks IS 'The text as blocks.';
COMMENT ON COLUMN delivery.articles.body_text IS 'The text as plain text.';
