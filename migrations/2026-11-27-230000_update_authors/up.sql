-- Who wrote the updates of an article, beside them: an article with hundreds of these need not be taken apart to tell.

SET LOCAL lock_timeout = '5s';

ALTER TABLE delivery.articles ADD COLUMN update_author_ids uuid[];
COMMENT ON COLUMN delivery.articles.update_author_ids IS 'The authors of its updates, each once, in the order of ids; null where the article was last written by a version of the program from before, and only updates tell.';
