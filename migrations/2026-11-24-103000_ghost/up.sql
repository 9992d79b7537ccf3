-- Ghost's exports are kept in the same table; only what its columns say changes.
COMMENT ON COLUMN newsroom.imported.source IS 'The site that was exported: wordpress: and its address; ghost, with the id of the row of its title where ids are more than numbers.';
COMMENT ON COLUMN newsroom.imported.source_kind IS 'What the record is there: post, author, category, or tag where the first of those is the section.';
COMMENT ON COLUMN newsroom.imported.source_id IS 'What the record is known by there: a post''s number, id or uuid, an author''s login, id or slug, a category''s slug, a tag''s id or slug.';
