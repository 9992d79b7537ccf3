//! What a copy has of each kind of thing, as it is sent: what others are called is told by their own copies.

use super::{Copied, Sql};
use crate::changes::sync::parameters::CopyField;
use crate::db::statement::Bind;
use crate::partners::model::Audience;
use crate::partners::queries::delivery::{T, covering, may_read};
use crate::values::Representations;

/// Times as answers show them.
macro_rules! time {
    ($column:literal) => {
        concat!(
            "to_char(",
            $column,
            " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
        )
    };
}

/// The forms of a rich text as `'html', a.body_html` and its like, and whether there is one.
struct Text {
    html: &'static str,
    blocks: &'static str,
    text: &'static str,
    is_there: &'static str,
}

/// The forms of a text that stand in columns of this prefix.
macro_rules! columns {
    ($prefix:literal) => {
        Text {
            html: concat!("'html', ", $prefix, "_html"),
            blocks: concat!("'blocks', ", $prefix, "_blocks"),
            text: concat!("'text', ", $prefix, "_text"),
            is_there: concat!($prefix, "_html IS NOT NULL"),
        }
    };
}

const OF_BODY: Text = Text {
    html: "'html', a.body_html",
    blocks: "'blocks', (SELECT t.body_blocks FROM delivery.article_texts t WHERE t.id = a.id)",
    text: "'text', (SELECT t.body_text FROM delivery.article_texts t WHERE t.id = a.id)",
    is_there: "a.body_html IS NOT NULL",
};

/// How the text begins.
macro_rules! beginning {
    ($before:literal, $shape:literal, $after:literal) => {
        concat!(
            $before,
            "delivery.",
            $shape,
            "((SELECT t.body_text FROM delivery.article_texts t WHERE t.id = a.id))",
            $after
        )
    };
}

const OF_EXCERPT: Text = Text {
    html: beginning!("'html', ", "excerpt_html", ""),
    blocks: beginning!("'blocks', ", "excerpt_blocks", ""),
    text: beginning!("'text', ", "excerpt", ""),
    is_there: beginning!("", "excerpt", " IS NOT NULL"),
};

const OF_UPDATE: Text = Text {
    html: "'html', u.html",
    blocks: "'blocks', u.blocks",
    text: "'text', u.text",
    is_there: "u.html IS NOT NULL",
};

/// Whom an article points to, up to where more may be asked of the article `t` of each.
const RELATED: &str = ", 'related', (SELECT coalesce(json_agg(json_build_object('id', t.id, 'url', p.url, 'title', p.title) ORDER BY p.position), '[]')
                FROM delivery.article_related p LEFT JOIN delivery.articles t ON t.id = p.target_id
                WHERE p.article_id = a.id AND (t.id IS NOT NULL OR p.url IS NOT NULL)";

/// The others of its group of translations, likewise.
const TRANSLATIONS: &str = ", 'translations', (SELECT coalesce(json_agg(json_build_object('id', t.id, 'kinship',
                    CASE WHEN t.id = a.translation_of THEN 'original' WHEN t.translation_of = a.id THEN 'translation' ELSE 'sibling' END)
                    ORDER BY t.id), '[]')
                FROM delivery.articles t
                WHERE coalesce(t.translation_of, t.id) = coalesce(a.translation_of, a.id) AND t.id <> a.id";

/// The branches of a CASE over `c.rank`, each of which gives a resource of `c.id` as JSON.
pub(super) fn each(sql: &mut Sql, copied: &Copied) {
    let forms = copied.forms;
    sql.sql(
        " WHEN 1 THEN (SELECT json_build_object('title', s.title, 'tagline', s.tagline, 'public_url', s.public_url, 'paths', s.paths,
            'default_language', s.default_language, 'time_zone', s.time_zone, 'about', ",
    );
    text(sql, forms, &columns!("s.about"));
    sql.sql(
        ", 'logo', s.logo, 'social_links', s.social_links, 'copyright', s.copyright, 'licence', s.licence, 'public_text', s.public_text,
            'donation_links', (SELECT coalesce(json_agg(d.link_id ORDER BY d.position), '[]') FROM delivery.donation_attachments d WHERE d.scope = 3))
            FROM delivery.site s)
        WHEN 2 THEN (SELECT json_build_object('id', s.id, 'slug', s.slug, 'name', s.name, 'names', s.names, 'description', s.description,
            'position', s.position, 'donation_links', (SELECT coalesce(json_agg(d.link_id ORDER BY d.position), '[]')
                FROM delivery.donation_attachments d WHERE d.scope = 2 AND d.owner_id = s.id))
            FROM delivery.sections s WHERE s.id = c.id)
        WHEN 3 THEN (SELECT json_build_object('id', p.id, 'slug', p.slug, 'name', p.name, 'biography', ",
    );
    text(sql, forms, &columns!("p.biography"));
    sql.sql(
        ", 'image', p.image, 'links', p.links) FROM delivery.authors p WHERE p.id = c.id)
        WHEN 4 THEN (SELECT json_build_object('id', e.id, 'kind', e.kind, 'slug', e.slug, 'name', e.name, 'names', e.names,
            'aliases', e.aliases, 'description', e.description, 'same_as', e.same_as, 'image', e.image)
            FROM delivery.entities e WHERE e.id = c.id)
        WHEN 5 THEN (SELECT json_build_object('id', l.id, 'provider', l.provider, 'url', l.url, 'bank', l.bank,
            'call_to_action', l.call_to_action, 'thank_you', l.thank_you, 'currency', l.currency,
            'suggested_amounts', l.suggested_amounts, 'placement', l.placement)
            FROM delivery.donation_links l WHERE l.id = c.id)
        WHEN 6 THEN (SELECT json_build_object('id', a.id, 'slug', a.slug",
    );
    for field in &copied.fields {
        article(sql, *field, copied);
    }
    sql.sql(") FROM delivery.articles a WHERE a.id = c.id)");
}

/// A rich text in the forms asked for; null where there is none.
fn text(sql: &mut Sql, forms: Representations, of: &Text) {
    sql.sql("CASE WHEN ")
        .sql(of.is_there)
        .sql(" THEN json_build_object(");
    let asked = [
        (forms.html, of.html),
        (forms.blocks, of.blocks),
        (forms.text, of.text),
    ];
    let asked = asked.into_iter().filter(|(asked, _)| *asked);
    for (place, (_, form)) in asked.enumerate() {
        if place > 0 {
            sql.sql(", ");
        }
        sql.sql(form);
    }
    sql.sql(") END");
}

fn article(sql: &mut Sql, field: CopyField, copied: &Copied) {
    let (forms, audience) = (copied.forms, &copied.audience);
    let plain = match field {
        CopyField::Id | CopyField::Slug => return,
        CopyField::Standfirst => {
            sql.sql(", 'standfirst', ");
            return text(sql, forms, &columns!("a.standfirst"));
        }
        CopyField::Body => {
            sql.sql(", 'body', ");
            return body(sql, forms, audience);
        }
        CopyField::Outline => {
            sql.sql(", 'outline', CASE ")
                .sql(may_read(audience))
                .sql(" WHEN 'full' THEN a.outline ELSE '[]' END");
            return;
        }
        CopyField::Updates => return updates(sql, forms, audience),
        CopyField::Type => ", 'type', a.type",
        CopyField::Headline => ", 'headline', a.headline",
        CopyField::Language => ", 'language', a.language",
        CopyField::Section => ", 'section', a.section_id",
        CopyField::Authors => {
            ", 'authors', (SELECT coalesce(json_agg(l.author_id ORDER BY l.position), '[]')
                FROM delivery.article_authors l WHERE l.article_id = a.id)"
        }
        CopyField::Image => ", 'image', a.image",
        CopyField::Seo => ", 'seo', a.seo",
        CopyField::CanonicalUrl => ", 'canonical_url', a.canonical_url",
        CopyField::WordCount => ", 'word_count', a.word_count",
        CopyField::ReadingMinutes => ", 'reading_minutes', a.reading_minutes",
        CopyField::PublishedAt => concat!(", 'published_at', ", time!("a.published_at")),
        CopyField::LastUpdateAt => concat!(", 'last_update_at', ", time!("a.last_update_at")),
        CopyField::ModifiedAt => concat!(", 'modified_at', ", time!("a.modified_at")),
        CopyField::UpdateCount => ", 'update_count', a.update_count",
        CopyField::CorrectionCount => ", 'correction_count', a.correction_count",
        CopyField::Entities => {
            ", 'entities', (SELECT coalesce(json_agg(json_build_object('id', l.entity_id, 'relation', l.relation) ORDER BY l.position), '[]')
                FROM delivery.article_entities l WHERE l.article_id = a.id)"
        }
        // What there is not for these readers can't be told of, not even by its id.
        CopyField::Related => {
            sql.sql(RELATED);
            if audience.contract().is_some() {
                sql.sql(" AND (t.id IS NULL OR (true");
                covering(sql, audience, T);
                sql.sql("))");
            }
            sql.sql(")");
            return;
        }
        CopyField::Translations => {
            sql.sql(TRANSLATIONS);
            covering(sql, audience, T);
            sql.sql(")");
            return;
        }
        CopyField::DonationLinks => {
            ", 'donation_links', CASE a.donation_mode WHEN 'own' THEN
                (SELECT coalesce(json_agg(d.link_id ORDER BY d.position), '[]')
                 FROM delivery.donation_attachments d WHERE d.scope = 1 AND d.owner_id = a.id)
                ELSE to_json(a.donation_mode) END"
        }
        CopyField::Aliases => {
            ", 'aliases', (SELECT coalesce(json_agg(s.slug ORDER BY s.slug), '[]') FROM delivery.slugs s
                WHERE s.kind = 'article' AND s.id = a.id AND NOT s.current)"
        }
    };
    sql.sql(plain);
}

/// The text, as far as these readers may have it.
fn body(sql: &mut Sql, forms: Representations, audience: &Audience) {
    sql.sql("CASE ")
        .sql(may_read(audience))
        .sql(" WHEN 'full' THEN ");
    text(sql, forms, &OF_BODY);
    sql.sql(" WHEN 'excerpt' THEN ");
    text(sql, forms, &OF_EXCERPT);
    sql.sql(" END");
}

/// What the texts of an article that are copied take where they are kept, in bytes: mostly packed. What is long is not read for it.
pub(super) fn weight(sql: &mut Sql, copied: &Copied) {
    let asked = |field| copied.fields.contains(&field);
    sql.sql("0");
    if asked(CopyField::Updates) {
        sql.sql(" + pg_column_size(a.updates)");
    }
    if asked(CopyField::Body) {
        let Representations { html, blocks, text } = copied.forms;
        let forms = [html, blocks, text].iter().filter(|asked| **asked).count();
        sql.sql(" + ")
            .bind(Bind::Number(forms as i64))
            .sql(" * coalesce(pg_column_size(a.body_html), 0)");
    }
}

/// All updates: who has the copy asks nobody for more. Each is taken apart once, however much is told of it.
fn updates(sql: &mut Sql, forms: Representations, audience: &Audience) {
    sql.sql(
        ", 'updates', CASE WHEN a.update_count = 0 THEN '[]' ELSE (SELECT json_agg(json_build_object(
            'id', u.id, 'number', u.number, 'anchor', 'u' || left(u.id, 8), 'kind', u.kind, 'headline', u.headline, 'body', ",
    );
    text(sql, forms, &OF_UPDATE);
    sql.sql(
        ", 'authors', u.author_ids, 'concerns', u.concerns, 'published_at', u.published_at, 'revised_at', u.revised_at,
            'retracted_at', u.retracted_at, 'retraction_reason', u.retraction_reason) ORDER BY u.n)
            FROM ROWS FROM (json_to_recordset(delivery.updates_within(a.updates, ",
    )
    .sql(may_read(audience))
    .sql(
        ")) AS (id text, number json, kind json, headline json, html json, blocks json, text json, author_ids json, concerns json,
                published_at json, revised_at json, retracted_at json, retraction_reason json))
            WITH ORDINALITY AS u (id, number, kind, headline, html, blocks, text, author_ids, concerns, published_at, revised_at, retracted_at,
                retraction_reason, n)) END",
    );
}
