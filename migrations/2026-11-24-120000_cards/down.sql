ALTER TABLE delivery.head DROP COLUMN cards;
DROP TABLE delivery.stale_cards, delivery.article_cards;
