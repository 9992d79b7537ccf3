DROP TABLE newsroom.previews;
