-- Nodes bring words into their index five seconds after a change: until then as much may stand beside it as they write at their quickest.

SET LOCAL lock_timeout = '5s';

ALTER INDEX delivery.article_search_vector SET (gin_pending_list_limit = 32768);
