//! What articles are searched by: a row beside each, and the words of all of them.

use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::Projection;
use crate::db::fixed;
use crate::error::Result;
use crate::publishing::analysis::{Analysed, Moves, Word, analyse, edition, move_lost};
use crate::publishing::change::Merge;

/// The marks of the entities of the article `a`.
macro_rules! marks {
    () => {
        "(SELECT string_agg(concat(' ''=e', replace(l.entity_id::text, '-', ''), ''':16383', CASE l.relation WHEN 'about' THEN 'B' ELSE 'C' END), '')
            FROM delivery.article_entities l WHERE l.article_id = a.id)"
    };
}

/// Goes on after words were `placed`: takes those `new` ones in that no article had (`$2` to `$4`). Gives those of the ids (`$1`) of which no words were at
/// hand, and, where it matters (`$5`), in a row without one for how many words they stood before.
macro_rules! come {
    ($new:literal) => {
        concat!(", come AS (
        INSERT INTO delivery.words (stemming, word, article_id)
        SELECT n.stemming, n.word, n.home FROM ", $new, "
        WHERE n.home IN (SELECT placed.id FROM placed)
          AND NOT EXISTS (SELECT FROM delivery.words k WHERE k.stemming = n.stemming AND k.word = n.word)
        ON CONFLICT (stemming, word) DO NOTHING
    )
    SELECT a.id, NULL::bigint AS stood FROM delivery.articles a WHERE a.id = ANY($1) AND NOT EXISTS (SELECT FROM placed WHERE placed.id = a.id)
    UNION ALL
    SELECT NULL, count(*) FROM delivery.words k WHERE $5 AND k.article_id = ANY($1)")
    };
}

/// Puts the words of articles in their place.
const SEARCH: &str = concat!(
    "WITH placed AS (
        INSERT INTO delivery.article_search (
            id, slug, type, language, section_id, translation_of, published_at, fresh_at, modified_at, update_count, stemming, room, room_of, vector)
        SELECT a.id, a.slug, a.type, a.language, a.section_id, a.translation_of, a.published_at, a.fresh_at, a.modified_at, a.update_count,
               p.stemming, p.room, a.update_count,
               p.vector::tsvector || concat('''=', p.stemming, ''' ''=', to_char(a.published_at AT TIME ZONE 'UTC', 'FMYYYY'), '''', ",
    marks!(),
    ")::tsvector
        FROM unnest($6::uuid[], $7::text[], $8::text[], $9::text[], $10::integer[]) AS p (id, edition, stemming, vector, room)
        JOIN delivery.articles a ON a.id = p.id
        WHERE a.id = ANY($1) AND p.edition = (SELECT ",
    edition!(),
    " FROM newsroom.articles a WHERE a.id = p.id)
        ON CONFLICT (id) DO UPDATE SET fresh_at = EXCLUDED.fresh_at, modified_at = EXCLUDED.modified_at, update_count = EXCLUDED.update_count,
            stemming = EXCLUDED.stemming, room = EXCLUDED.room, room_of = EXCLUDED.room_of, vector = EXCLUDED.vector, appended = false
        RETURNING id
    ), gone AS (
        DELETE FROM delivery.appended_words b USING placed WHERE b.id = placed.id
    )",
    come!("unnest($2::text[], $3::text[], $4::uuid[]) AS n (stemming, word, home)")
);

/// Puts the words of one more update beside those of its article, where these are of all updates before it. No word that stands there is written anew.
/// Some of them stand among those of all articles (`$9`), unless in this epoch (`$10`) more have gone by now (`$11`).
const APPENDED: &str = concat!(
    "WITH placed AS (
        UPDATE delivery.article_search s
        SET fresh_at = a.fresh_at, modified_at = a.modified_at, update_count = a.update_count, room = s.room + p.room,
            room_of = a.update_count, appended = true
        FROM unnest($6::uuid[], $7::text[], $8::integer[]) AS p (id, vector, room)
        JOIN delivery.articles a ON a.id = p.id
        WHERE a.id = ANY($1) AND s.id = a.id AND s.update_count = a.update_count - 1 AND s.room_of = s.update_count
        RETURNING s.id, p.vector
    ), beside AS (
        INSERT INTO delivery.appended_words AS b (id, vectors) SELECT placed.id, ARRAY[placed.vector::tsvector] FROM placed
        ON CONFLICT (id) DO UPDATE SET vectors = b.vectors || EXCLUDED.vectors
    )",
    come!("(SELECT * FROM unnest($2::text[], $3::text[], $4::uuid[], $9::boolean[]) AS n (stemming, word, home, stands)
                WHERE NOT n.stands OR NOT EXISTS (SELECT FROM delivery.head h WHERE h.epoch = $10 AND h.words_gone = $11)) n")
);

/// Takes new words in, and gives those for which an article of the ids (`$1`) stands and which it has no longer.
const WORDS: &str = "
    WITH has AS MATERIALIZED (
        SELECT s.id, s.stemming, w.word
        FROM delivery.article_words s CROSS JOIN LATERAL unnest(tsvector_to_array(s.vector)) AS w (word)
        WHERE s.id = ANY($1) AND w.word !~ '[=^0-9]' AND length(w.word) BETWEEN 2 AND 40
    ), new AS (
        INSERT INTO delivery.words (stemming, word, article_id)
        SELECT DISTINCT ON (h.stemming, h.word) h.stemming, h.word, h.id
        FROM has h
        WHERE NOT EXISTS (SELECT FROM delivery.words k WHERE k.stemming = h.stemming AND k.word = h.word)
    )
    SELECT k.stemming, k.word, NULL::uuid AS home FROM delivery.words k
    WHERE k.article_id = ANY($1)
      AND NOT EXISTS (SELECT FROM has h WHERE h.id = k.article_id AND h.stemming = k.stemming AND h.word = k.word)";

/// Takes words in that came with articles of which nothing was there.
const NEW_WORDS: &str = "
    INSERT INTO delivery.words (stemming, word, article_id)
    SELECT n.stemming, n.word, n.id FROM unnest($1::text[], $2::text[], $3::uuid[]) AS n (stemming, word, id)
    ON CONFLICT (stemming, word) DO NOTHING";

/// The marks of two entities (`$2`) in articles (`$1`) that named one of them and now name the other. No text is read.
const MERGED: &str = "
    UPDATE delivery.article_search s SET vector = ts_delete(s.vector, ARRAY(
            SELECT concat('=e', replace(e.id::text, '-', '')) FROM unnest($2::uuid[]) AS e (id))) || m.marks::tsvector
    FROM (
        SELECT l.article_id, string_agg(concat('''=e', replace(l.entity_id::text, '-', ''), ''':16383', CASE l.relation WHEN 'about' THEN 'B' ELSE 'C' END), ' ') AS marks
        FROM delivery.article_entities l WHERE l.article_id = ANY($1) AND l.entity_id = ANY($2) GROUP BY l.article_id
    ) m
    WHERE s.id = m.article_id";

/// Words, each with its stemming and an article that has it.
#[derive(Debug, Default)]
pub(in crate::publishing) struct NewWords {
    pub stemmings: Vec<String>,
    pub words: Vec<String>,
    pub articles: Vec<Uuid>,
}

#[derive(QueryableByName)]
struct PlacedRow {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    id: Option<Uuid>,
    #[diesel(sql_type = Nullable<BigInt>)]
    stood: Option<i64>,
}

/// What came of putting words in their place.
pub(super) struct Placed {
    /// The articles of which no words were at hand that fit.
    pub wordless: Vec<Uuid>,
    /// For how many words all of them stood before.
    pub stood: i64,
}

impl Projection<'_> {
    /// Makes articles findable that were written before, or no longer.
    pub async fn searchable(&mut self, ids: &[Uuid]) -> Result<()> {
        let placed = place(self.conn, ids, self.analysed).await?;
        self.found(Some(placed), ids).await
    }

    /// Sees to it that articles which have been written or have gone can be found by their words, or no longer, after words were put in their place.
    pub(super) async fn found(&mut self, placed: Option<Placed>, ids: &[Uuid]) -> Result<()> {
        let Some(Placed { wordless, stood }) = placed else {
            return Ok(());
        };
        if !wordless.is_empty() {
            // What is published can't change under the lock: this time it fits.
            let analysed = analyse(self.conn, &wordless).await?;
            place(self.conn, &wordless, &analysed).await?;
        } else if let Some(moves) = &self.analysed.moves
            && moves.make(self.conn, stood).await?
        {
            return Ok(());
        }
        self.words(ids).await
    }

    /// Makes articles findable of which nothing was there and that were written before, by this same change or an earlier one under this lock.
    pub async fn first_searchable(&mut self, words: &NewWords) -> Result<()> {
        place(self.conn, &self.analysed.ids, self.analysed).await?;
        fixed(NEW_WORDS)
            .bind::<Array<Text>, _>(&words.stemmings)
            .bind::<Array<Text>, _>(&words.words)
            .bind::<Array<SqlUuid>, _>(&words.articles)
            .execute(self.conn)
            .await?;
        Ok(())
    }

    /// Leads searches for a merged entity to what it now is.
    pub(super) async fn remark(&mut self, merge: &Merge, published: &[Uuid]) -> Result<()> {
        fixed(MERGED)
            .bind::<Array<SqlUuid>, _>(published)
            .bind::<Array<SqlUuid>, _>([merge.from, merge.into].as_slice())
            .execute(self.conn)
            .await?;
        Ok(())
    }

    /// Keeps the words of all articles: a word goes with the last article that has it.
    async fn words(&mut self, ids: &[Uuid]) -> Result<()> {
        let lost: Vec<Word> = fixed(WORDS)
            .bind::<Array<SqlUuid>, _>(ids)
            .load(self.conn)
            .await?;
        move_lost(self.conn, lost).await
    }
}

impl Placed {
    /// None of them, whatever was done: all are to be looked for anew.
    pub fn nowhere(ids: &[Uuid]) -> Self {
        Self {
            wordless: ids.to_vec(),
            stood: 0,
        }
    }
}

/// Puts words of articles in their place, and those that are new among the words of all.
pub(super) async fn place(
    mut conn: &AsyncPgConnection,
    ids: &[Uuid],
    analysed: &Analysed,
) -> Result<Placed> {
    let come = analysed.come();
    let query = fixed(if analysed.appended.is_some() {
        APPENDED
    } else {
        SEARCH
    })
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Text>, _>(come.stemmings)
    .bind::<Array<Text>, _>(come.words)
    .bind::<Array<Nullable<SqlUuid>>, _>(come.homes)
    .bind::<Bool, _>(analysed.moves.as_ref().is_some_and(Moves::counts))
    .bind::<Array<SqlUuid>, _>(&analysed.ids);
    let rows: Vec<PlacedRow> = if let Some(one) = &analysed.appended {
        query
            .bind::<Array<Text>, _>(&analysed.vectors)
            .bind::<Array<Integer>, _>(&analysed.rooms)
            .bind::<Array<Bool>, _>(&one.stands)
            .bind::<Integer, _>(one.since.epoch)
            .bind::<BigInt, _>(one.since.gone)
            .load(&mut conn)
            .await?
    } else {
        query
            .bind::<Array<Text>, _>(&analysed.editions)
            .bind::<Array<Text>, _>(&analysed.stemmings)
            .bind::<Array<Text>, _>(&analysed.vectors)
            .bind::<Array<Integer>, _>(&analysed.rooms)
            .load(&mut conn)
            .await?
    };
    Ok(Placed {
        wordless: rows.iter().filter_map(|row| row.id).collect(),
        stood: rows.iter().find_map(|row| row.stood).unwrap_or_default(),
    })
}
