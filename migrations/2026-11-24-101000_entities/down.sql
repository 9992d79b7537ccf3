DROP TABLE delivery.merged_entities, delivery.entity_names;
DROP TRIGGER immutable ON newsroom.article_version_entities;
DROP FUNCTION newsroom.refuse_link_change();
DROP TABLE newsroom.entity_merges, newsroom.entity_names;
ALTER TABLE newsroom.entities DROP COLUMN names_version;
