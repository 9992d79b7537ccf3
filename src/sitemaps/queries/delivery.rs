//! What sitemaps tell of what readers may see.

use uuid::Uuid;

use crate::db::DeliveryConn;
use crate::db::statement::{Bind, Snapshot, SnapshotTypes, Statement, snapshot};
use crate::error::Result;
use crate::sitemaps::model::{
    Count, FULL, Listed, ListedArticle, MOST, MOST_NEWS, News, Prefix, Thing,
};
use crate::values::frontend::FRONTEND_SQL;

type Sql = Statement<SnapshotTypes>;

/// How many rows are read at once.
const PAGE: usize = 2_000;

/// The same, as SQL: of a bound number the planner thinks it is a tenth of everything.
const LIMIT_PAGE: &str = " ORDER BY o.id LIMIT 2000) r), NULL::bigint FROM delivery.head h";

/// The table of a kind as `o`, and which of its rows are for search engines. Whether the canonical address of an article is its own, whoever makes
/// its address tells; that it is on the site is all that is asked here.
fn table(listed: Listed) -> (&'static str, &'static str) {
    match listed {
        Listed::Articles => ("delivery.articles o", ARTICLE_LISTED),
        Listed::Sections => ("delivery.sections o", "true"),
        Listed::Authors => ("delivery.authors o", "true"),
        Listed::Entities => ("delivery.entities o", "o.article_count > 0"),
    }
}

const ARTICLE_LISTED: &str = "(NOT coalesce((o.seo ->> 'noindex')::boolean, false)
        AND (o.canonical_url IS NULL OR starts_with(o.canonical_url, (SELECT public_url FROM delivery.site))))";

/// The same of another article, `t`.
const OTHER_LISTED: &str = "NOT coalesce((t.seo ->> 'noindex')::boolean, false)";

/// Counts what begins so, each up to one more than `most`, and tells whether any of it is for search engines. Indexes: the primary keys alone, but for
/// the first that is for search engines.
async fn count(
    conn: &mut DeliveryConn,
    listed: Listed,
    (prefixes, most): (&[Prefix], i64),
) -> Result<Snapshot<Vec<Count>>> {
    let (first, last): (Vec<Uuid>, Vec<Uuid>) = prefixes.iter().map(|one| one.bounds()).unzip();
    let (from, is_listed) = table(listed);
    let mut sql = Sql::new(
        "SELECT h.epoch, h.seq, NULL::text, (SELECT coalesce(json_agg(json_build_object('rows', c.rows, 'any', c.any) ORDER BY p.n), '[]')::text FROM unnest(",
    );
    sql.bind(Bind::Ids(first))
        .sql(", ")
        .bind(Bind::Ids(last))
        .sql(") WITH ORDINALITY AS p (first, last, n) CROSS JOIN LATERAL (SELECT (SELECT count(*) FROM (SELECT FROM ")
        .sql(from)
        .sql(" WHERE o.id >= p.first AND o.id <= p.last LIMIT ")
        .bind(Bind::Number(most + 1))
        .sql(") l) AS rows, EXISTS (SELECT FROM ")
        .sql(from)
        .sql(" WHERE o.id >= p.first AND o.id <= p.last AND ")
        .sql(is_listed)
        .sql(") AS any) c), NULL::bigint FROM delivery.head h");
    snapshot(conn, sql).await
}

/// The files of a kind that have anything, none of them too long.
///
/// # Errors
/// The database.
pub async fn files(conn: &mut DeliveryConn, listed: Listed) -> Result<Snapshot<Vec<Prefix>>> {
    let mut digits = 0;
    // Ids are random, so that one stretch is about as long as another: one is counted to know how short they must be, and then all of them.
    while digits < Prefix::LONGEST && !fit(conn, listed, (sample(digits), FULL)).await?.rows {
        digits += 1;
    }
    loop {
        let prefixes: Vec<_> = Prefix::all(digits).collect();
        let counted = count(conn, listed, (&prefixes, FULL)).await?;
        let fits = counted.rows.iter().all(|file| file.rows <= FULL);
        if fits || digits >= Prefix::LONGEST {
            return Ok(counted.map(|counts| {
                let files = prefixes.into_iter().zip(counts);
                files
                    .filter(|(_, file)| file.any)
                    .map(|(prefix, _)| prefix)
                    .collect()
            }));
        }
        digits += 1;
    }
}

/// Any one of so many digits.
fn sample(digits: u8) -> Prefix {
    Prefix::all(digits).next().unwrap_or_default()
}

async fn fit(
    conn: &mut DeliveryConn,
    listed: Listed,
    (prefix, most): (Prefix, i64),
) -> Result<Snapshot<bool>> {
    let counted = count(conn, listed, (&[prefix], most)).await?;
    Ok(counted.map(|files| files.iter().all(|file| file.rows <= most)))
}

/// Whether what begins so is few enough for a file.
///
/// # Errors
/// The database.
pub async fn is_file(
    conn: &mut DeliveryConn,
    listed: Listed,
    prefix: Prefix,
) -> Result<Snapshot<bool>> {
    fit(conn, listed, (prefix, MOST)).await
}

/// A stretch of ids, in their order.
#[derive(Debug, Clone, Copy)]
pub struct Stretch {
    /// From this one on.
    pub first: Uuid,
    /// Up to and with this one.
    pub last: Uuid,
}

impl Stretch {
    /// What is left of it after a page of so many rows that ended with this one.
    pub fn after(self, rows: usize, last: Option<Uuid>) -> Option<Self> {
        let next = last?.as_u128().checked_add(1)?;
        let first = Uuid::from_u128(next);
        (rows >= PAGE && first <= self.last).then_some(Self { first, ..self })
    }
}

fn begin(sql: &mut Sql, columns: &'static str) {
    sql.sql(FRONTEND_SQL)
        .sql(", (SELECT coalesce(json_agg(r), '[]')::text FROM (SELECT ")
        .sql(columns);
}

fn end(sql: &mut Sql, stretch: Stretch, is_listed: &'static str) {
    sql.sql(" WHERE o.id >= ")
        .bind(Bind::Id(stretch.first))
        .sql(" AND o.id <= ")
        .bind(Bind::Id(stretch.last))
        .sql(" AND ")
        .sql(is_listed)
        .sql(LIMIT_PAGE);
}

/// The first articles of a stretch that are for search engines: at most a page. Indexes: the primary key, and `articles_translations` for the others of each group.
///
/// # Errors
/// The database.
pub async fn articles(
    conn: &mut DeliveryConn,
    stretch: Stretch,
) -> Result<Snapshot<Vec<ListedArticle>>> {
    let mut sql = Sql::new("SELECT h.epoch, h.seq, ");
    begin(
        &mut sql,
        "o.id, o.slug, c.slug AS section, o.language, o.published_at, o.canonical_url, CASE WHEN o.update_count = 0 THEN o.fresh_at ELSE
             greatest(o.fresh_at, (SELECT max((u ->> 'retracted_at')::timestamptz) FROM json_array_elements(o.updates) u)) END AS moved_at,
         (SELECT coalesce(json_agg(json_build_object('id', t.id, 'slug', t.slug, 'section', s.slug, 'language', t.language,
                                                     'published_at', t.published_at, 'canonical_url', t.canonical_url)), '[]')
          FROM delivery.articles t LEFT JOIN delivery.sections s ON s.id = t.section_id
          WHERE coalesce(t.translation_of, t.id) = coalesce(o.translation_of, o.id) AND t.id <> o.id AND ",
    );
    sql.sql(OTHER_LISTED).sql(
        ") AS others FROM delivery.articles o LEFT JOIN delivery.sections c ON c.id = o.section_id",
    );
    end(&mut sql, stretch, ARTICLE_LISTED);
    snapshot(conn, sql).await
}

/// The first things of a stretch that are for search engines, of a kind other than articles: at most a page. Indexes: the primary keys.
///
/// # Errors
/// The database.
pub async fn things(
    conn: &mut DeliveryConn,
    listed: Listed,
    stretch: Stretch,
) -> Result<Snapshot<Vec<Thing>>> {
    let (from, is_listed) = table(listed);
    let mut sql = Sql::new("SELECT h.epoch, h.seq, ");
    begin(&mut sql, "o.id, o.slug FROM ");
    sql.sql(from);
    end(&mut sql, stretch, is_listed);
    snapshot(conn, sql).await
}

/// What was published in the last two days by the database's clock, and for how long none of it grows older than that. Index: `articles_published`.
///
/// # Errors
/// The database.
pub async fn news(conn: &mut DeliveryConn) -> Result<Snapshot<News>> {
    let mut sql = Sql::new("WITH news AS MATERIALIZED (
            SELECT o.id, o.slug, c.slug AS section, o.language, o.published_at, o.canonical_url, o.headline
            FROM delivery.articles o LEFT JOIN delivery.sections c ON c.id = o.section_id
            WHERE o.type = 'article' AND o.published_at > now() - interval '2 days' AND ");
    sql.sql(ARTICLE_LISTED)
        .sql(" ORDER BY o.published_at DESC, o.id DESC LIMIT ")
        .bind(Bind::Number(MOST_NEWS))
        .sql(") SELECT h.epoch, h.seq, ")
        .sql(FRONTEND_SQL)
        .sql(
            ", (SELECT json_build_object(
                    'name', (SELECT title FROM delivery.site),
                    'right_for', (SELECT floor(extract(epoch FROM min(published_at) + interval '2 days' - now()))::bigint FROM news),
                    'articles', (SELECT coalesce(json_agg(n ORDER BY n.published_at DESC, n.id DESC), '[]') FROM news n))::text),
                NULL::bigint FROM delivery.head h",
        );
    snapshot(conn, sql).await
}
