//! What becomes of the words of all articles (`delivery.words`) when some articles are others: new words come; a word that stood for an article which
//! has it no longer gets another that has it, or goes with the last. To find that out takes longer than all else of a publication. So it is done
//! before the counter is locked, and only looked over and written under the lock.

use std::collections::HashSet;

use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Bool, Float, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{Analysed, Apart};
use crate::db::fixed;
use crate::error::Result;

/// With so many articles and more, a word is looked for among the newest first: to read all that have one which is not rare takes long.
const MANY: f32 = 20_000.0;

/// Of articles (`$1` to `$3`) the words that they are to have and have not yet, each once; the words that articles (`$4`) stand for and are to have no
/// longer; and, in a row without a word, for how many these stand.
const FOUND: &str = "
    WITH has AS MATERIALIZED (
        SELECT p.id, p.stemming, p.vector::tsvector AS vector FROM unnest($1::uuid[], $2::text[], $3::text[]) AS p (id, stemming, vector)
    ), come AS (
        SELECT DISTINCT ON (h.stemming, w.word) h.stemming, w.word, h.id
        FROM has h
        CROSS JOIN LATERAL unnest(tsvector_to_array(ts_delete(h.vector, coalesce((
            SELECT tsvector_to_array(s.vector) FROM delivery.article_search s WHERE s.id = h.id AND s.stemming = h.stemming), '{}')))) AS w (word)
        WHERE w.word !~ '[=^0-9]' AND length(w.word) BETWEEN 2 AND 40
    ), stands AS MATERIALIZED (
        SELECT k.article_id AS id, k.stemming, array_agg(k.word) AS words FROM delivery.words k WHERE k.article_id = ANY($4) GROUP BY k.article_id, k.stemming
    )
    SELECT c.stemming, c.word, c.id AS home, NULL::bigint AS stood FROM come c
    UNION ALL
    SELECT s.stemming, l.word, NULL, NULL
    FROM stands s LEFT JOIN has h ON h.id = s.id AND h.stemming = s.stemming
    CROSS JOIN LATERAL unnest(tsvector_to_array(ts_delete(array_to_tsvector(s.words), coalesce(tsvector_to_array(h.vector), '{}')))) AS l (word)
    UNION ALL
    SELECT '', '', NULL, coalesce(sum(cardinality(s.words)), 0) FROM stands s";

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

/// An article other than some (`$3`) that has the word of `l`, or none. Words that stand apart are looked through: they are few.
macro_rules! another {
    () => {
        "coalesce((
            SELECT (array_agg(s.id))[1] FROM delivery.article_search s
            WHERE s.id <> ALL($3) AND s.vector @@ concat('''', l.word, ''' & ''=', l.stemming, '''')::tsquery
        ), (
            SELECT s.id FROM delivery.appended_words b JOIN delivery.article_search s ON s.id = b.id CROSS JOIN LATERAL unnest(b.vectors) AS v (vector)
            WHERE s.id <> ALL($3) AND s.stemming = l.stemming AND v.vector @@ concat('''', l.word, '''')::tsquery LIMIT 1
        ))"
    };
}

/// The same among all, or none. Index: `article_search_vector`.
const AMONG_ALL: &str = concat!(
    "SELECT l.stemming, l.word, ",
    another!(),
    " AS home FROM unnest($1::text[], $2::text[]) AS l (stemming, word)"
);

/// The planner does not count what it takes to get at the vectors of all articles.
const ALONG_INDEXES: &str = "SELECT set_config('enable_seqscan', 'off', true)";

/// Gives words (`$1`, `$2`) to articles (`$4`) that still have them, and takes those away for which there was none, if there is none; tells how many.
/// Any article may be another (`$3`).
const MOVE: &str = concat!(
    "WITH lost AS MATERIALIZED (
        SELECT l.stemming, l.word, l.home AS wanted, CASE WHEN l.home IS NULL THEN ",
    another!(),
    " ELSE coalesce((
                SELECT s.id FROM delivery.article_search s
                WHERE s.id = l.home AND s.vector @@ concat('''', l.word, ''' & ''=', l.stemming, '''')::tsquery
            ), (
                SELECT s.id FROM delivery.article_search s JOIN delivery.appended_words b USING (id) CROSS JOIN LATERAL unnest(b.vectors) AS v (vector)
                WHERE s.id = l.home AND s.stemming = l.stemming AND v.vector @@ concat('''', l.word, '''')::tsquery LIMIT 1
            )) END AS home
        FROM unnest($1::text[], $2::text[], $4::uuid[]) AS l (stemming, word, home)
    ), moved AS (
        UPDATE delivery.words k SET article_id = l.home
        FROM lost l WHERE k.stemming = l.stemming AND k.word = l.word AND l.home IS NOT NULL
        RETURNING 1
    ), gone AS (
        DELETE FROM delivery.words k USING lost l
        WHERE k.stemming = l.stemming AND k.word = l.word AND l.home IS NULL AND l.wanted IS NULL
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM moved) + (SELECT count(*) FROM gone) AS count"
);

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
struct FoundRow {
    #[diesel(embed)]
    word: Word,
    #[diesel(sql_type = Nullable<BigInt>)]
    stood: Option<i64>,
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
    /// How many words the articles stood for when it was found out; nothing where they lose none, whatever they stand for.
    stood: Option<i64>,
}

impl Moves {
    /// Finds out what articles (`ids`) do to the words that are about to be as analysed, or to go.
    pub async fn of(
        conn: &mut AsyncPgConnection,
        ids: &[Uuid],
        analysed: &Analysed,
    ) -> Result<Self> {
        let found = fixed(FOUND)
            .bind::<Array<SqlUuid>, _>(&analysed.ids)
            .bind::<Array<Text>, _>(&analysed.stemmings)
            .bind::<Array<Text>, _>(&analysed.vectors)
            .bind::<Array<SqlUuid>, _>(ids)
            .load::<FoundRow>(conn)
            .await?;
        let stood = found.iter().find_map(|row| row.stood).unwrap_or_default();
        let words = found.into_iter().filter(|row| row.stood.is_none());
        let (come, lost) = words
            .map(|row| row.word)
            .partition(|word| word.home.is_some());
        Ok(Self {
            come,
            lost: housed(conn, lost, ids).await?,
            stood: Some(stood),
        })
    }

    /// What an article does that has got words and lost none. Most of them are known; the statement that takes them in sees which.
    pub fn coming(article: &Apart, words: impl Iterator<Item = String>) -> Self {
        let word = |word| Word {
            stemming: article.stemming.as_str().to_owned(),
            word,
            home: Some(article.id),
        };
        Self {
            come: words.map(word).collect(),
            ..Self::default()
        }
    }

    /// Whether it is to be counted for how many words they stand when they are written.
    pub fn counts(&self) -> bool {
        self.stood.is_some()
    }

    /// New words, each with the article that it comes with. They are taken in where that is written.
    pub fn come(&self) -> &[Word] {
        &self.come
    }

    /// Makes the moves after that, and tells whether that was all that was to be done. What has changed since they were found out makes them too few;
    /// then all must be looked at again.
    pub async fn make(&self, conn: &mut AsyncPgConnection, stood: i64) -> Result<bool> {
        let held = move_all(conn, &self.lost).await?;
        Ok(held && self.stood.is_none_or(|before| before == stood))
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
        .bind::<Array<SqlUuid>, _>(Vec::<Uuid>::new())
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
pub(in crate::publishing) struct Columns<'w> {
    pub stemmings: Vec<&'w str>,
    pub words: Vec<&'w str>,
    pub homes: Vec<Option<Uuid>>,
}

impl<'w> Columns<'w> {
    pub(super) fn of(words: &'w [Word]) -> Self {
        Self {
            stemmings: words.iter().map(|word| word.stemming.as_str()).collect(),
            words: words.iter().map(|word| word.word.as_str()).collect(),
            homes: words.iter().map(|word| word.home).collect(),
        }
    }
}
