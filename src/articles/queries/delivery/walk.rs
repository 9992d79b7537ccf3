//! Lists are read along an index, in their order, from where the page before ended: what one filter holds is walked, and each row on the way
//! is asked whether it satisfies the others. What is asked of a row stands in a subquery of its own, which is run for that row and no other:
//! so no estimate of the planner's can turn the walk into something else.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::filters::{Bound, Filters, SortBy, Words};
use super::satisfy::{Asked, satisfy};
use super::words::WORDED;
use crate::db::statement::{Bind, Statement};

/// What is walked: what a filter holds, or everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// Articles by their ids.
    Ids,
    /// Articles by their slugs.
    Slugs,
    /// The others of a group of translations.
    Translations,
    /// What a question in words finds.
    Words,
    /// The rarest of several entities.
    AllEntities,
    /// An entity.
    Within,
    /// Entities, one after the other.
    Entities,
    /// Authors, likewise.
    Authors,
    /// Sections, likewise.
    Sections,
    /// Kinds of entities, likewise.
    Kinds,
    /// Articles with updates.
    Updated,
    /// Languages, one after the other.
    Language,
    /// All articles, or all pages, between the bounds of one of their dates.
    Dated(SortBy),
}

/// How a source is walked. Its indexes are those that begin with what is held, followed by the date and the id.
pub(super) struct Path {
    /// What is walked one after the other, as `w`.
    of: &'static str,
    /// Where, as `l`.
    table: &'static str,
    /// The article's id there.
    pub id: &'static str,
    /// Which rows.
    holds: &'static str,
}

impl Source {
    /// Whether it has no order, so that it is read whole: few rows by their keys, or what has some words.
    pub fn unordered(self) -> bool {
        matches!(
            self,
            Self::Ids | Self::Slugs | Self::Translations | Self::Words
        )
    }

    /// Whether an article may come more than once.
    fn repeats(self) -> bool {
        matches!(self, Self::Entities | Self::Authors | Self::Kinds)
    }

    /// Whether its rows are articles, not links.
    pub fn is_of_articles(self) -> bool {
        self.path(false).table == ARTICLES
    }

    pub(super) fn path(self, pages: bool) -> Path {
        let of_links = |of, holds| Path {
            of,
            table: "delivery.article_entities",
            id: "l.article_id",
            holds,
        };
        let of_articles = |of, holds| Path {
            of,
            table: ARTICLES,
            id: "l.id",
            holds,
        };
        match self {
            Self::Words => Path {
                table: WORDED,
                ..of_articles(ALONE, "l.type = 'article'")
            },
            Self::AllEntities => of_links(RAREST, NAMED),
            Self::Within => of_links("unnest((SELECT within FROM asked)) w (id)", NAMED),
            Self::Entities => of_links("unnest((SELECT entity FROM asked)) w (id)", NAMED),
            Self::Kinds => of_links(
                "unnest((SELECT kind FROM asked)) w (kind)",
                "l.kind = w.kind AND l.leads",
            ),
            Self::Authors => Path {
                table: "delivery.article_authors",
                ..of_links(
                    "unnest((SELECT author FROM asked)) w (id)",
                    "l.author_id = w.id AND l.published_at IS NOT NULL",
                )
            },
            // Not type = 'article': then there would be another index in the same order, and a guess which of the two is better.
            Self::Sections => of_articles(
                "unnest((SELECT section FROM asked)) w (id)",
                "l.section_id = w.id AND l.type <> 'page'",
            ),
            Self::Language => of_articles(
                "unnest((SELECT language FROM asked)) w (tag)",
                "l.language = w.tag AND l.type <> 'page'",
            ),
            Self::Updated => of_articles(ALONE, "l.type = 'article' AND l.update_count > 0"),
            _ if pages => of_articles(ALONE, "l.type = 'page'"),
            _ => of_articles(ALONE, "l.type = 'article'"),
        }
    }
}

/// How many articles with the words of a phrase are looked through for the phrase.
const LOOKED_THROUGH: &str = "30000";

const ARTICLES: &str = "delivery.articles";
const ALONE: &str = "(SELECT) w";
const NAMED: &str = "l.entity_id = w.id AND l.published_at IS NOT NULL";
const RAREST: &str = "(SELECT e.id FROM delivery.entities e
    WHERE e.id = ANY((SELECT all_entities FROM asked)::uuid[]) AND array_position((SELECT all_entities FROM asked), NULL) IS NULL
    ORDER BY e.article_count LIMIT 1) w";

/// Which stretch of a list is walked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    /// The date that it is sorted by.
    pub sort: SortBy,
    /// Whether the oldest come first.
    pub ascending: bool,
    /// Where it begins.
    pub after: Option<(DateTime<Utc>, Uuid)>,
    /// How many rows of each that is walked.
    pub rows: &'static str,
}

/// The ids and dates of a stretch that satisfy the filters, in no order, as `id` and `at`; an article may come twice. With `apart`, without
/// those that have a bound of another date than the list is sorted by between their dates: see [`spanning`].
pub(super) fn walk<ST>(
    sql: &mut Statement<ST>,
    (filters, source): (&Filters, Source),
    stretch: Stretch,
    apart: bool,
) {
    sql.sql("SELECT x.id, x.at FROM ");
    rows(sql, filters, source, Some(stretch.sort));
    along(sql, filters, stretch, source);
    if apart {
        for bound in filters.bounds().filter(|bound| bound.date != stretch.sort) {
            bind(sql, bound, stretch.sort);
        }
    }
    satisfy(
        sql,
        filters,
        source,
        Asked::OfRow {
            along: stretch.sort,
        },
    );
    if source.unordered() {
        sql.sql(" OFFSET 0) x");
    } else {
        order(sql, source, stretch);
        sql.sql(") x");
    }
}

/// How wide a source is, whatever filters else there are: how many rows a stretch has, if that is less than its `rows`; else the more, the less
/// time those rows go through. A source that soon comes far is the better one to walk along, even if it has much at another place.
pub(super) fn measure<ST>(
    sql: &mut Statement<ST>,
    (filters, source): (&Filters, Source),
    stretch: Stretch,
) {
    // Seconds from the year 1, or to the year 10000.
    let nearness = if stretch.ascending {
        " ELSE 253402300800 - extract(epoch FROM max(c.at))::bigint END FROM (SELECT x.at FROM "
    } else {
        " ELSE 62135596800 + extract(epoch FROM min(c.at))::bigint END FROM (SELECT x.at FROM "
    };
    sql.sql("(SELECT CASE WHEN count(*) < ").sql(stretch.rows);
    sql.sql(" THEN count(*)").sql(nearness);
    rows(sql, filters, source, Some(stretch.sort));
    if source.unordered() {
        // All of it will be read, wherever the stretch begins.
        sql.sql(" LIMIT ").sql(stretch.rows);
    } else {
        along(sql, filters, stretch, source);
        order(sql, source, stretch);
    }
    sql.sql(") x LIMIT ").sql(stretch.rows).sql(") c)");
}

/// How many articles satisfy the filters, by a walk of all that the source holds. What else is asked is looked up for each, so that the walk
/// needs no more than its index.
pub(super) fn count<ST>(sql: &mut Statement<ST>, filters: &Filters, source: Source) {
    let distinct = if source.repeats() {
        "(SELECT count(DISTINCT x.id) FROM "
    } else {
        "(SELECT count(*) FROM "
    };
    sql.sql(distinct);
    rows(sql, filters, source, None);
    let own = match source {
        Source::Dated(date) => Some(date),
        _ => None,
    };
    for bound in filters.bounds() {
        if own.is_none_or(|date| date == bound.date) {
            bind(sql, bound, bound.date);
        }
    }
    sql.sql(" OFFSET 0) x WHERE true");
    satisfy(sql, filters, source, Asked::OfId { along: own });
    sql.sql(")");
}

/// The ids and dates, as `id` and `at`, of articles that satisfy the filters and have this bound between their dates. Where a list is bound by
/// another date than it is sorted by, it is these and a stretch on one side of the bound: the rest has both dates on the wrong side. So it need
/// not be searched for the few that have not. Index: `articles_span`.
pub(super) fn spanning<ST>(
    sql: &mut Statement<ST>,
    filters: &Filters,
    bound: Bound,
    stretch: Stretch,
) {
    let all = Source::Dated(stretch.sort);
    sql.sql("SELECT l.id, l.").sql(stretch.sort.column());
    sql.sql(
        " FROM (SELECT l.id, l.slug, l.type, l.language, l.section_id, l.translation_of, l.update_count,
                       l.published_at, l.fresh_at, l.modified_at
                FROM delivery.articles l WHERE ",
    );
    spans(sql, bound);
    sql.sql(" OFFSET 0) l WHERE ").sql(all.path(false).holds);
    along(sql, filters, stretch, all);
    satisfy(
        sql,
        filters,
        all,
        Asked::OfRow {
            along: stretch.sort,
        },
    );
}

/// How many articles have this bound between their dates; no more than `rows`.
pub(super) fn measure_spanning<ST>(sql: &mut Statement<ST>, bound: Bound, rows: &'static str) {
    sql.sql("(SELECT count(*) FROM (SELECT FROM delivery.articles l WHERE ");
    spans(sql, bound);
    sql.sql(" LIMIT ").sql(rows).sql(") c)");
}

/// The condition in the words of the index `articles_span`.
fn spans<ST>(sql: &mut Statement<ST>, bound: Bound) {
    sql.sql(
        "(l.published_at <> l.fresh_at OR l.published_at <> l.modified_at)
         AND tstzrange(least(l.published_at, l.fresh_at, l.modified_at), greatest(l.published_at, l.fresh_at, l.modified_at), '[]') @> ",
    )
    .bind(Bind::Time(bound.at));
}

/// The ids of a source's rows, and one of their dates as `at`, up to where conditions may follow. Nothing else of them, so that the index has it
/// all.
fn rows<ST>(sql: &mut Statement<ST>, filters: &Filters, source: Source, date: Option<SortBy>) {
    let path = source.path(filters.pages);
    sql.sql(path.of).sql(" CROSS JOIN LATERAL (SELECT ");
    sql.sql(path.id).sql(" AS id");
    if let Some(date) = date {
        sql.sql(", l.").sql(date.column()).sql(" AS at");
    }
    if let (Source::Words, Some(words)) = (source, &filters.words) {
        sql.sql(" FROM (");
        having(sql, words);
        sql.sql(")");
    } else {
        sql.sql(" FROM ").sql(path.table);
    }
    sql.sql(" l WHERE ").sql(path.holds);
    match source {
        Source::Ids => {
            let ids = filters.ids.clone().unwrap_or_default();
            sql.sql(" AND l.id = ANY(").bind(Bind::Ids(ids)).sql(")");
        }
        Source::Slugs => {
            let slugs = filters.slugs.clone().unwrap_or_default();
            sql.sql(" AND l.slug = ANY(")
                .bind(Bind::Texts(slugs))
                .sql(")");
        }
        Source::Translations => {
            sql.sql(
                " AND coalesce(l.translation_of, l.id) = (SELECT coalesce(o.translation_of, o.id) FROM delivery.articles o
                                                         WHERE o.id = (SELECT translated FROM asked))
                  AND l.id <> (SELECT translated FROM asked)",
            );
        }
        _ => {}
    }
}

/// Articles with these words. Phrases are looked for in the newest of those that have their words, however many these are.
fn having<ST>(sql: &mut Statement<ST>, words: &Words) {
    const COLUMNS: &str = "SELECT f.id, f.type, f.published_at, f.fresh_at, f.modified_at";
    let loose = |sql: &mut Statement<ST>| {
        sql.sql(" FROM ")
            .sql(WORDED)
            .sql(" f WHERE f.vector @@ ")
            .bind(Bind::Text(words.loose.clone()))
            .sql("::tsquery");
    };
    sql.sql(COLUMNS);
    match &words.strict {
        None => loose(sql),
        Some(strict) => {
            sql.sql(" FROM (").sql(COLUMNS).sql(", f.vector");
            loose(sql);
            sql.sql(" ORDER BY f.published_at DESC, f.id DESC LIMIT ")
                .sql(LOOKED_THROUGH)
                .sql(") f WHERE f.vector @@ ")
                .bind(Bind::Text(strict.clone()))
                .sql("::tsquery");
        }
    }
}

/// From where the stretch begins to the bounds of its date.
fn along<ST>(sql: &mut Statement<ST>, filters: &Filters, stretch: Stretch, source: Source) {
    let date = stretch.sort.column();
    for bound in filters.bounds().filter(|bound| bound.date == stretch.sort) {
        bind(sql, bound, stretch.sort);
    }
    if let Some((at, id)) = stretch.after {
        sql.sql(" AND (l.").sql(date).sql(", ");
        sql.sql(source.path(filters.pages).id)
            .sql(if stretch.ascending { ") > (" } else { ") < (" });
        sql.bind(Bind::Time(at)).sql(", ").bind(Bind::Id(id));
        sql.sql(")");
    }
}

/// The order of the stretch and its length.
fn order<ST>(sql: &mut Statement<ST>, source: Source, stretch: Stretch) {
    let direction = if stretch.ascending { "" } else { " DESC" };
    sql.sql(" ORDER BY l.").sql(stretch.sort.column());
    sql.sql(direction).sql(", ").sql(source.path(false).id);
    sql.sql(direction).sql(" LIMIT ").sql(stretch.rows);
}

/// The bound, of this date.
fn bind<ST>(sql: &mut Statement<ST>, bound: Bound, date: SortBy) {
    sql.sql(" AND l.").sql(date.column()).sql(bound.sign());
    sql.bind(Bind::Time(bound.at));
}
