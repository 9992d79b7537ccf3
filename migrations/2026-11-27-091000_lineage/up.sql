-- Which past this database has, so that one that was restored or promoted is known by another.

CREATE TABLE newsroom.lineage (
    id   boolean PRIMARY KEY DEFAULT true CONSTRAINT lineage_is_one_row CHECK (id),
    told text
);
INSERT INTO newsroom.lineage (told) VALUES (NULL);

COMMENT ON TABLE  newsroom.lineage IS 'The cluster and timeline that the change log was written on: on another a new epoch begins. Written by the door.';
COMMENT ON COLUMN newsroom.lineage.id IS 'Always true: there is one row.';
COMMENT ON COLUMN newsroom.lineage.told IS 'The system identifier of the cluster and its timeline; null until a node has looked.';
