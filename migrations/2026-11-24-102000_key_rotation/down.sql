DROP TABLE newsroom.api_key_uses;
ALTER TABLE newsroom.api_keys
    DROP CONSTRAINT api_keys_previous,
    DROP COLUMN previous_valid_until,
    DROP COLUMN previous_hint,
    DROP COLUMN previous_hash,
    DROP COLUMN rotated_at,
    DROP COLUMN version;
