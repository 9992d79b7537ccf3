SET LOCAL lock_timeout = '5s';

ALTER TABLE delivery.articles DROP COLUMN update_author_ids;
