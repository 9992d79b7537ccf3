DROP TRIGGER only_added_to ON newsroom.audit;
DROP FUNCTION newsroom.refuse_audit_change();
CREATE INDEX audit_subject ON newsroom.audit (subject_id, id);
DROP INDEX newsroom.audit_request, newsroom.audit_subject_at, newsroom.audit_kind_at, newsroom.audit_action_at, newsroom.audit_actor_at,
    newsroom.audit_key_at, newsroom.audit_at;
ALTER TABLE newsroom.site DROP COLUMN checks;
