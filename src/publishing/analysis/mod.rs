//! What articles are searched by: their words, stemmed by Postgres. That takes the longer the more text there is, so it is done before the
//! counter is locked; under the lock it is only put in its place. Should an article be another by then, it is done once more.

mod appended;
mod met;
mod moves;
mod standing;
mod vocabulary;
mod whole;

use std::collections::HashSet;

use diesel::QueryableByName;
use diesel::sql_types::{Array, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use self::appended::Appended;
pub(super) use self::appended::read as appended;
pub(crate) use self::met::forget;
pub(super) use self::moves::{Columns, Moves, Word, move_lost};
use self::standing::Since;
pub(super) use self::vocabulary::{Known, Together, Vocabulary};
pub(super) use self::whole::by_postgres;
use super::change::Change;
use crate::db::fixed;
use crate::error::Result;
use crate::values::{Stemming, words};

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

/// Articles with their words, ready to be put in their place.
#[derive(Debug, Default)]
pub(super) struct Analysed {
    pub ids: Vec<Uuid>,
    pub editions: Vec<String>,
    pub stemmings: Vec<String>,
    pub vectors: Vec<String>,
    /// How much of their room they take at most, in bytes.
    pub rooms: Vec<i32>,
    /// Where the vector is of one more update of an article alone, whose other words stand there: that update.
    pub appended: Option<OneMore>,
    /// What they do to the words of all articles, where that has been found out.
    pub moves: Option<Moves>,
}

/// One more update of an article.
#[derive(Debug)]
pub(super) struct OneMore {
    /// What readers are told of it, as JSON.
    pub told: String,
    /// How its words are stemmed.
    pub stemming: Stemming,
    /// Those of them that are looked up.
    pub words: Vec<String>,
    /// Which of these stand among those of all articles, if none has gone since.
    pub stands: Vec<bool>,
    /// Since when.
    pub since: Since,
    /// Whether it brings neither authors nor pictures along, and everything stands in delivery that it comes behind.
    pub alone: bool,
}

impl Analysed {
    /// Keeps in mind what is known of words now that it is published.
    pub fn published(&self) {
        if let Some(one) = &self.appended {
            standing::keep(&one.since, one.stemming, &one.words);
        }
    }

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
        self.rooms.push(article.room);
    }

    fn extend(&mut self, others: Self) {
        self.ids.extend(others.ids);
        self.editions.extend(others.editions);
        self.stemmings.extend(others.stemmings);
        self.vectors.extend(others.vectors);
        self.rooms.extend(others.rooms);
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

/// An article taken apart into words.
pub(super) struct Apart {
    pub id: Uuid,
    pub edition: String,
    pub stemming: Stemming,
    /// Headline, standfirst, body.
    pub parts: [Folded; 3],
    pub updates: Vec<Folded>,
    /// How much of the room for its words they take, in bytes.
    pub room: i32,
}

impl Texts {
    /// Takes it apart.
    pub fn apart(self) -> Apart {
        let mut room = Room::default();
        let texts = [Some(self.headline), self.standfirst, self.body];
        Apart {
            id: self.id,
            edition: self.edition,
            stemming: Stemming::of(&self.language),
            parts: texts.map(|text| room.folded(text.as_deref().unwrap_or_default())),
            updates: self.updates.iter().map(|text| room.folded(text)).collect(),
            room: room.taken(),
        }
    }
}

/// Analyses those of these articles that are published, as they now stand.
pub(super) async fn analyse(conn: &mut AsyncPgConnection, ids: &[Uuid]) -> Result<Analysed> {
    let articles = texts(conn, ids).await?.into_iter().map(Texts::apart);
    met::stemmed(conn, articles.collect()).await
}

/// The same, with what becomes of the words of all articles by it: for a change of articles that are in delivery as they should be. With what was
/// read of it, if all that it is, is one more update.
pub(super) async fn analyse_change(
    conn: &mut AsyncPgConnection,
    change: &Change,
    appended: Option<Appended>,
) -> Result<Analysed> {
    if let Some(appended) = appended
        && let Some(analysed) = appended.analyse(conn).await?
    {
        return Ok(analysed);
    }
    let ids = change.touched.with_text();
    let mut analysed = analyse(conn, &ids).await?;
    if !ids.is_empty() {
        analysed.moves = Some(Moves::of(conn, &ids, &analysed).await?);
    }
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

    /// How much is taken, in bytes; more than there is where a text was cut.
    fn taken(&self) -> i32 {
        i32::try_from(self.bytes).unwrap_or(i32::MAX)
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
