ALTER TABLE delivery.releases DROP COLUMN refers;
DROP TABLE delivery.departures;
