//! What becomes of the words of all articles (`delivery.words`) when some articles are others: new words come; a word that stood for an article which
//! has it no longer gets another that has it, or goes with the last. To find that out takes longer than all else of a publication. So it is done
//! before the counter is locked, and only looked over and written under the lock.

use std::collections::HashSet;

use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Bool, Float, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::future::try_join;
use uuid::Uuid;

use super::Analysed;
use crate::db::fixed;
use crate::error::Result;

/// With so many articles and more, a word is looked for among the newest first: to read all that have one which is not rare takes long.
const MANY: f32 = 20_000.0;

/// Of articles (`$1` to `$3`) the words that they are to have and have not yet, each once; and the words that articles (`$4`) stand for and are to
/// have no longer.
const FOUND: &str = "
    WITH has AS MATERIALIZED (
        SELECT p.id, p.stemming, p.vector::tsvector AS vector FROM unnest($1::uuid[], $2::text[], $3::text[]) AS p (id, stemming, vector)
    ), come AS (
        SELECT DISTINCT ON (h.stemming, w.word) h.stemming, w.word, h.id
        FROM has h
        CROSS JOIN LATERAL unnest(tsvector_to_array(ts_delete(h.vector, coalesce((
            SELECT tsvector_to_array(s.vector) FROM delivery.article_search s WHERE s.id = h.id AND s.stemming = h.stemming), '{}')))) AS w (word)
        WHERE w.word !~ '[=^0-9]' AND length(w.word) BETWEEN 2 AND 40
    )
    SELECT c.stemming, c.word, c.id AS home FROM come c
    UNION ALL
    SELECT k.stemming, k.word, NULL FROM delivery.words k
    WHERE k.article_id = ANY($4) AND NOT EXISTS (
        SELECT FROM has h WHERE h.id = k.article_id AND h.stemming = k.stemming AND h.vector @@ concat('''', k.word, '''')::tsquery)";

/// How many words articles stand for.
const STOOD: &str = "SELECT count(*) AS count FROM delivery.words WHERE article_id = ANY($1)";

const SIZE: &str =
    "SELECT reltuples >= $1 AS many FROM pg_class WHERE oid = 'delivery.article_search'::regclass";

/// Another article than some (`$3`) that has the word, among the newest: they have nearly all words that are not rare.
const AMONG_THE_NEWEST: &str = "
    WITH had AS MATERIALIZED (
        SELECT s.stemming, w.word, s.id
        FROM (SELECT id FROM delivery.articles WHERE type = 'article' ORDER BY published_at DESC, id DESC LIMIT 50) newest
        JOIN delivery.article_search s ON s.id = newest.id
        CROSS JOIN LATERAL unnest(tsvector_to_array(s.vector)) AS w (word)
        WHERE s.id <> ALL($3)
    )
    SELECT DISTINCT ON (h.stemming, h.word) h.stemming, h.word, h.id AS home
    FROM had h WHERE (h.stemming, h.word) IN (SELECT * FROM unnest($1::text[], $2::text[]))";

/// The same among all, or none. Index: `article_search_vector`.
const AMONG_ALL: &str = "
    SELECT lost.stemming, lost.word, (
        SELECT (array_agg(s.id))[1] FROM delivery.article_search s
        WHERE s.id <> ALL($3) AND s.vector @@ concat('''', lost.word, ''' & ''=', lost.stemming, '''')::tsquery) AS home
    FROM unnest($1::text[], $2::text[]) AS lost (stemming, word)";

/// The planner does not count what it takes to get at the vectors of all articles.
const ALONG_INDEXES: &str = "SELECT set_config('enable_seqscan', 'off', true)";

/// Takes new words in (`$1` to `$3`) of those among the articles (`$4`) that can be found by now, and tells for how many those stood before.
const TAKE_IN: &str = "
    WITH come AS (
        INSERT INTO delivery.words (stemming, word, article_id)
        SELECT n.stemming, n.word, n.home FROM unnest($1::text[], $2::text[], $3::uuid[]) AS n (stemming, word, home)
        WHERE n.home IN (SELECT s.id FROM delivery.article_search s WHERE s.id = ANY($4))
        ON CONFLICT (stemming, word) DO NOTHING
    )
    SELECT count(*) AS count FROM delivery.words WHERE article_id = ANY($4)";

/// Gives words (`$1`, `$2`) to articles (`$3`) that still have them, and takes those away for which there was none, if there is none; tells how many.
const MOVE: &str = "
    WITH lost AS MATERIALIZED (
        SELECT l.stemming, l.word, l.home AS wanted, CASE WHEN l.home IS NULL
            THEN (SELECT (array_agg(s.id))[1] FROM delivery.article_search s
                  WHERE s.vector @@ concat('''', l.word, ''' & ''=', l.stemming, '''')::tsquery)
            ELSE (SELECT s.id FROM delivery.article_search s
                  WHERE s.id = l.home AND s.vector @@ concat('''', l.word, ''' & ''=', l.stemming, '''')::tsquery)
            END AS home
        FROM unnest($1::text[], $2::text[], $3::uuid[]) AS l (stemming, word, home)
    ), moved AS (
        UPDATE delivery.words k SET article_id = l.home
        FROM lost l WHERE k.stemming = l.stemming AND k.word = l.word AND l.home IS NOT NULL
        RETURNING 1
    ), gone AS (
        DELETE FROM delivery.words k USING lost l
        WHERE k.stemming = l.stemming AND k.word = l.word AND l.home IS NULL AND l.wanted IS NULL
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM moved) + (SELECT count(*) FROM gone) AS count";

/// A word of a language, and an article that has it.
#[derive(Debug, QueryableByName)]
pub(in crate::publishing) struct Word {
    #[diesel(sql_type = Text)]
    stemming: String,
    #[diesel(sql_type = Text)]
    word: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    home: Option<Uuid>,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct SizeRow {
    #[diesel(sql_type = Bool)]
    many: bool,
}

/// What is to become of the words of all articles.
#[derive(Debug, Default)]
pub(in crate::publishing) struct Moves {
    come: Vec<Word>,
    lost: Vec<Word>,
    /// How many words the articles stood for when it was found out.
    stood: i64,
}

impl Moves {
    /// Finds out what articles (`ids`) do to the words that are about to be as analysed, or to go.
    pub async fn of(
        conn: &mut AsyncPgConnection,
        ids: &[Uuid],
        analysed: &Analysed,
    ) -> Result<Self> {
        let mut shared: &AsyncPgConnection = conn;
        // Counted first: what comes to stand for one of them after that makes another number under the lock.
        let stood = fixed(STOOD)
            .bind::<Array<SqlUuid>, _>(ids)
            .get_result::<CountRow>(&mut shared);
        let found = fixed(FOUND)
            .bind::<Array<SqlUuid>, _>(&analysed.ids)
            .bind::<Array<Text>, _>(&analysed.stemmings)
            .bind::<Array<Text>, _>(&analysed.vectors)
            .bind::<Array<SqlUuid>, _>(ids)
            .load::<Word>(&mut shared);
        let (stood, found) = try_join(stood, found).await?;
        let (come, lost) = found.into_iter().partition(|word| word.home.is_some());
        Ok(Self {
            come,
            lost: housed(conn, lost, ids).await?,
            stood: stood.count,
        })
    }

    /// Takes new words in under the counter's lock, after the articles were written; tells for how many those stood before.
    pub async fn take_in(&self, mut conn: &AsyncPgConnection, ids: &[Uuid]) -> Result<i64> {
        let come = Columns::of(&self.come);
        let stood: CountRow = fixed(TAKE_IN)
            .bind::<Array<Text>, _>(come.stemmings)
            .bind::<Array<Text>, _>(come.words)
            .bind::<Array<Nullable<SqlUuid>>, _>(come.homes)
            .bind::<Array<SqlUuid>, _>(ids)
            .get_result(&mut conn)
            .await?;
        Ok(stood.count)
    }

    /// Makes the moves after that, and tells whether that was all that was to be done. What has changed since they were found out makes them too few;
    /// then all must be looked at again.
    pub async fn make(&self, conn: &mut AsyncPgConnection, stood: i64) -> Result<bool> {
        Ok(move_all(conn, &self.lost).await? && stood == self.stood)
    }
}

/// Moves words that articles have lost, under the counter's lock, when all articles are written.
pub(in crate::publishing) async fn move_lost(
    conn: &mut AsyncPgConnection,
    lost: Vec<Word>,
) -> Result<()> {
    let lost = housed(conn, lost, &[]).await?;
    move_all(conn, &lost).await?;
    Ok(())
}

/// Looks for another article, none of some, for each word that its own has lost.
async fn housed(conn: &mut AsyncPgConnection, lost: Vec<Word>, but: &[Uuid]) -> Result<Vec<Word>> {
    if lost.is_empty() {
        return Ok(lost);
    }
    fixed(ALONG_INDEXES).execute(conn).await?;
    let size: SizeRow = fixed(SIZE).bind::<Float, _>(MANY).get_result(conn).await?;
    if !size.many {
        return search(conn, AMONG_ALL, &lost, but).await;
    }
    let mut found = search(conn, AMONG_THE_NEWEST, &lost, but).await?;
    let known: HashSet<(&str, &str)> = found.iter().map(Word::name).collect();
    let mut left = lost;
    left.retain(|word| !known.contains(&word.name()));
    if !left.is_empty() {
        found.extend(search(conn, AMONG_ALL, &left, but).await?);
    }
    Ok(found)
}

async fn search(
    conn: &mut AsyncPgConnection,
    sql: &'static str,
    lost: &[Word],
    but: &[Uuid],
) -> Result<Vec<Word>> {
    let lost = Columns::of(lost);
    Ok(fixed(sql)
        .bind::<Array<Text>, _>(lost.stemmings)
        .bind::<Array<Text>, _>(lost.words)
        .bind::<Array<SqlUuid>, _>(but)
        .load(conn)
        .await?)
}

/// Makes moves, and tells whether all of them held.
async fn move_all(conn: &mut AsyncPgConnection, lost: &[Word]) -> Result<bool> {
    if lost.is_empty() {
        return Ok(true);
    }
    let columns = Columns::of(lost);
    let moved: CountRow = fixed(MOVE)
        .bind::<Array<Text>, _>(columns.stemmings)
        .bind::<Array<Text>, _>(columns.words)
        .bind::<Array<Nullable<SqlUuid>>, _>(columns.homes)
        .get_result(conn)
        .await?;
    Ok(usize::try_from(moved.count) == Ok(lost.len()))
}

impl Word {
    fn name(&self) -> (&str, &str) {
        (&self.stemming, &self.word)
    }
}

/// Words as the arrays that a statement takes.
struct Columns<'w> {
    stemmings: Vec<&'w str>,
    words: Vec<&'w str>,
    homes: Vec<Option<Uuid>>,
}

impl<'w> Columns<'w> {
    fn of(words: &'w [Word]) -> Self {
        Self {
            stemmings: words.iter().map(|word| word.stemming.as_str()).collect(),
            words: words.iter().map(|word| word.word.as_str()).collect(),
            homes: words.iter().map(|word| word.home).collect(),
        }
    }
}
