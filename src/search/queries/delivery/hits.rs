//! What a question finds.
//!
//! However many articles have a word, the time that this takes is bounded: the newest [`RANKED`] hits are weighed and shown, and beside them the
//! newest [`IN_HEADLINE`] that have all of the question in their headline, however old. When it is asked how many there are, or how they divide,
//! the newest [`COUNTED`] are gathered for that.
//! Years are gone through from the newest on, so that of a common word only a year or two is read. The index alone finds the articles
//! (`article_search_vector`); texts are read of those that are weighed, and of those on the page.

use super::Search;
use crate::articles::queries::delivery::{Sql, WORDED, begin_freely, every, item, put_together};
use crate::db::DeliveryConn;
use crate::db::statement::{Bind, Snapshot, snapshot};
use crate::error::Result;
use crate::http::cursor::{Position, SortKey};
use crate::partners::queries::delivery::may_read;
use crate::publishing::card::VERSION_SQL;
use crate::question::tsquery::Queries;
use crate::search::model::Findings;
use crate::values::frontend::FRONTEND_SQL;

/// How many hits are counted at most.
const COUNTED: i64 = 10_000;

/// How many hits are weighed and shown at most: the newest.
const RANKED: i64 = 1_000;

/// How many more hits are weighed and shown that have all of the question in their headline.
const IN_HEADLINE: i64 = 250;

/// How many articles with the words of a phrase are looked through for the phrase.
const LOOKED_THROUGH: i64 = 30_000;

/// How much of a body is marked, in characters.
const MARKED: i64 = 50_000;

/// How many sections and entities are told.
const FACETS: i64 = 20;

/// Years with articles of a type, the newest first; each is one look into `articles_published`.
const YEARS_BEGIN: &str = ", years (first) AS (
        SELECT date_trunc('year', max(published_at) AT TIME ZONE 'UTC') FROM delivery.articles WHERE type = ";

const YEARS_MORE: &str = "
        UNION ALL
        SELECT (SELECT date_trunc('year', max(a.published_at) AT TIME ZONE 'UTC') FROM delivery.articles a
                WHERE a.published_at < y.first AT TIME ZONE 'UTC' AND a.type = ";

/// What is divided gets the mark of its year, and its bounds for what stands apart, which has no index.
const YEARS_END: &str = "
        ) FROM years y WHERE y.first IS NOT NULL
    ), divided (mark, since, until) AS (
        SELECT concat(' & ''=', to_char(first, 'FMYYYY'), ''''), first AT TIME ZONE 'UTC', (first + interval '1 year') AT TIME ZONE 'UTC'
        FROM years WHERE first IS NOT NULL
    )";

const WHOLE: &str = ", divided (mark, since, until) AS (VALUES ('', '-infinity'::timestamptz, 'infinity'::timestamptz))";

/// The stems of a hit `s` weigh: those in headlines most; and what is five years older half as much. `ln` of it, in millionths. That is the
/// order at any time: it does not change with the clock, so that pages go on where the one before ended.
const SCORE_BEGIN: &str = "round(1000000 * (ln(0.0001 + ts_rank(";

const SCORE_END: &str = ") + extract(epoch FROM s.published_at)::double precision * (ln(2) / (5 * 365.25 * 86400))))::bigint AS score";

/// What is marked in a hit. Where these readers may not have the texts, what follows the first piece is false, and those are not read.
const TEXTS: &str = "(SELECT json_build_object('stemming', s.stemming, 'headline', a.headline, 'standfirst', a.standfirst_text,
    'body', CASE WHEN w.whole THEN left(b.body_text, ";

const TEXTS_UPDATES: &str = "::integer) END, 'updates', (
        SELECT coalesce(json_agg(json_build_object('number', u.value -> 'number', 'headline', u.value -> 'headline', 'text', u.value -> 'text') ORDER BY u.ordinality), '[]')
        FROM json_array_elements(a.updates) WITH ORDINALITY AS u WHERE w.whole AND u.value ->> 'text' IS NOT NULL))
    FROM (SELECT ";

const TEXTS_END: &str = " = 'full' AS whole) w CROSS JOIN delivery.articles a JOIN delivery.article_search s ON s.id = a.id LEFT JOIN delivery.article_texts b ON b.id = a.id
    WHERE a.id = p.id)";

/// Finds a page and one more.
pub(super) async fn hits(
    conn: &mut DeliveryConn,
    asked: &Search<'_>,
    queries: &Queries,
    (small, whole): (bool, bool),
) -> Result<Snapshot<Findings>> {
    let mut sql = divided(asked, &queries.any, small);
    sql.sql(", gathered AS MATERIALIZED (");
    let most = if asked.count || asked.facets {
        COUNTED
    } else {
        RANKED + 1
    };
    gathered(
        &mut sql,
        asked,
        (&queries.loose, queries.strict.as_deref()),
        most,
    );
    sql.sql("), headed AS MATERIALIZED (SELECT f.* FROM (");
    gathered(
        &mut sql,
        asked,
        (&queries.headline, queries.strict.as_deref()),
        IN_HEADLINE,
    );
    sql.sql(") f WHERE (SELECT count(*) FROM gathered) > ")
        .bind(Bind::Number(RANKED))
        .sql("), ranked AS MATERIALIZED (SELECT s.id, ");
    score(&mut sql, queries, whole);
    sql.sql(" FROM ((SELECT id, published_at, vector FROM gathered ORDER BY published_at DESC, id DESC LIMIT ")
        .bind(Bind::Number(RANKED))
        .sql(") UNION ALL SELECT f.id, f.published_at, f.vector FROM headed f) s), page AS MATERIALIZED (SELECT DISTINCT r.id, r.score FROM ranked r");
    page(&mut sql, asked);
    sql.sql(") SELECT h.epoch, h.seq, ")
        .sql(FRONTEND_SQL)
        .sql(", json_build_object('hits', (SELECT coalesce(json_agg(json_build_object('score', p.score, 'article', ");
    article(&mut sql, asked);
    sql.sql(", 'texts', ")
        .sql(TEXTS)
        .bind(Bind::Number(MARKED))
        .sql(TEXTS_UPDATES)
        .sql(may_read(asked.selection.audience()))
        .sql(TEXTS_END)
        .sql(") ORDER BY p.score DESC, p.id DESC), '[]') FROM page p)");
    if asked.count {
        sql.sql(", 'total', (SELECT count(*) FROM gathered)");
    }
    if asked.facets {
        facets(&mut sql);
    }
    sql.sql(")::text, NULL::bigint FROM delivery.head h");
    snapshot(conn, sql).await
}

/// The article `p`: its card, where that has all that is asked for, else put together.
fn article(sql: &mut Sql, asked: &Search<'_>) {
    if asked.selection.is_on_card() {
        sql.sql("coalesce((SELECT c.card FROM delivery.article_cards c WHERE c.id = p.id AND h.cards = ")
            .sql(VERSION_SQL)
            .sql("), ");
    }
    sql.sql("(SELECT row_to_json(r) FROM (");
    item(sql, asked.selection);
    sql.sql("a.id = p.id) r)");
    if asked.selection.is_on_card() {
        sql.sql(")");
    }
}

fn divided(asked: &Search<'_>, any: &str, small: bool) -> Sql {
    let mut sql = begin_freely(&asked.filters);
    put_together(&mut sql, any);
    if small {
        sql.sql(WHOLE);
        return sql;
    }
    let article_type = if asked.filters.pages {
        "'page'"
    } else {
        "'article'"
    };
    sql.sql(YEARS_BEGIN)
        .sql(article_type)
        .sql(YEARS_MORE)
        .sql(article_type)
        .sql(YEARS_END);
    sql
}

/// The newest that a query finds and that meet the filters, and that a stricter query finds too, where there is one. The query is not a constant to
/// the planner, which then trusts the index whatever it knows of the words.
fn gathered(sql: &mut Sql, asked: &Search<'_>, (loose, strict): (&str, Option<&str>), most: i64) {
    sql.sql(
        "SELECT g.id, g.published_at, g.section_id, g.language, g.vector FROM divided d CROSS JOIN LATERAL (",
    );
    if strict.is_some() {
        sql.sql("SELECT f.* FROM (");
    }
    sql.sql("SELECT a.id, a.published_at, a.section_id, a.language, a.vector FROM ")
        .sql(WORDED)
        .sql(" a WHERE a.vector @@ concat('(', ")
        .bind(Bind::Text(loose.to_owned()))
        .sql("::text, ')', d.mark)::tsquery AND a.published_at >= d.since AND a.published_at < d.until AND ");
    every(sql, &asked.filters);
    sql.sql(" ORDER BY a.published_at DESC, a.id DESC LIMIT ");
    match strict {
        Some(strict) => sql
            .bind(Bind::Number(LOOKED_THROUGH))
            .sql(") f WHERE f.vector @@ ")
            .bind(Bind::Text(strict.to_owned()))
            .sql("::tsquery LIMIT ")
            .bind(Bind::Number(most)),
        None => sql.bind(Bind::Number(most)),
    };
    sql.sql(") g LIMIT ").bind(Bind::Number(most));
}

/// Who may not have the texts is not told by the order either what stands in them.
fn score(sql: &mut Sql, queries: &Queries, whole: bool) {
    let vector = if whole {
        "s.vector, "
    } else {
        "ts_filter(s.vector, '{a,b}'), "
    };
    sql.sql(SCORE_BEGIN)
        .sql(vector)
        .bind(Bind::Text(queries.exact.query.clone()))
        .sql("::tsquery) * ")
        .bind(Bind::Number(queries.exact.weight))
        .sql(" / 1000.0");
    if !queries.wide.query.is_empty() {
        sql.sql(" + ts_rank(")
            .sql(vector)
            .bind(Bind::Text(queries.wide.query.clone()))
            .sql("::tsquery) * ")
            .bind(Bind::Number(queries.wide.weight))
            .sql(" / 1000.0");
    }
    sql.sql(SCORE_END);
}

fn page(sql: &mut Sql, asked: &Search<'_>) {
    if let Some(Position {
        key: SortKey::Number(score),
        id,
    }) = &asked.after
    {
        sql.sql(" WHERE (r.score, r.id) < (")
            .bind(Bind::Number(*score))
            .sql(", ")
            .bind(Bind::Id(*id))
            .sql(")");
    }
    sql.sql(" ORDER BY r.score DESC, r.id DESC LIMIT ")
        .bind(Bind::Number(asked.probe));
}

/// How those that were gathered divide.
fn facets(sql: &mut Sql) {
    sql.sql(
        ", 'facets', json_build_object(
            'sections', (SELECT coalesce(json_agg(json_build_object('id', c.id, 'slug', c.slug, 'name', c.name, 'count', n.count) ORDER BY n.count DESC, c.name, c.id), '[]')
                FROM (SELECT section_id, count(*) FROM gathered WHERE section_id IS NOT NULL GROUP BY section_id ORDER BY count(*) DESC, section_id LIMIT ",
    )
    .bind(Bind::Number(FACETS))
    .sql(
        ") n JOIN delivery.sections c ON c.id = n.section_id),
            'entities', (SELECT coalesce(json_agg(json_build_object('id', e.id, 'slug', e.slug, 'name', e.name, 'count', n.count) ORDER BY n.count DESC, e.name, e.id), '[]')
                FROM (SELECT l.entity_id, count(*) FROM gathered g JOIN delivery.article_entities l ON l.article_id = g.id
                      GROUP BY l.entity_id ORDER BY count(*) DESC, l.entity_id LIMIT ",
    )
    .bind(Bind::Number(FACETS))
    .sql(
        ") n JOIN delivery.entities e ON e.id = n.entity_id),
            'years', (SELECT coalesce(json_agg(json_build_array(n.year, n.count) ORDER BY n.year DESC), '[]')
                FROM (SELECT extract(year FROM published_at AT TIME ZONE 'UTC')::integer AS year, count(*) FROM gathered GROUP BY 1) n),
            'languages', (SELECT coalesce(json_agg(json_build_array(n.language, n.count) ORDER BY n.count DESC, n.language), '[]')
                FROM (SELECT language, count(*) FROM gathered GROUP BY 1) n))",
    );
}
