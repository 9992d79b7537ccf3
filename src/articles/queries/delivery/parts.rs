//! What is read of each article beside its own columns, as far as it was asked for.

use super::Sql;
use crate::articles::selection::{Field, Include, Selection, UpdatesWindow};
use crate::db::statement::Bind;
use crate::donation_links::queries::delivery::{
    DONATION_LINK_JSON, OF_ARTICLE_BEGIN, OF_ARTICLE_END,
};
use crate::publishing::card::{
    ALIASES, AUTHORS, ENTITIES_BEGIN, ENTITIES_END, RELATED, TRANSLATIONS, UPDATE_AUTHORS,
};
use crate::related::queries::delivery::{SUGGESTED_BEGIN, SUGGESTED_END};

pub(super) fn texts(sql: &mut Sql, selection: &Selection) {
    let forms = selection.forms;
    let columns = [
        (Field::Standfirst, forms.html, ", a.standfirst_html"),
        (Field::Standfirst, forms.blocks, ", a.standfirst_blocks"),
        (Field::Standfirst, forms.text, ", a.standfirst_text"),
        (Field::Body, forms.html, ", a.body_html"),
        (
            Field::Body,
            forms.blocks,
            ", (SELECT t.body_blocks FROM delivery.article_texts t WHERE t.id = a.id) AS body_blocks",
        ),
        (
            Field::Body,
            forms.text,
            ", (SELECT t.body_text FROM delivery.article_texts t WHERE t.id = a.id) AS body_text",
        ),
        (Field::Outline, true, ", a.outline"),
    ];
    for (field, asked, column) in columns {
        if asked && selection.has(field) {
            sql.sql(column);
        }
    }
}

/// The site as a JSON object for `PublicPublisher`.
const PUBLISHER: &str = "(SELECT json_build_object(
        'title', s.title, 'tagline', s.tagline, 'logo', s.logo, 'social_links', s.social_links, 'copyright', s.copyright,
        'licence', s.licence, 'public_text', s.public_text) FROM delivery.site s)";

/// What only feeds tell of `a`, for `PublicSyndicated`. Where there is no introduction, how the text begins; indexes: the primary keys.
const SYNDICATED: &str = "json_build_object(
        'guid', a.guid,
        'summary', coalesce(a.standfirst_text, (SELECT left(t.body_text, 1000) FROM delivery.article_texts t WHERE t.id = a.id)),
        'file', (SELECT json_build_object('mime', m.mime, 'bytes', m.bytes) FROM delivery.media m WHERE m.id = (a.image ->> 'media')::uuid))";

/// Each relation is one indexed subquery; the indexes are the primary keys of the link tables.
pub(super) fn relations(sql: &mut Sql, selection: &Selection) {
    if selection.includes(Include::Authors) {
        sql.sql(", ").sql(AUTHORS).sql(" AS authors");
    }
    if selection.includes(Include::Entities) {
        sql.sql(", ").sql(ENTITIES_BEGIN);
        if selection.linked_data {
            sql.sql(", 'aliases', e.aliases, 'description', e.description, 'same_as', e.same_as");
        }
        sql.sql(ENTITIES_END).sql(" AS entities");
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
        sql.sql(", ").sql(ALIASES).sql(" AS aliases");
    }
    if selection.linked_data {
        sql.sql(", ").sql(PUBLISHER).sql(" AS publisher");
    }
    if selection.syndicated {
        sql.sql(", ").sql(SYNDICATED).sql(" AS syndicated");
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
    sql.sql(if window.newest {
        " ORDER BY n DESC LIMIT "
    } else {
        " ORDER BY n LIMIT "
    })
    .bind(Bind::Number(window.probe))
    .sql(") e) END AS updates, ")
    .sql(UPDATE_AUTHORS)
    .sql(" AS update_authors");
}
