SET LOCAL lock_timeout = '5s';

ALTER INDEX delivery.article_search_vector SET (gin_pending_list_limit = 512);
DROP AGGREGATE delivery.concatenated (tsvector);
ALTER TABLE delivery.article_search DROP COLUMN room, DROP COLUMN room_of;
