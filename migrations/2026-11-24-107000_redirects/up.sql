-- Where the frontend showed things before: a change of the site's address or of a path pattern breaks no link.

CREATE TABLE newsroom.old_addresses (
    kind    text           NOT NULL CHECK (kind IN ('site', 'section', 'author', 'entity', 'article')),
    pattern text           NOT NULL,
    until   timestamptz(3) NOT NULL,
    PRIMARY KEY (kind, pattern)
);

CREATE TABLE delivery.old_addresses (
    kind    text           NOT NULL,
    pattern text           NOT NULL,
    until   timestamptz(3) NOT NULL,
    PRIMARY KEY (kind, pattern)
);

COMMENT ON TABLE  newsroom.old_addresses IS 'Where the frontend showed things before: the site''s earlier public_url and path patterns. Written with the site.';
COMMENT ON COLUMN newsroom.old_addresses.kind IS 'What was shown there; site for the public_url.';
COMMENT ON COLUMN newsroom.old_addresses.pattern IS 'The path pattern, as in site.paths; for the site its public_url.';
COMMENT ON COLUMN newsroom.old_addresses.until IS 'When it was last replaced by another.';
COMMENT ON TABLE  delivery.old_addresses IS 'Where the frontend showed things before, for resolving.';
COMMENT ON COLUMN delivery.old_addresses.kind IS 'What was shown there; site for the public_url.';
COMMENT ON COLUMN delivery.old_addresses.pattern IS 'The path pattern, as in site.paths; for the site its public_url.';
COMMENT ON COLUMN delivery.old_addresses.until IS 'When it was last replaced by another.';
