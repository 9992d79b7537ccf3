-- Each publication writes a text in several forms, and Postgres compresses each that is long. With LZ4 that takes a small part of the time, and so does
-- reading them. What is there stays as it is until it is written again. A server that was built without LZ4 goes on as before.

SET LOCAL lock_timeout = '5s';

DO $$
DECLARE
    long record;
BEGIN
    FOR long IN SELECT * FROM (VALUES
        ('newsroom.article_versions', 'standfirst'), ('newsroom.article_versions', 'body'), ('newsroom.update_versions', 'body'),
        ('delivery.articles', 'body_html'), ('delivery.articles', 'outline'), ('delivery.articles', 'updates'),
        ('delivery.article_texts', 'body_blocks'), ('delivery.article_texts', 'body_text'),
        ('delivery.article_search', 'vector'), ('delivery.article_cards', 'card')
    ) AS c (of_table, of_column)
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET COMPRESSION lz4', long.of_table, long.of_column);
    END LOOP;
EXCEPTION WHEN feature_not_supported THEN
    RAISE NOTICE 'this server was built without LZ4';
END
$$;
