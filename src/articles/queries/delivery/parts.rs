//! What is read of each article beside its own columns, as far as it was asked for.

use super::Sql;
use crate::articles::selection::{Field, Include, Selection, UpdatesWindow};
use crate::db::statement::Bind;
use crate::donation_links::queries::delivery::{
    DONATION_LINK_JSON, OF_ARTICLE_BEGIN, OF_ARTICLE_END,
};
use crate::related::queries::delivery::{OF_ARTICLE as RELATED, SUGGESTED_BEGIN, SUGGESTED_END};

pub(super) fn texts(sql: &mut Sql, selection: &Selection) {
    let forms = selection.forms;
    let columns = [
        (Field::Standfirst, forms.html, ", a.standfirst_html"),
        (Field::Standfirst, forms.blocks, ", a.standfirst_blocks"),
        (Field::Standfirst, forms.text, ", a.standfirst_text"),
        (Field::Body, forms.html, ", a.body_html"),
        (Field::Body, forms.blocks, ", a.body_blocks"),
        (Field::Body, forms.text, ", a.body_text"),
        (Field::Outline, true, ", a.outline"),
    ];
    for (field, asked, column) in columns {
        if asked && selection.has(field) {
            sql.sql(column);
        }
    }
}

/// The others of the group of `a` as a JSON array for `PublicTranslation`; index: `articles_translations`.
const TRANSLATIONS: &str = "(SELECT coalesce(json_agg(json_build_object(
        'id', t.id, 'slug', t.slug, 'language', t.language, 'headline', t.headline, 'section', c.slug,
        'published_at', t.published_at,
        'kinship', CASE WHEN t.id = a.translation_of THEN 'original' WHEN t.translation_of = a.id THEN 'translation' ELSE 'sibling' END)
        ORDER BY t.language, t.published_at, t.id), '[]')
    FROM delivery.articles t
    LEFT JOIN delivery.sections c ON c.id = t.section_id
    WHERE coalesce(t.translation_of, t.id) = coalesce(a.translation_of, a.id) AND t.id <> a.id)";

/// The site as a JSON object for `PublicPublisher`.
const PUBLISHER: &str = "(SELECT json_build_object(
        'title', s.title, 'tagline', s.tagline, 'logo', s.logo, 'social_links', s.social_links, 'copyright', s.copyright,
        'licence', s.licence, 'public_text', s.public_text) FROM delivery.site s)";

/// Each relation is one indexed subquery; the indexes are the primary keys of the link tables.
pub(super) fn relations(sql: &mut Sql, selection: &Selection) {
    if selection.includes(Include::Authors) {
        sql.sql(
            ", (SELECT coalesce(json_agg(json_build_object('id', p.id, 'slug', p.slug, 'name', p.name) ORDER BY l.position), '[]')
                FROM delivery.article_authors l JOIN delivery.authors p ON p.id = l.author_id WHERE l.article_id = a.id) AS authors",
        );
    }
    if selection.includes(Include::Entities) {
        sql.sql(
            ", (SELECT coalesce(json_agg(json_build_object('id', e.id, 'slug', e.slug, 'kind', e.kind, 'relation', l.relation,
                        'name', coalesce(e.names ->> a.language, e.names ->> split_part(a.language, '-', 1), e.name)",
        );
        if selection.linked_data {
            sql.sql(", 'aliases', e.aliases, 'description', e.description, 'same_as', e.same_as");
        }
        sql.sql(
            ") ORDER BY l.position), '[]')
                FROM delivery.article_entities l JOIN delivery.entities e ON e.id = l.entity_id WHERE l.article_id = a.id) AS entities",
        );
    }
    if selection.includes(Include::Updates) {
        updates(sql, &selection.updates);
    }
    if selection.includes(Include::Related) {
        sql.sql(", ").sql(RELATED).sql(" AS related");
    }
    if let Some(size) = selection.suggestions {
        sql.sql(", ").sql(SUGGESTED_BEGIN);
        sql.bind(Bind::Number(size));
        sql.sql(SUGGESTED_END).sql(" AS suggested");
    }
    if selection.includes(Include::DonationLinks) {
        sql.sql(", ")
            .sql(OF_ARTICLE_BEGIN)
            .sql(DONATION_LINK_JSON)
            .sql(OF_ARTICLE_END)
            .sql(" AS donation_links");
    }
    if selection.includes(Include::Translations) {
        sql.sql(", ").sql(TRANSLATIONS).sql(" AS translations");
    }
    if selection.includes(Include::Aliases) {
        sql.sql(
            ", (SELECT coalesce(json_agg(s.slug ORDER BY s.slug), '[]') FROM delivery.slugs s
                WHERE s.kind = 'article' AND s.id = a.id AND NOT s.current) AS aliases",
        );
    }
    if selection.linked_data {
        sql.sql(", ").sql(PUBLISHER).sql(" AS publisher");
    }
}

/// The updates stand in the row as they are sent; only a part of many, or of some kinds, is made when read.
fn updates(sql: &mut Sql, window: &UpdatesWindow) {
    if window.is_whole_page() {
        sql.sql(", CASE WHEN a.update_count <= ")
            .bind(Bind::Number(UpdatesWindow::OF_PAGE))
            .sql(" THEN a.updates ELSE ");
    } else {
        sql.sql(", CASE WHEN a.update_count = 0 THEN a.updates ELSE ");
    }
    sql.sql(
        "(SELECT coalesce(json_agg(e.u ORDER BY e.n), '[]')
          FROM (SELECT u, n FROM json_array_elements(a.updates) WITH ORDINALITY AS o (u, n)
                WHERE (u ->> 'number')::bigint > ",
    )
    .bind(Bind::Number(window.after_number));
    if let Some(kinds) = &window.kinds {
        sql.sql(" AND u ->> 'kind' = ANY(")
            .bind(Bind::Texts(kinds.clone()))
            .sql(")");
    }
    sql.sql(" ORDER BY n LIMIT ")
        .bind(Bind::Number(window.probe))
        .sql(
            ") e) END AS updates, CASE WHEN a.update_count = 0 THEN '[]' ELSE
            (SELECT coalesce(json_agg(json_build_object('id', p.id, 'slug', p.slug, 'name', p.name)), '[]')
             FROM delivery.authors p
             WHERE p.id IN (SELECT w::uuid FROM json_array_elements(a.updates) u, json_array_elements_text(u -> 'author_ids') w))
           END AS update_authors",
        );
}
