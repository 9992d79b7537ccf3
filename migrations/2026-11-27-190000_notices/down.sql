DROP FUNCTION newsroom.covers(newsroom.partners, newsroom.notices);
ALTER TABLE newsroom.articles DROP COLUMN withdraw_notice;
ALTER TABLE newsroom.partners DROP COLUMN terms_since;
DROP TABLE newsroom.texts_since;
DROP TABLE newsroom.partner_reads;
DROP TABLE newsroom.acknowledgements;
DROP TABLE newsroom.notice_partners;
DROP TABLE newsroom.notices;
