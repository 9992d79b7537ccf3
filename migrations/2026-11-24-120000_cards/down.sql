ALTER TABLE delivery.site DROP COLUMN donation_links;
ALTER TABLE delivery.sections DROP COLUMN donation_links;
ALTER TABLE delivery.head DROP COLUMN cards;
DROP TABLE delivery.stale_cards, delivery.article_cards;
