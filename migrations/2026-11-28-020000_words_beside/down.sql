SET LOCAL lock_timeout = '5s';

ALTER INDEX delivery.article_search_vector SET (gin_pending_list_limit = 8192);
