-- The extension stays: it may have been there before, and something else may use it.
DROP INDEX delivery.entity_names_alike;
DROP TABLE delivery.words, delivery.article_search;
