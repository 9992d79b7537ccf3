ALTER TABLE delivery.articles DROP COLUMN correction_count;
ALTER TABLE newsroom.update_versions DROP COLUMN concerns;
ALTER TABLE delivery.entities DROP COLUMN names;
ALTER TABLE delivery.sections DROP COLUMN names;
ALTER TABLE newsroom.entities DROP COLUMN names;
ALTER TABLE newsroom.sections DROP COLUMN names;
ALTER TABLE delivery.articles DROP COLUMN translation_of;
ALTER TABLE newsroom.article_versions DROP COLUMN translation_of;
