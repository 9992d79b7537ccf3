DROP TABLE newsroom.lineage;
