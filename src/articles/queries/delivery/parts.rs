//! What is read of each article beside its own columns, as far as it was asked for.

use super::Sql;
use crate::articles::selection::{Field, Include, Selection, UpdatesWindow};
use crate::db::statement::Bind;
use crate::donation_links::queries::delivery::{
    DONATION_LINK_JSON, OF_ARTICLE_BEGIN, OF_ARTICLE_END,
};
use crate::partners::model::Audience;
use crate::partners::queries::delivery::{T, covering, may_read, reads_all};
use crate::publishing::card::{
    ALIASES, AUTHORS, ENTITIES_BEGIN, ENTITIES_END, RELATED_BEGIN, TRANSLATIONS_BEGIN,
    UPDATE_AUTHORS,
};
use crate::related::queries::delivery::{SUGGESTED_BEGIN, SUGGESTED_END};

/// How the text of `a` begins; index: the primary key.
macro_rules! beginning {
    ($shape:literal) => {
        concat!(
            "delivery.",
            $shape,
            "((SELECT t.body_text FROM delivery.article_texts t WHERE t.id = a.id))"
        )
    };
}

/// A column with the whole of it, with an excerpt, and what it is called.
type Hidden = (&'static str, &'static str, &'static str);

const BODY_HTML: Hidden = ("a.body_html", beginning!("excerpt_html"), " AS body_html");
const BODY_BLOCKS: Hidden = (
    "(SELECT t.body_blocks FROM delivery.article_texts t WHERE t.id = a.id)",
    beginning!("excerpt_blocks"),
    " AS body_blocks",
);
const BODY_TEXT: Hidden = (
    "(SELECT t.body_text FROM delivery.article_texts t WHERE t.id = a.id)",
    beginning!("excerpt"),
    " AS body_text",
);

/// The texts in the forms asked for. What these readers may not have never leaves the database.
pub(super) fn texts(sql: &mut Sql, selection: &Selection) {
    let forms = selection.forms;
    let public = [
        (forms.html, ", a.standfirst_html"),
        (forms.blocks, ", a.standfirst_blocks"),
        (forms.text, ", a.standfirst_text"),
    ];
    for (asked, column) in public {
        if asked && selection.has(Field::Standfirst) {
            sql.sql(column);
        }
    }
    let hidden = [
        (forms.html, BODY_HTML),
        (forms.blocks, BODY_BLOCKS),
        (forms.text, BODY_TEXT),
    ];
    for (asked, (whole, excerpt, name)) in hidden {
        if asked && selection.has(Field::Body) {
            sql.sql(", ");
            within(sql, selection.audience(), (whole, excerpt));
            sql.sql(name);
        }
    }
    if selection.has(Field::Outline) {
        // Headings are of the text.
        sql.sql(", coalesce(");
        within(sql, selection.audience(), ("a.outline", "NULL"));
        sql.sql(", '[]') AS outline");
    }
}

/// The whole of something or an excerpt of it, as far as these readers may have it; else null.
fn within(sql: &mut Sql, audience: &Audience, (whole, excerpt): (&'static str, &'static str)) {
    if reads_all(audience) {
        sql.sql(whole);
        return;
    }
    sql.sql("CASE ")
        .sql(may_read(audience))
        .sql(" WHEN 'full' THEN ")
        .sql(whole)
        .sql(" WHEN 'excerpt' THEN ")
        .sql(excerpt)
        .sql(" END");
}

/// The site as a JSON object for `PublicPublisher`.
const PUBLISHER: &str = "(SELECT json_build_object(
        'title', s.title, 'tagline', s.tagline, 'logo', s.logo, 'social_links', s.social_links, 'copyright', s.copyright,
        'licence', s.licence, 'public_text', s.public_text) FROM delivery.site s)";

/// What only feeds tell of `a`, for `PublicSyndicated`, but for the summary; indexes: the primary keys.
const SYNDICATED: &str = "json_build_object(
        'guid', a.guid, 'seq', a.seq,
        'file', (SELECT json_build_object('mime', m.mime, 'bytes', m.bytes) FROM delivery.media m WHERE m.id = (a.image ->> 'media')::uuid), 'summary', coalesce(a.standfirst_text, ";

/// Where there is no introduction, how the text begins.
const SUMMARY: (&str, &str) = (
    "(SELECT left(t.body_text, 1000) FROM delivery.article_texts t WHERE t.id = a.id)",
    beginning!("excerpt"),
);

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
        sql.sql(", delivery.updates_within(");
        updates(sql, &selection.updates);
        sql.sql(", ").sql(may_read(selection.audience()));
        sql.sql(") AS updates, ")
            .sql(UPDATE_AUTHORS)
            .sql(" AS update_authors");
    }
    if selection.includes(Include::Related) {
        sql.sql(", ").sql(RELATED_BEGIN);
        picked(sql, selection.audience());
        sql.sql(") AS related");
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
        sql.sql(", ").sql(TRANSLATIONS_BEGIN);
        covering(sql, selection.audience(), T);
        sql.sql(") AS translations");
    }
    if selection.includes(Include::Aliases) {
        sql.sql(", ").sql(ALIASES).sql(" AS aliases");
    }
    if selection.linked_data {
        sql.sql(", ").sql(PUBLISHER).sql(" AS publisher");
    }
    if selection.syndicated {
        sql.sql(", ").sql(SYNDICATED);
        within(sql, selection.audience(), SUMMARY);
        sql.sql(")) AS syndicated");
    }
}

/// Goes on to those picks that these readers may know of: pages elsewhere, and articles that there are for them.
fn picked(sql: &mut Sql, audience: &Audience) {
    if audience.contract().is_some() {
        sql.sql(" AND (t.id IS NULL OR (true");
        covering(sql, audience, T);
        sql.sql("))");
    }
}

/// The updates stand in the row as they are sent; only a part of many, or of some kinds, is made when read.
fn updates(sql: &mut Sql, window: &UpdatesWindow) {
    if window.is_whole_page() {
        sql.sql("CASE WHEN a.update_count <= ")
            .bind(Bind::Number(UpdatesWindow::OF_PAGE))
            .sql(" THEN a.updates ELSE ");
    } else {
        sql.sql("CASE WHEN a.update_count = 0 THEN a.updates ELSE ");
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
    .sql(") e) END");
}
