-- Translations of articles, names by language, and what an update concerns.

-- The original that a version is a translation of; an original's is null. So the group of an article is coalesce(translation_of, id).
ALTER TABLE newsroom.article_versions ADD COLUMN translation_of uuid CONSTRAINT article_versions_translation_of REFERENCES newsroom.articles (id);
CREATE INDEX article_versions_translation_of ON newsroom.article_versions (translation_of) WHERE translation_of IS NOT NULL;
ALTER TABLE delivery.articles ADD COLUMN translation_of uuid;
CREATE INDEX articles_translations ON delivery.articles (coalesce(translation_of, id));

ALTER TABLE newsroom.sections ADD COLUMN names json NOT NULL DEFAULT '{}';
ALTER TABLE newsroom.entities ADD COLUMN names json NOT NULL DEFAULT '{}';
ALTER TABLE delivery.sections ADD COLUMN names json NOT NULL DEFAULT '{}';
ALTER TABLE delivery.entities ADD COLUMN names json NOT NULL DEFAULT '{}';

ALTER TABLE newsroom.update_versions ADD COLUMN concerns json;
ALTER TABLE delivery.articles ADD COLUMN correction_count integer NOT NULL DEFAULT 0;

COMMENT ON COLUMN newsroom.article_versions.translation_of IS 'The original that this is a translation of; null for an original.';
COMMENT ON COLUMN newsroom.sections.names IS 'Its name by language tag, where it has another than name.';
COMMENT ON COLUMN newsroom.entities.names IS 'Its name by language tag, where it has another than name.';
COMMENT ON COLUMN newsroom.update_versions.concerns IS 'What of the article''s text it concerns: anchor of a heading, quote.';
COMMENT ON COLUMN delivery.articles.translation_of IS 'The original that it is a translation of, published or not; null for an original.';
COMMENT ON COLUMN delivery.articles.correction_count IS 'How many corrections it has that are shown and not retracted.';
COMMENT ON COLUMN delivery.sections.names IS 'Its name by language tag, where it has another than name.';
COMMENT ON COLUMN delivery.entities.names IS 'Its name by language tag, where it has another than name.';
