DROP INDEX newsroom.articles_first_published;
ALTER TABLE newsroom.api_keys DROP COLUMN partner_id;
DROP TABLE delivery.releases;
DROP TABLE delivery.embargoes;
DROP TABLE newsroom.embargoes;
DROP TABLE newsroom.partner_days;
DROP TABLE newsroom.partners;
