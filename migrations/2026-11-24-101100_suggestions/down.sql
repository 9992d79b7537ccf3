DROP INDEX delivery.articles_section_newest;
ALTER TABLE delivery.article_entities DROP COLUMN published_at, DROP COLUMN language, DROP COLUMN section_id;
ALTER TABLE delivery.entities DROP COLUMN article_count;
