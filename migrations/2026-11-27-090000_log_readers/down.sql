DROP INDEX delivery.articles_by_change;
DROP INDEX delivery.donation_links_by_change;
DROP INDEX delivery.entities_by_change;
DROP INDEX delivery.authors_by_change;
DROP INDEX delivery.sections_by_change;
ALTER TABLE delivery.head DROP COLUMN kept_from;
