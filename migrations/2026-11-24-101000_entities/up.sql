-- Entities found by any of their names, and merged.

SET LOCAL lock_timeout = '5s';

CREATE TABLE newsroom.entity_names (
    entity_id uuid    NOT NULL REFERENCES newsroom.entities (id) ON DELETE CASCADE,
    name_key  text    COLLATE "C" NOT NULL,
    whole     boolean NOT NULL,
    PRIMARY KEY (entity_id, name_key)
);
CREATE INDEX entity_names_key ON newsroom.entity_names (name_key) WHERE whole;

-- A version of the program from before this table writes entities without their keys. Those are found by this index and put right at the next start.
ALTER TABLE newsroom.entities ADD COLUMN names_version integer;
CREATE INDEX entities_unnamed ON newsroom.entities (id) WHERE names_version IS DISTINCT FROM version;

-- No foreign key: what an entity was merged into may be removed later, and then answers for both.
CREATE TABLE newsroom.entity_merges (
    id         uuid           PRIMARY KEY,
    into_id    uuid           NOT NULL CONSTRAINT entity_merge_of_two CHECK (into_id <> id),
    was_public boolean        NOT NULL,
    was        json           NOT NULL,
    merged_at  timestamptz(3) NOT NULL
);
CREATE INDEX entity_merges_into ON newsroom.entity_merges (into_id);

-- What a version names is what it named when it was written. Only a merge on record may move a link, and of two links that come to lead to one
-- entity drop one, of which "about" passes to the other.
CREATE FUNCTION newsroom.refuse_link_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (SELECT FROM newsroom.article_versions v WHERE v.id = OLD.version_id)
           OR EXISTS (SELECT FROM newsroom.article_version_entities l
                      JOIN newsroom.entity_merges m ON (m.id, m.into_id) IN ((OLD.entity_id, l.entity_id), (l.entity_id, OLD.entity_id))
                      WHERE l.version_id = OLD.version_id) THEN
            RETURN OLD;
        END IF;
    ELSIF (NEW.version_id, NEW.position) = (OLD.version_id, OLD.position)
          AND (NEW.entity_id = OLD.entity_id
               OR EXISTS (SELECT FROM newsroom.entity_merges m WHERE m.id = OLD.entity_id AND m.into_id = NEW.entity_id))
          AND (NEW.relation = OLD.relation
               OR (NEW.relation = 'about'
                   AND EXISTS (SELECT FROM newsroom.article_version_entities l
                               JOIN newsroom.entity_merges m ON (m.id, m.into_id) IN ((OLD.entity_id, l.entity_id), (l.entity_id, OLD.entity_id))
                               WHERE l.version_id = OLD.version_id AND l.relation = 'about'))) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the entities of version % are immutable', OLD.version_id;
END $$;
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE ON newsroom.article_version_entities
    FOR EACH ROW EXECUTE FUNCTION newsroom.refuse_link_change();

CREATE TABLE delivery.entity_names (
    entity_id uuid    NOT NULL REFERENCES delivery.entities (id) ON DELETE CASCADE,
    name_key  text    COLLATE "C" NOT NULL,
    whole     boolean NOT NULL,
    PRIMARY KEY (entity_id, name_key)
);
CREATE INDEX entity_names_prefix ON delivery.entity_names (name_key, entity_id) INCLUDE (whole);

CREATE TABLE delivery.merged_entities (
    id      uuid PRIMARY KEY,
    into_id uuid NOT NULL
);
CREATE INDEX merged_entities_into ON delivery.merged_entities (into_id);

COMMENT ON TABLE  newsroom.entity_names IS 'What entities are found by: their names and aliases without case, accents and punctuation. Written with the entity.';
COMMENT ON COLUMN newsroom.entity_names.entity_id IS 'The entity.';
COMMENT ON COLUMN newsroom.entity_names.name_key IS 'A name or alias, from its first or a later word on, as values::name_key folds it.';
COMMENT ON COLUMN newsroom.entity_names.whole IS 'Whether it is a name or alias as a whole, not from a later word on.';
COMMENT ON COLUMN newsroom.entities.names_version IS 'The version that its rows in entity_names were made of.';
COMMENT ON TABLE  newsroom.entity_merges IS 'Entities that were merged into another and are no longer: their ids lead to the other.';
COMMENT ON COLUMN newsroom.entity_merges.id IS 'The entity that was merged.';
COMMENT ON COLUMN newsroom.entity_merges.into_id IS 'The entity it now is; when that is merged in turn, the one that it became.';
COMMENT ON COLUMN newsroom.entity_merges.was_public IS 'Whether readers knew it: then its id redirects.';
COMMENT ON COLUMN newsroom.entity_merges.was IS 'What it was, as an editor would send it.';
COMMENT ON COLUMN newsroom.entity_merges.merged_at IS 'When it was merged.';
COMMENT ON TABLE  delivery.entity_names IS 'What public entities are found by: their names and aliases without case, accents and punctuation.';
COMMENT ON COLUMN delivery.entity_names.entity_id IS 'The entity.';
COMMENT ON COLUMN delivery.entity_names.name_key IS 'A name or alias, from its first or a later word on, as values::name_key folds it.';
COMMENT ON COLUMN delivery.entity_names.whole IS 'Whether it is a name or alias as a whole, not from a later word on.';
COMMENT ON TABLE  delivery.merged_entities IS 'Entities that readers knew and that were merged into another, to which they redirect. Their slugs belong to the other.';
COMMENT ON COLUMN delivery.merged_entities.id IS 'The entity that was merged.';
COMMENT ON COLUMN delivery.merged_entities.into_id IS 'The entity it now is; when that is merged in turn, the one that it became.';
