-- The words of an update come behind those of its article, without anything else of the article being read.

SET LOCAL lock_timeout = '5s';

-- Null of what stands there, and left behind by nodes of the version before: whole articles are analysed once more, by their next update.
ALTER TABLE delivery.article_search ADD COLUMN room integer, ADD COLUMN room_of integer;
COMMENT ON COLUMN delivery.article_search.room IS 'How many bytes its words take at most of those that Postgres keeps of an article, as the node counts them; null where that is not known.';
COMMENT ON COLUMN delivery.article_search.room_of IS 'How many updates there were when room was counted: where update_count is another by now, it is not known.';

CREATE AGGREGATE delivery.concatenated (tsvector) (SFUNC = tsvector_concat, STYPE = tsvector, INITCOND = '');
COMMENT ON AGGREGATE delivery.concatenated (tsvector) IS 'Vectors one behind the other, as || makes one of two.';

-- What stands beside the index is brought in by the nodes, soon after it was written; only where they don't keep up, by who writes.
ALTER INDEX delivery.article_search_vector SET (gin_pending_list_limit = 8192);
