-- Excerpts of texts, for those who may not read them whole.

SET LOCAL lock_timeout = '5s';

CREATE FUNCTION delivery.excerpt(whole text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(c.cut, '\s\S{0,40}$', '') || '…'
    FROM (SELECT btrim(left(f.folded, least(300, length(f.folded) / 2))) AS cut
          FROM (SELECT btrim(regexp_replace(left(whole, 2000), '\s+', ' ', 'g')) AS folded) f) c
    WHERE c.cut <> ''
$$;
COMMENT ON FUNCTION delivery.excerpt IS 'How a text begins: 300 characters at most, and never more than half of it, cut between words where there are any. Null of what is too short to tell a part of.';

CREATE FUNCTION delivery.excerpt_inline(whole text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT replace(replace(replace(delivery.excerpt(whole), '&', '&amp;'), '<', '&lt;'), '>', '&gt;')
$$;
COMMENT ON FUNCTION delivery.excerpt_inline IS 'The same as HTML within a paragraph.';

CREATE FUNCTION delivery.excerpt_html(whole text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT '<p>' || delivery.excerpt_inline(whole) || '</p>'
$$;
COMMENT ON FUNCTION delivery.excerpt_html IS 'The same as a paragraph of HTML.';

CREATE FUNCTION delivery.excerpt_blocks(whole text) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN delivery.excerpt(whole) IS NOT NULL THEN json_build_array(json_build_object(
        'type', 'paragraph', 'html', delivery.excerpt_inline(whole), 'text', delivery.excerpt(whole))) END
$$;
COMMENT ON FUNCTION delivery.excerpt_blocks IS 'The same as a block.';

CREATE FUNCTION delivery.update_within(shown json, may_read text) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE may_read
        WHEN 'full' THEN shown
        WHEN 'excerpt' THEN (shown::jsonb || jsonb_build_object('concerns', NULL,
            'html', delivery.excerpt_html(shown ->> 'text'), 'blocks', delivery.excerpt_blocks(shown ->> 'text'),
            'text', delivery.excerpt(shown ->> 'text')))::json
        ELSE (shown::jsonb || '{"concerns": null, "html": null, "blocks": null, "text": null}')::json END
$$;
COMMENT ON FUNCTION delivery.update_within IS 'An update as it stands in articles.updates, its text as far as its reader may have it: full, excerpt or none. What it quotes of its article goes with the text.';

CREATE FUNCTION delivery.updates_within(shown json, may_read text) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE may_read WHEN 'full' THEN shown ELSE
        (SELECT coalesce(json_agg(delivery.update_within(u.one, may_read) ORDER BY u.place), '[]')
         FROM json_array_elements(shown) WITH ORDINALITY AS u (one, place)) END
$$;
COMMENT ON FUNCTION delivery.updates_within IS 'The same of all updates of an article.';
