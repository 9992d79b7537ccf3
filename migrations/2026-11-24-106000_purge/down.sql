ALTER TABLE newsroom.donation_links DROP COLUMN public_since;
ALTER TABLE newsroom.audit DROP COLUMN reason;
ALTER TABLE newsroom.articles DROP COLUMN purged_at;
DROP TABLE newsroom.rebuild, newsroom.removed;
