-- What partners who keep copies must be told of what is no longer theirs.

SET LOCAL lock_timeout = '5s';

CREATE TABLE delivery.departures (
    article_id uuid      NOT NULL,
    seq        bigint    NOT NULL,
    section_id uuid,
    language   text      NOT NULL,
    entity_ids uuid[]    NOT NULL,
    held       integer[] NOT NULL,
    PRIMARY KEY (article_id, seq)
);
CREATE INDEX departures_seq ON delivery.departures (seq, article_id);
COMMENT ON TABLE  delivery.departures IS 'What an article was until a change by which it went, or its section, language or entities changed: whose contract covered it then is to be told. They are kept for good: a copy may be of any age.';
COMMENT ON COLUMN delivery.departures.article_id IS 'The article.';
COMMENT ON COLUMN delivery.departures.seq IS 'The number of the change.';
COMMENT ON COLUMN delivery.departures.section_id IS 'The section that it stood in.';
COMMENT ON COLUMN delivery.departures.language IS 'The language that it was in.';
COMMENT ON COLUMN delivery.departures.entity_ids IS 'The entities that it named.';
COMMENT ON COLUMN delivery.departures.held IS 'The embargoes, by their lengths in seconds, that still held it back.';

CREATE INDEX releases_article ON delivery.releases (article_id, seconds, seq);
ALTER TABLE delivery.releases ADD COLUMN refers boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN delivery.releases.refers IS 'Whether it was not released itself, but refers to one that was.';
