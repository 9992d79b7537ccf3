//! Related articles as readers see them: parts of the article's statement.

/// How many articles of an article's language may be suggested with the article `a`, as a JSON array for `PublicRelated`, the best first: up to
/// the number that is bound between [`SUGGESTED_BEGIN`] and [`SUGGESTED_END`]. Never the article itself, its picks or a page.
///
/// Each entity that two articles share adds to their score, twice when the one is about it and twice again when the other is, and the less
/// the more articles it has: by one over the logarithm of their number (the index of Adamic and Adar). Of equal scores those of the same
/// section come first, then the newest. What is missing to the number are the newest of the section.
///
/// However many articles an entity has, few rows are read: the newest 64 of each of the 16 entities that weigh most (index
/// `article_entities_suggest`, which holds all that is needed of them), the links of the best among those (the primary key of
/// `article_entities`), the newest of the section (index `articles_section_newest`), and the articles chosen by their primary key. Nothing is
/// stored, so that what is withdrawn is gone with the change that withdraws it.
pub const SUGGESTED_BEGIN: &str = "(WITH wanted AS (SELECT ";

/// See [`SUGGESTED_BEGIN`].
pub const SUGGESTED_END: &str = "::bigint AS size),
    mine AS MATERIALIZED (
        SELECT l.entity_id, CASE l.relation WHEN 'about' THEN 2 ELSE 1 END / ln(1 + e.article_count) AS weight
        FROM delivery.article_entities l JOIN delivery.entities e ON e.id = l.entity_id
        WHERE l.article_id = a.id AND e.article_count > CASE a.type WHEN 'article' THEN 1 ELSE 0 END
        ORDER BY weight DESC, l.position LIMIT 16
    ),
    passed_over AS MATERIALIZED (
        SELECT a.id UNION ALL
        SELECT p.target_id FROM delivery.article_related p WHERE p.article_id = a.id AND p.target_id IS NOT NULL
    ),
    best AS MATERIALIZED (
        SELECT n.article_id, n.published_at, coalesce(n.section_id = a.section_id, false) AS beside
        FROM mine m CROSS JOIN LATERAL (
            SELECT l.article_id, l.relation, l.section_id, l.published_at FROM delivery.article_entities l
            WHERE l.entity_id = m.entity_id AND l.language = split_part(a.language, '-', 1) AND l.published_at IS NOT NULL
            ORDER BY l.published_at DESC, l.article_id DESC LIMIT 64
        ) n
        WHERE NOT EXISTS (SELECT FROM passed_over p WHERE p.id = n.article_id)
        GROUP BY n.article_id, n.section_id, n.published_at
        ORDER BY sum(m.weight * CASE n.relation WHEN 'about' THEN 2 ELSE 1 END) DESC, beside DESC, n.published_at DESC, n.article_id
        LIMIT (SELECT 2 * size FROM wanted)
    ),
    filling AS MATERIALIZED (
        SELECT n.id, n.published_at FROM (
            SELECT s.id, s.published_at FROM delivery.articles s
            WHERE s.type = 'article' AND s.section_id = a.section_id AND split_part(s.language, '-', 1) = split_part(a.language, '-', 1)
            ORDER BY s.published_at DESC, s.id DESC LIMIT (SELECT 2 * size + 101 FROM wanted)
        ) n
        WHERE NOT EXISTS (SELECT FROM passed_over p WHERE p.id = n.id) AND NOT EXISTS (SELECT FROM best b WHERE b.article_id = n.id)
        ORDER BY n.published_at DESC, n.id DESC LIMIT (SELECT greatest(size - (SELECT count(*) FROM best), 0) FROM wanted)
    ),
    scored AS MATERIALIZED (
        SELECT b.article_id, b.published_at, b.beside, round((
                   SELECT sum(m.weight * CASE l.relation WHEN 'about' THEN 2 ELSE 1 END)
                   FROM delivery.article_entities l JOIN mine m ON m.entity_id = l.entity_id WHERE l.article_id = b.article_id
               )::numeric, 6) AS score
        FROM best b
        UNION ALL
        SELECT f.id, f.published_at, true, 0 FROM filling f
        ORDER BY score DESC, beside DESC, published_at DESC, article_id LIMIT (SELECT size FROM wanted)
    ),
    suggested AS (
        SELECT t.id, t.slug, c.slug AS section, t.language, NULL AS url, t.headline, t.published_at, s.score, s.beside
        FROM scored s JOIN delivery.articles t ON t.id = s.article_id LEFT JOIN delivery.sections c ON c.id = t.section_id
    )
    SELECT coalesce(json_agg(s ORDER BY s.score DESC, s.beside DESC, s.published_at DESC, s.id), '[]') FROM suggested s)";
