//! What articles are searched by: their words, stemmed by Postgres. That takes the longer the more text there is, so it is done before the
//! counter is locked; under the lock it is only put in its place. Should an article be another by then, it is done once more.

mod met;
mod moves;
mod vocabulary;

use std::collections::{HashMap, HashSet};

use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

pub(crate) use self::met::forget;
pub(super) use self::moves::{Columns, Moves, Word, move_lost};
pub(super) use self::vocabulary::{Known, Together, Vocabulary};
use super::change::Change;
use crate::db::fixed;
use crate::error::Result;
use crate::values::{Stemming, without_accents, words};

/// How many bytes the words of an article may take. Postgres keeps at most 1,048,575 of an article; the rest is for marks.
const BYTES: usize = 900_000;

/// What tells the text of the published article `a` from any other that it had: the ids of the versions that it is made of. Versions never change.
macro_rules! edition {
    () => {
        "(SELECT concat_ws(' ', v.id, (
            SELECT string_agg(t.id::text, ' ' ORDER BY n.number)
            FROM newsroom.updates n JOIN newsroom.update_versions t ON t.update_id = n.id AND t.number = n.version
            WHERE n.article_id = a.id AND n.state = 'shown'))
          FROM newsroom.article_versions v WHERE v.article_id = a.id AND v.number = a.published_version)"
    };
}
pub(super) use edition;

const TEXTS: &str = concat!(
    "SELECT a.id, ",
    edition!(),
    " AS edition, v.language, v.headline, v.standfirst ->> 'text' AS standfirst, v.body ->> 'text' AS body,
        ARRAY(SELECT concat_ws(E'\\n', t.headline, t.body ->> 'text')
              FROM newsroom.updates n JOIN newsroom.update_versions t ON t.update_id = n.id AND t.number = n.version
              WHERE n.article_id = a.id AND n.state = 'shown' ORDER BY n.number) AS updates
     FROM newsroom.articles a
     JOIN newsroom.article_versions v ON v.article_id = a.id AND v.number = a.published_version
     WHERE a.id = ANY($1) AND a.status = 'published'"
);

/// The same of articles that have just been written into delivery, whose texts are at hand there.
const WRITTEN: &str = concat!(
    "SELECT a.id, ",
    edition!(),
    " AS edition, d.language, d.headline, d.standfirst_text AS standfirst, b.body_text AS body,
        ARRAY(SELECT concat_ws(E'\\n', t.headline, t.body ->> 'text')
              FROM newsroom.updates n JOIN newsroom.update_versions t ON t.update_id = n.id AND t.number = n.version
              WHERE n.article_id = a.id AND n.state = 'shown' ORDER BY n.number) AS updates
     FROM newsroom.articles a JOIN delivery.articles d ON d.id = a.id LEFT JOIN delivery.article_texts b ON b.id = a.id
     WHERE a.id = ANY($1)"
);

/// Headline over standfirst over body over updates. Words of the headline stand in it once more, behind a mark that no word has. Beside it the stems
/// of words that have accents, with them.
const STEMS: &str = "
    SELECT t.at, (
        setweight(to_tsvector(t.stemming::regconfig, t.headline), 'A') || setweight(to_tsvector(t.stemming::regconfig, t.standfirst), 'B')
        || setweight(to_tsvector(t.stemming::regconfig, t.body), 'C') || setweight(to_tsvector(t.stemming::regconfig, t.updates), 'D')
        || array_to_tsvector(ARRAY(SELECT '^' || word FROM unnest(tsvector_to_array(to_tsvector(t.stemming::regconfig, t.headline))) AS word))
    )::text AS vector, (
        setweight(to_tsvector(t.stemming::regconfig, t.accented_headline), 'A')
        || setweight(to_tsvector(t.stemming::regconfig, t.accented_standfirst), 'B')
        || setweight(to_tsvector(t.stemming::regconfig, t.accented_body), 'C')
        || setweight(to_tsvector(t.stemming::regconfig, t.accented_updates), 'D')
    )::text AS accented
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]) WITH ORDINALITY
        AS t (stemming, headline, standfirst, body, updates, accented_headline, accented_standfirst, accented_body, accented_updates, at)";

/// Articles with their words, ready to be put in their place.
#[derive(Debug, Default)]
pub(super) struct Analysed {
    pub ids: Vec<Uuid>,
    pub editions: Vec<String>,
    pub stemmings: Vec<String>,
    pub vectors: Vec<String>,
    /// What they do to the words of all articles, where that has been found out.
    pub moves: Option<Moves>,
}

impl Analysed {
    /// The words that come with them, as far as that has been found out.
    pub fn come(&self) -> Columns<'_> {
        let moves = self.moves.as_ref();
        Columns::of(moves.map(Moves::come).unwrap_or_default())
    }

    /// Adds an article with its words.
    pub fn add(&mut self, article: &Apart, vector: String) {
        self.ids.push(article.id);
        self.editions.push(article.edition.clone());
        self.stemmings.push(article.stemming.as_str().to_owned());
        self.vectors.push(vector);
    }

    fn extend(&mut self, others: Self) {
        self.ids.extend(others.ids);
        self.editions.extend(others.editions);
        self.stemmings.extend(others.stemmings);
        self.vectors.extend(others.vectors);
    }
}

/// The texts of a published article.
#[derive(QueryableByName)]
pub(super) struct Texts {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    edition: String,
    #[diesel(sql_type = Text)]
    language: String,
    #[diesel(sql_type = Text)]
    headline: String,
    #[diesel(sql_type = Nullable<Text>)]
    standfirst: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    body: Option<String>,
    #[diesel(sql_type = Array<Text>)]
    updates: Vec<String>,
}

/// A text of fewer bytes is not cut, whatever its words are (`Room`): each takes eight times its bytes at most.
const SURE: usize = BYTES / 9;

/// An article taken apart into words.
pub(super) struct Apart {
    pub id: Uuid,
    pub edition: String,
    pub stemming: Stemming,
    /// Headline, standfirst, body, updates.
    pub parts: [Folded; 4],
}

impl Texts {
    /// Whether it is so short that surely nothing is cut of it.
    fn is_short(&self) -> bool {
        let optional = [&self.standfirst, &self.body];
        let updates: usize = self.updates.iter().map(String::len).sum();
        let rest: usize = optional.into_iter().flatten().map(String::len).sum();
        self.headline.len() + rest + updates < SURE
    }

    /// Its last update alone, taken apart.
    fn last_update(&self) -> Option<Apart> {
        let text = self.updates.last()?;
        Some(Apart {
            id: self.id,
            edition: self.edition.clone(),
            stemming: Stemming::of(&self.language),
            parts: [
                Folded::default(),
                Folded::default(),
                Folded::default(),
                Room::default().folded(text),
            ],
        })
    }

    /// Takes it apart.
    pub fn apart(self) -> Apart {
        let mut room = Room::default();
        let texts = [
            Some(self.headline),
            self.standfirst,
            self.body,
            Some(self.updates.join("\n")),
        ];
        let parts = texts.map(|text| room.folded(text.as_deref().unwrap_or_default()));
        Apart {
            id: self.id,
            edition: self.edition,
            stemming: Stemming::of(&self.language),
            parts,
        }
    }
}

#[derive(QueryableByName)]
struct VectorRow {
    #[diesel(sql_type = BigInt)]
    at: i64,
    #[diesel(sql_type = Text)]
    vector: String,
    #[diesel(sql_type = Text)]
    accented: String,
}

/// Analyses those of these articles that are published, as they now stand.
pub(super) async fn analyse(conn: &mut AsyncPgConnection, ids: &[Uuid]) -> Result<Analysed> {
    let articles = texts(conn, ids).await?.into_iter().map(Texts::apart);
    met::stemmed(conn, articles.collect()).await
}

/// The same, with what becomes of the words of all articles by it: for a change of articles that are in delivery as they should be.
pub(super) async fn analyse_change(
    conn: &mut AsyncPgConnection,
    change: &Change,
) -> Result<Analysed> {
    let ids = change.touched.with_text();
    let texts = texts(conn, &ids).await?;
    let appended = match texts.as_slice() {
        [article] if change.is_append() => article.last_update(),
        _ => None,
    };
    let is_whole = texts.iter().all(Texts::is_short);
    let articles: Vec<Apart> = texts.into_iter().map(Texts::apart).collect();
    let mut analysed = met::stemmed(conn, articles).await?;
    if ids.is_empty() {
        return Ok(analysed);
    }
    let come = appended.filter(|_| is_whole);
    analysed.moves = Some(match come.and_then(|update| met::words(&update)) {
        Some(words) => words,
        None => Moves::of(conn, &ids, &analysed).await?,
    });
    Ok(analysed)
}

async fn texts(conn: &mut AsyncPgConnection, ids: &[Uuid]) -> Result<Vec<Texts>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(fixed(TEXTS)
        .bind::<Array<SqlUuid>, _>(ids)
        .load(conn)
        .await?)
}

/// The texts of articles that have just been written into delivery.
pub(super) async fn written(conn: &mut AsyncPgConnection, ids: &[Uuid]) -> Result<Vec<Texts>> {
    Ok(fixed(WRITTEN)
        .bind::<Array<SqlUuid>, _>(ids)
        .load(conn)
        .await?)
}

/// Has Postgres find the stems of articles, of each as a whole.
pub(super) async fn by_postgres(
    conn: &mut AsyncPgConnection,
    articles: impl Iterator<Item = Apart>,
) -> Result<Analysed> {
    let mut analysed = Analysed::default();
    let mut parts: [Vec<Folded>; 4] = Default::default();
    for article in articles {
        analysed.add(&article, String::new());
        for (part, text) in parts.iter_mut().zip(article.parts) {
            part.push(text);
        }
    }
    analysed.vectors = stems(conn, &analysed.stemmings, &parts).await?;
    Ok(analysed)
}

async fn stems(
    conn: &mut AsyncPgConnection,
    stemmings: &[String],
    parts: &[Vec<Folded>; 4],
) -> Result<Vec<String>> {
    let configurations: Vec<String> = stemmings
        .iter()
        .map(|name| format!("pg_catalog.{name}"))
        .collect();
    let mut query = fixed(STEMS).bind::<Array<Text>, _>(configurations);
    for part in parts {
        let plain: Vec<&str> = part.iter().map(|text| text.plain.as_str()).collect();
        query = query.bind::<Array<Text>, _>(plain);
    }
    for part in parts {
        let accented: Vec<&str> = part.iter().map(|text| text.accented.as_str()).collect();
        query = query.bind::<Array<Text>, _>(accented);
    }
    let rows: Vec<VectorRow> = query.load(conn).await?;
    let vector = |row: VectorRow| format!("{} {}", row.vector, without_accents(&row.accented));
    let mut vectors: HashMap<i64, String> =
        rows.into_iter().map(|row| (row.at, vector(row))).collect();
    let ordinals = (1..).take(stemmings.len());
    Ok(ordinals
        .map(|at| vectors.remove(&at).unwrap_or_default())
        .collect())
}

/// The words of a text, with spaces between.
#[derive(Debug, Default)]
pub(super) struct Folded {
    plain: String,
    /// Those that have accents, with them.
    accented: String,
}

/// How much room the words of an article take so far.
#[derive(Default)]
struct Room {
    known: HashSet<String>,
    bytes: usize,
}

impl Room {
    /// The words of a text, as far as there is room: the text's cut, where it has more than Postgres keeps.
    fn folded(&mut self, text: &str) -> Folded {
        let mut folded = Folded::default();
        for word in words(text) {
            if !self.takes(&word.folded) {
                break;
            }
            folded.plain.push_str(&word.folded);
            folded.plain.push(' ');
            if let Some(accented) = word.accented.filter(|accented| self.takes(accented)) {
                folded.accented.push_str(&accented);
                folded.accented.push(' ');
            }
        }
        folded
    }

    /// Whether there is room for a word. A stem takes its own length, filled up to an even number, two bytes for their count and two for each
    /// place where it stands.
    fn takes(&mut self, word: &str) -> bool {
        self.bytes += 2;
        if !self.known.contains(word) {
            self.bytes += word.len() + 4;
            self.known.insert(word.to_owned());
        }
        self.bytes <= BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::{BYTES, Room};

    #[test]
    fn a_text_is_cut_where_its_words_fill_the_room() {
        let text: String = (0..200_000)
            .map(|number| format!("w{number:06} "))
            .collect();
        let mut room = Room::default();
        let folded = room.folded(&text).plain;
        assert!(folded.len() < text.len() && folded.len() > BYTES / 2);
        assert_eq!(room.folded("niets meer").plain, "");
        let same = "haven ".repeat(100_000);
        assert_eq!(Room::default().folded(&same).plain, same);
    }
}
