COMMENT ON COLUMN newsroom.imported.source IS 'The site that was exported: wordpress: and its address.';
COMMENT ON COLUMN newsroom.imported.source_kind IS 'What the record is there: post, author or category.';
COMMENT ON COLUMN newsroom.imported.source_id IS 'What the record is known by there: a post''s number, an author''s login, a category''s slug.';
