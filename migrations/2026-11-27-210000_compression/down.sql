SET LOCAL lock_timeout = '5s';

ALTER TABLE newsroom.article_versions ALTER COLUMN standfirst SET COMPRESSION default, ALTER COLUMN body SET COMPRESSION default;
ALTER TABLE newsroom.update_versions ALTER COLUMN body SET COMPRESSION default;
ALTER TABLE delivery.articles
    ALTER COLUMN body_html SET COMPRESSION default, ALTER COLUMN outline SET COMPRESSION default, ALTER COLUMN updates SET COMPRESSION default;
ALTER TABLE delivery.article_texts ALTER COLUMN body_blocks SET COMPRESSION default, ALTER COLUMN body_text SET COMPRESSION default;
ALTER TABLE delivery.article_search ALTER COLUMN vector SET COMPRESSION default;
ALTER TABLE delivery.article_cards ALTER COLUMN card SET COMPRESSION default;
