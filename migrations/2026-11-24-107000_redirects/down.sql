DROP TABLE delivery.old_addresses;
DROP TABLE newsroom.old_addresses;
