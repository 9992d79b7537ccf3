-- The audit is read, and only ever added to. And the site says how much each check before publishing weighs.
--
-- Where the audit is large, make its indexes by hand first, with CREATE INDEX CONCURRENTLY.

SET LOCAL lock_timeout = '5s';

ALTER TABLE newsroom.site ADD COLUMN checks json NOT NULL DEFAULT
    '{"missing_headline": "warning", "missing_alt": "warning", "missing_credit": "warning", "broken_link": "warning", "entity_without_description": "warning", "missing_standfirst": "off", "missing_section": "off", "missing_author": "off"}';

-- One for each filter, in the order of the list; nothing has read by the one of before.
CREATE INDEX IF NOT EXISTS audit_at ON newsroom.audit (at, id);
CREATE INDEX IF NOT EXISTS audit_key_at ON newsroom.audit (key_id, at, id) WHERE key_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS audit_actor_at ON newsroom.audit (actor, at, id) WHERE actor IS NOT NULL;
CREATE INDEX IF NOT EXISTS audit_action_at ON newsroom.audit (action, at, id);
CREATE INDEX IF NOT EXISTS audit_kind_at ON newsroom.audit (subject_kind, at, id);
CREATE INDEX IF NOT EXISTS audit_subject_at ON newsroom.audit (subject_id, at, id) WHERE subject_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS audit_request ON newsroom.audit (request_id, at, id);
DROP INDEX newsroom.audit_subject;

CREATE FUNCTION newsroom.refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit is only ever added to: % is refused', TG_OP;
END $$;
CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON newsroom.audit
    FOR EACH STATEMENT EXECUTE FUNCTION newsroom.refuse_audit_change();

COMMENT ON COLUMN newsroom.site.checks IS 'How much each check before publishing weighs: error, warning or off, by its code. One that is not in it weighs what it does unless told. Never shown to readers.';
COMMENT ON TABLE  newsroom.audit IS 'Who wrote what: a row for each thing whose version a write changed, in the write''s own transaction. A trigger refuses to change or remove rows.';
