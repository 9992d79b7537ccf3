SET LOCAL lock_timeout = '5s';

LOCK TABLE delivery.head, delivery.words, delivery.article_search IN ACCESS EXCLUSIVE MODE;

DROP TRIGGER count_words_gone ON delivery.words;
DROP FUNCTION delivery.count_words_gone();
ALTER TABLE delivery.head DROP COLUMN words_gone;

DROP FUNCTION delivery.as_expected(boolean);
DROP TRIGGER written_by_the_version_before ON delivery.article_search;
DROP FUNCTION delivery.written_by_the_version_before();

UPDATE delivery.article_search s SET vector = w.vector FROM delivery.article_words w WHERE s.appended AND w.id = s.id;

DROP FUNCTION delivery.put_words_together(uuid, integer);
DROP VIEW delivery.article_words;
DROP TABLE delivery.appended_words;
ALTER TABLE delivery.article_search RESET (fillfactor);
ALTER TABLE delivery.article_search DROP COLUMN appended;
