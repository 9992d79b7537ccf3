//! Related articles as readers see them: a part of the article's statement.

/// The picks of the article `a` as a JSON array for `PublicRelated`, in order. Headlines are those of now: an article that is withdrawn while
/// this is read is in delivery or it is not, and then it is not here either.
pub const OF_ARTICLE: &str = "(SELECT coalesce(json_agg(json_build_object(
        'id', t.id, 'slug', t.slug, 'section', c.slug, 'language', t.language, 'url', p.url, 'headline', coalesce(t.headline, p.title),
        'published_at', t.published_at) ORDER BY p.position), '[]')
    FROM delivery.article_related p
    LEFT JOIN delivery.articles t ON t.id = p.target_id
    LEFT JOIN delivery.sections c ON c.id = t.section_id
    WHERE p.article_id = a.id AND (t.id IS NOT NULL OR p.url IS NOT NULL))";
