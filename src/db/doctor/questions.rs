//! What the doctor asks a database. Nothing here writes. Errors are told in the database's own words: the reader is the operator.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Double, Integer, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::changes::Seq;
use crate::db::migrations::MIGRATIONS;
use crate::db::schema::delivery::head;
use crate::db::schema::newsroom::site;
use crate::rich_text::RENDERER_VERSION;

/// The server.
#[derive(Debug, QueryableByName)]
pub struct Version {
    /// As a number: 170002 is 17.2.
    #[diesel(sql_type = Integer)]
    pub number: i32,
    /// In words.
    #[diesel(sql_type = Text)]
    pub words: String,
}

/// Which Postgres it is.
///
/// # Errors
/// The database.
pub async fn version(conn: &mut AsyncPgConnection) -> QueryResult<Version> {
    diesel::sql_query(
        "SELECT current_setting('server_version_num')::integer AS number, current_setting('server_version') AS words",
    )
    .get_result(conn)
    .await
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Nullable<Text>)]
    line: Option<String>,
}

/// How this connection is encrypted; none when it is not.
///
/// # Errors
/// The database.
pub async fn encryption(conn: &mut AsyncPgConnection) -> QueryResult<Option<String>> {
    let found: Option<Line> = diesel::sql_query(
        "SELECT CASE WHEN ssl THEN version || ', ' || cipher END AS line FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    )
    .get_result(conn)
    .await
    .optional()?;
    Ok(found.and_then(|found| found.line))
}

/// How the database's shape and this program's go together.
#[derive(Debug)]
pub struct Shape {
    /// How many migrations both have.
    pub applied: usize,
    /// Those that the database has not seen.
    pub pending: Vec<String>,
    /// Those of the database that this program does not know.
    pub unknown: Vec<String>,
}

/// Compares the migrations of the database with this program's.
///
/// # Errors
/// The database.
pub async fn shape(conn: &mut AsyncPgConnection) -> QueryResult<Shape> {
    let applied: Vec<Line> = if exists(conn, "__diesel_schema_migrations").await? {
        let rows = "SELECT version::text AS line FROM __diesel_schema_migrations ORDER BY version";
        diesel::sql_query(rows).load(conn).await?
    } else {
        Vec::new()
    };
    let applied: Vec<String> = applied.into_iter().filter_map(|row| row.line).collect();
    let known = known_migrations();
    let missing_in = |these: &[String], those: &[String]| -> Vec<String> {
        these
            .iter()
            .filter(|one| !those.contains(one))
            .cloned()
            .collect()
    };
    let pending = missing_in(&known, &applied);
    Ok(Shape {
        applied: known.len() - pending.len(),
        unknown: missing_in(&applied, &known),
        pending,
    })
}

/// The versions of this program's migrations, in order.
fn known_migrations() -> Vec<String> {
    use diesel::migration::MigrationSource;
    let migrations = MigrationSource::<diesel::pg::Pg>::migrations(&MIGRATIONS).unwrap_or_default();
    let mut versions: Vec<String> = migrations
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect();
    versions.sort();
    versions
}

#[derive(QueryableByName)]
struct Truth {
    #[diesel(sql_type = Bool)]
    truth: bool,
}

async fn exists(conn: &mut AsyncPgConnection, table: &str) -> QueryResult<bool> {
    let found: Truth = diesel::sql_query("SELECT to_regclass($1) IS NOT NULL AS truth")
        .bind::<Text, _>(table)
        .get_result(conn)
        .await?;
    Ok(found.truth)
}

/// What of the published texts other renderers than this program's have made.
#[derive(Debug, QueryableByName)]
pub struct Renderings {
    /// By older ones.
    #[diesel(sql_type = BigInt)]
    pub older: i64,
    /// By newer ones.
    #[diesel(sql_type = BigInt)]
    pub newer: i64,
}

/// Counts them: articles that readers see, authors' biographies, the site's own text. Reads all of them.
///
/// # Errors
/// The database.
pub async fn renderings(conn: &mut AsyncPgConnection) -> QueryResult<Renderings> {
    diesel::sql_query(
        "SELECT count(*) FILTER (WHERE version < $1) AS older, count(*) FILTER (WHERE version > $1) AS newer
         FROM (SELECT renderer_version FROM delivery.articles WHERE renderer_version <> 0
               UNION ALL SELECT (biography ->> 'renderer_version')::integer FROM newsroom.authors
               UNION ALL SELECT (body ->> 'renderer_version')::integer FROM newsroom.update_versions
               UNION ALL SELECT (about ->> 'renderer_version')::integer FROM newsroom.site) AS texts (version)",
    )
    .bind::<Integer, _>(RENDERER_VERSION)
    .get_result(conn)
    .await
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many published articles search does not find, since a version of the program from before it has published them.
///
/// # Errors
/// The database.
pub async fn unsearchable(conn: &mut AsyncPgConnection) -> QueryResult<i64> {
    let found: Count = diesel::sql_query(
        "SELECT count(*) FROM delivery.articles a WHERE NOT EXISTS (SELECT FROM delivery.article_search s WHERE s.id = a.id)",
    )
    .get_result(conn)
    .await?;
    Ok(found.count)
}

#[derive(QueryableByName)]
struct Seconds {
    #[diesel(sql_type = Double)]
    seconds: f64,
}

/// How far the database's clock is ahead of this machine's, in seconds; right to half of the time that asking takes.
///
/// # Errors
/// The database.
pub async fn clock_ahead(conn: &mut AsyncPgConnection) -> QueryResult<f64> {
    let own = || {
        let now = chrono::Utc::now().timestamp_micros();
        std::time::Duration::from_micros(now.unsigned_abs()).as_secs_f64()
    };
    let before = own();
    let there: Seconds = diesel::sql_query(
        "SELECT extract(epoch FROM clock_timestamp())::double precision AS seconds",
    )
    .get_result(conn)
    .await?;
    Ok(there.seconds - (before + own()) / 2.0)
}

/// What `public_url` is until somebody tells it.
pub const NO_PUBLIC_URL: &str = "http://localhost:3000";

/// Where the site's pages are.
///
/// # Errors
/// The database.
pub async fn public_url(conn: &mut AsyncPgConnection) -> QueryResult<String> {
    site::table.select(site::public_url).first(conn).await
}

/// What a replica says of itself.
#[derive(Debug, QueryableByName)]
pub struct Standby {
    /// Whether it replays what a primary sends.
    #[diesel(sql_type = Bool)]
    pub is_standby: bool,
    /// The epoch of its log.
    #[diesel(sql_type = Integer)]
    pub epoch: i32,
    /// The last change that it has.
    #[diesel(sql_type = BigInt)]
    pub seq: i64,
}

/// How far a replica is.
///
/// # Errors
/// The database.
pub async fn standby(conn: &mut AsyncPgConnection) -> QueryResult<Standby> {
    diesel::sql_query(
        "SELECT pg_is_in_recovery() AS is_standby, h.epoch, h.seq FROM delivery.head h",
    )
    .get_result(conn)
    .await
}

/// Where the change log stands; none when its row is gone.
///
/// # Errors
/// The database.
pub async fn log_head(conn: &mut AsyncPgConnection) -> QueryResult<Option<Seq>> {
    let found: Option<(i32, i64)> = head::table
        .select((head::epoch, head::seq))
        .first(conn)
        .await
        .optional()?;
    Ok(found.map(|(epoch, number)| Seq { epoch, number }))
}
