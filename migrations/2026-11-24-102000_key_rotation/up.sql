-- Keys that are rotated: two secrets valid for a time, never more. The newest stays in `hash`, so that nodes of the version before know it.

SET LOCAL lock_timeout = '5s';

ALTER TABLE newsroom.api_keys
    ADD COLUMN version              integer        NOT NULL DEFAULT 1,
    ADD COLUMN rotated_at           timestamptz(3),
    ADD COLUMN previous_hash        bytea          CONSTRAINT api_keys_previous_hash UNIQUE,
    ADD COLUMN previous_hint        text,
    ADD COLUMN previous_valid_until timestamptz(3),
    ADD CONSTRAINT api_keys_previous CHECK ((previous_hash IS NULL) = (previous_valid_until IS NULL)
                                            AND (previous_hash IS NULL) = (previous_hint IS NULL));

-- Apart from the keys, so that noting a use never waits for, or holds up, a change of a key.
CREATE TABLE newsroom.api_key_uses (
    key_id       uuid           PRIMARY KEY REFERENCES newsroom.api_keys (id) ON DELETE CASCADE,
    last_used_at timestamptz(3) NOT NULL
);

COMMENT ON TABLE  newsroom.api_keys IS 'Credentials of tools. The key itself is never stored. Written by management, `kroniek keys` and `kroniek demo`.';
COMMENT ON COLUMN newsroom.api_keys.id IS 'The key''s id, for rotating and revoking it. It stays when the key is rotated.';
COMMENT ON COLUMN newsroom.api_keys.role IS 'The bundle that its scopes came from: author, editor, admin or partner; custom for scopes that were chosen one by one. For people; only scopes count.';
COMMENT ON COLUMN newsroom.api_keys.hash IS 'SHA-256 of the newest secret.';
COMMENT ON COLUMN newsroom.api_keys.hint IS 'The first characters of the newest secret, to tell keys apart.';
COMMENT ON COLUMN newsroom.api_keys.version IS 'How often it was written, from 1; its ETag. Uses do not count.';
COMMENT ON COLUMN newsroom.api_keys.rotated_at IS 'When it last got a new secret.';
COMMENT ON COLUMN newsroom.api_keys.previous_hash IS 'SHA-256 of the secret before the last rotation; none when that one ended at once.';
COMMENT ON COLUMN newsroom.api_keys.previous_hint IS 'The first characters of that secret.';
COMMENT ON COLUMN newsroom.api_keys.previous_valid_until IS 'Until when that secret is good too.';
COMMENT ON TABLE  newsroom.api_key_uses IS 'When each key was last used. Written by each node, from memory, about twice a minute and when it stops.';
COMMENT ON COLUMN newsroom.api_key_uses.key_id IS 'The key.';
COMMENT ON COLUMN newsroom.api_key_uses.last_used_at IS 'The time of a request with it, by the database''s clock, to about a minute; a node that is killed loses what it had not written.';
COMMENT ON COLUMN newsroom.audit.subject_kind IS 'What was written: site, section, author, entity, donation_link, article, update, key or log.';
