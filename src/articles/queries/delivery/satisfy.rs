//! What is asked of each row of a walk; and the same conditions as a plain query has them.

use super::filters::{Filters, SortBy, Words};
use super::walk::Source;
use super::words::WORDED;
use crate::db::statement::{Bind, Statement};
use crate::partners::queries::delivery::{A, covering};

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asked {
    /// The row of the walk, as `l`, that goes along this date.
    OfRow {
        /// Its bounds are kept by the walk.
        along: SortBy,
    },
    /// The id that a walk gave, as `x.id`.
    OfId {
        /// Only the bounds of this date were kept by the walk; all of them where none is told.
        along: Option<SortBy>,
    },
}

/// Adds the conditions of all filters but that of the source. Each is a subquery that the planner can't make a join of. Indexes: the primary
/// keys, `article_entities_entity`.
pub(super) fn satisfy<ST>(
    sql: &mut Statement<ST>,
    filters: &Filters,
    source: Source,
    asked: Asked,
) {
    let mut own = Statement::new("");
    of_the_article(&mut own, filters, Some(source));
    let id = match asked {
        Asked::OfRow { along } => {
            for bound in filters.bounds().filter(|bound| bound.date != along) {
                sql.sql(" AND (SELECT l.").sql(bound.date.column());
                sql.sql(bound.sign()).bind(Bind::Time(bound.at)).sql(")");
            }
            source.path(filters.pages).id
        }
        Asked::OfId { along } => {
            if let Some(along) = along {
                bounds(&mut own, filters, |date| date != along);
            }
            "x.id"
        }
    };
    if !own.is_empty() {
        sql.sql(" AND (SELECT true").append(own);
        if matches!(asked, Asked::OfRow { .. }) && source.is_of_articles() {
            sql.sql(" FROM (SELECT l.id, l.slug, l.language, l.section_id, l.translation_of, l.update_count) a)");
        } else {
            sql.sql(" FROM delivery.articles a WHERE a.id = ")
                .sql(id)
                .sql(")");
        }
    }
    if filters.audience.contract().is_some() {
        sql.sql(" AND (SELECT true FROM delivery.articles a WHERE a.id = ")
            .sql(id);
        covering(sql, &filters.audience, A);
        sql.sql(")");
    }
    if let Some(words) = &filters.words
        && source != Source::Words
    {
        sql.sql(" AND (SELECT true FROM delivery.article_words k WHERE k.id = ")
            .sql(id);
        matched(sql, words, "k.vector");
        sql.sql(")");
    }
    for [table, condition] in links(filters, Some(source)) {
        sql.sql(" AND (SELECT true FROM ").sql(table);
        sql.sql(" k WHERE k.article_id = ").sql(id);
        sql.sql(" AND ").sql(condition).sql(" LIMIT 1)");
    }
    if filters.all_entities.is_some() {
        sql.sql(" AND (SELECT bool_and((SELECT true FROM delivery.article_entities k WHERE k.entity_id = u.id AND k.article_id = ")
            .sql(id)
            .sql(" LIMIT 1) IS TRUE) FROM unnest((SELECT all_entities FROM asked)) u (id))");
    }
}

/// How many articles satisfy the filters, by whatever plan the planner finds: where each of them holds much, reading everything may be best.
pub(super) fn count_freely<ST>(sql: &mut Statement<ST>, filters: &Filters) {
    sql.sql("(SELECT count(*) FROM delivery.articles a WHERE ");
    every(sql, filters);
    sql.sql(")");
}

/// The conditions of all filters, for the planner to choose among: what `a` must be, a row of `articles` or of [`WORDED`], in a statement
/// that begins with [`begin_freely`](super::begin_freely).
pub fn every<ST>(sql: &mut Statement<ST>, filters: &Filters) {
    sql.sql(if filters.pages {
        "a.type = 'page'"
    } else {
        "a.type = 'article'"
    });
    bounds(sql, filters, |_| true);
    of_the_article(sql, filters, None);
    covering(sql, &filters.audience, A);
    if let Some(words) = &filters.words {
        sql.sql(" AND a.id IN (SELECT k.id FROM ")
            .sql(WORDED)
            .sql(" k WHERE true");
        matched(sql, words, "k.vector");
        sql.sql(")");
    }
    for [table, condition] in links(filters, None) {
        sql.sql(" AND a.id IN (SELECT k.article_id FROM ")
            .sql(table);
        sql.sql(" k WHERE ").sql(condition).sql(")");
    }
    if filters.all_entities.is_some() {
        sql.sql(
            " AND a.id IN (SELECT k.article_id FROM delivery.article_entities k
                           WHERE k.entity_id = ANY((SELECT all_entities FROM asked)::uuid[])
                           GROUP BY k.article_id HAVING count(DISTINCT k.entity_id) = cardinality((SELECT all_entities FROM asked)))",
        );
    }
}

/// That a vector has what is asked in words. Index: `article_search_vector`.
fn matched<ST>(sql: &mut Statement<ST>, words: &Words, vector: &'static str) {
    for query in [Some(&words.loose), words.strict.as_ref()]
        .into_iter()
        .flatten()
    {
        sql.sql(" AND ").sql(vector).sql(" @@ ");
        sql.bind(Bind::Text(query.clone())).sql("::tsquery");
    }
}

/// The bounds of some dates.
fn bounds<ST>(sql: &mut Statement<ST>, filters: &Filters, of: impl Fn(SortBy) -> bool) {
    for bound in filters.bounds().filter(|bound| of(bound.date)) {
        sql.sql(" AND a.").sql(bound.date.column());
        sql.sql(bound.sign()).bind(Bind::Time(bound.at));
    }
}

/// In what table an article has a link, and what that must be, as `k`.
type Link = [&'static str; 2];

/// The links that the filters ask for, but for those of the source.
fn links(filters: &Filters, source: Option<Source>) -> impl Iterator<Item = Link> {
    const ENTITIES: &str = "delivery.article_entities";
    let all: [(bool, Source, Link); 4] = [
        (
            filters.authors.is_some(),
            Source::Authors,
            [
                "delivery.article_authors",
                "k.author_id = ANY((SELECT author FROM asked)::uuid[])",
            ],
        ),
        (
            filters.entities.is_some(),
            Source::Entities,
            [
                ENTITIES,
                "k.entity_id = ANY((SELECT entity FROM asked)::uuid[])",
            ],
        ),
        (
            filters.within_entity.is_some(),
            Source::Within,
            [
                ENTITIES,
                "k.entity_id = ANY((SELECT within FROM asked)::uuid[])",
            ],
        ),
        (
            filters.entity_kinds.is_some(),
            Source::Kinds,
            [ENTITIES, "k.kind = ANY((SELECT kind FROM asked)::text[])"],
        ),
    ];
    all.into_iter()
        .filter(move |(asked, own, _)| *asked && source != Some(*own))
        .map(|(_, _, link)| link)
}

/// What is asked of an article's own row, as `a`, but for what the source holds.
fn of_the_article<ST>(asked: &mut Statement<ST>, filters: &Filters, source: Option<Source>) {
    let but = |own| source != Some(own);
    if filters.sections.is_some() && but(Source::Sections) {
        asked.sql(" AND a.section_id = ANY((SELECT section FROM asked)::uuid[])");
    }
    if let Some(language) = &filters.language
        && but(Source::Language)
    {
        asked
            .sql(" AND (a.language = ")
            .bind(Bind::Text(language.clone()))
            .sql(" OR starts_with(a.language, ")
            .bind(Bind::Text(format!("{language}-")))
            .sql("))");
    }
    match filters.has_updates {
        Some(true) if but(Source::Updated) => drop(asked.sql(" AND a.update_count > 0")),
        Some(false) => drop(asked.sql(" AND a.update_count = 0")),
        _ => {}
    }
    if let Some(ids) = &filters.ids
        && but(Source::Ids)
    {
        asked.sql(" AND a.id = ANY(").bind(Bind::Ids(ids.clone()));
        asked.sql(")");
    }
    if let Some(slugs) = &filters.slugs
        && but(Source::Slugs)
    {
        asked.sql(" AND a.slug = ANY(");
        asked.bind(Bind::Texts(slugs.clone())).sql(")");
    }
    if filters.translation_of.is_some() && but(Source::Translations) {
        asked.sql(
            " AND coalesce(a.translation_of, a.id) = (SELECT coalesce(o.translation_of, o.id) FROM delivery.articles o
                                                     WHERE o.id = (SELECT translated FROM asked))
              AND a.id <> (SELECT translated FROM asked)",
        );
    }
}
