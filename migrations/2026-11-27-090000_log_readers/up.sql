-- What follows the log of changes: resources are found by the change that last wrote them, and it is told how far back the log is kept.

SET LOCAL lock_timeout = '5s';

ALTER TABLE delivery.head ADD COLUMN kept_from bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN delivery.head.kept_from IS 'Changes up to this one are kept no longer: who has seen less must begin anew.';

CREATE INDEX IF NOT EXISTS sections_by_change ON delivery.sections (seq, id);
CREATE INDEX IF NOT EXISTS authors_by_change ON delivery.authors (seq, id);
CREATE INDEX IF NOT EXISTS entities_by_change ON delivery.entities (seq, id);
CREATE INDEX IF NOT EXISTS donation_links_by_change ON delivery.donation_links (seq, id);
CREATE INDEX IF NOT EXISTS articles_by_change ON delivery.articles (seq, id);
