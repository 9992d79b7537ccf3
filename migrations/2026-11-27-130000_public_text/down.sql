DROP FUNCTION delivery.updates_within;
DROP FUNCTION delivery.update_within;
DROP FUNCTION delivery.excerpt_blocks;
DROP FUNCTION delivery.excerpt_html;
DROP FUNCTION delivery.excerpt_inline;
DROP FUNCTION delivery.excerpt;
