//! The stems of words, each asked of Postgres once, for filling delivery with very many articles: most words of an article have been met before.
//! What is put together here is what Postgres makes of the text as a whole; of a text that it would cut, or one with words that are unknown
//! here, nothing is.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, SmallInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::Apart;
use crate::db::fixed;
use crate::error::Result;
use crate::values::{Stemming, without_accents};

/// How many words are kept, and of how many stems it is kept that they are in delivery: some 30 MB each.
const ROOM: usize = 300_000;

/// Postgres keeps places up to 16,383; of a text that comes near, it makes what it makes.
const PLACES: usize = 16_000;

/// Postgres keeps 255 places of a stem.
const TIMES: usize = 250;

/// Words up to here, in bytes, are kept. There are no longer ones but in scripts of their own.
const LONGEST: usize = 200;

/// The weights of headline, standfirst and body.
const WEIGHTS: [char; 3] = ['A', 'B', 'C'];

/// The weight of updates.
const OF_UPDATES: char = 'D';

/// What stands behind each word that is asked for: its place tells how many places the word took, though it be a stop word.
const STONE: &str = "987654321";

const STEMS: &str = "
    SELECT t.at, s.lexeme, p.place
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS t (stemming, word, at)
    CROSS JOIN LATERAL unnest(to_tsvector(t.stemming::regconfig, t.word || ' 987654321')) AS s
    CROSS JOIN LATERAL unnest(s.positions) AS p (place)
    ORDER BY t.at, p.place";

/// A word of a stemming, or a stem.
pub(in crate::publishing) type Known = (Stemming, String);

/// What Postgres makes of one word.
#[derive(Debug, Default)]
struct Stems {
    /// Each with its place in the word, from 1.
    stems: Vec<(String, usize)>,
    /// How many places the word takes.
    places: usize,
}

/// An article put together.
#[derive(Debug)]
pub(in crate::publishing) struct Together {
    /// Its stems, in the form of a `tsvector`.
    pub vector: String,
    /// Those for `delivery.words` that no article before had, as far as is known.
    pub new: Vec<String>,
}

/// The words met so far.
#[derive(Debug, Default)]
pub(in crate::publishing) struct Vocabulary {
    words: HashMap<Stemming, HashMap<String, Stems>>,
    size: usize,
    met: HashSet<Known>,
}

#[derive(QueryableByName)]
struct StemRow {
    #[diesel(sql_type = BigInt)]
    at: i64,
    #[diesel(sql_type = Text)]
    lexeme: String,
    #[diesel(sql_type = SmallInt)]
    place: i16,
}

/// Words, and what Postgres told of them.
pub(super) struct Lesson {
    words: Vec<Known>,
    rows: Vec<StemRow>,
}

impl Vocabulary {
    /// Adds the words of an article that are unknown.
    pub fn unknown(&self, article: &Apart, unknown: &mut HashSet<Known>) {
        let stemming = article.stemming;
        let known = self.words.get(&stemming);
        let parts = article.parts.iter().chain(&article.updates);
        let texts = parts.flat_map(|part| [&part.plain, &part.accented]);
        for word in texts.flat_map(|text| text.split_ascii_whitespace()) {
            if word.len() <= LONGEST && !known.is_some_and(|known| known.contains_key(word)) {
                unknown.insert((stemming, word.to_owned()));
            }
        }
    }

    /// Asks Postgres for the stems of these, and keeps them.
    pub async fn learn(
        &mut self,
        conn: &mut AsyncPgConnection,
        unknown: HashSet<Known>,
    ) -> Result<()> {
        if !unknown.is_empty() {
            self.keep(ask(conn, unknown).await?, ROOM);
        }
        Ok(())
    }

    /// Keeps the stems of words, so many at most: when there is no room, all others go.
    pub(super) fn keep(&mut self, lesson: Lesson, room: usize) {
        let Lesson { words, rows } = lesson;
        let mut rows = rows.into_iter().peekable();
        if self.size + words.len() > room {
            self.words.clear();
            self.size = 0;
        }
        self.size += words.len();
        for ((stemming, word), at) in words.into_iter().zip(1..) {
            let mut stems = Stems::default();
            while let Some(row) = rows.next_if(|row| row.at == at) {
                let place = usize::try_from(row.place).unwrap_or_default();
                // The stone stands last.
                stems.places = place.saturating_sub(1);
                stems.stems.push((row.lexeme, place));
            }
            if stems.stems.pop().is_some_and(|(last, _)| last == STONE) {
                self.words.entry(stemming).or_default().insert(word, stems);
            }
        }
    }

    /// Puts an article together, and tells which of its stems no article before had; nothing where a word is unknown, or Postgres would cut it.
    pub fn together(&mut self, article: &Apart) -> Option<Together> {
        let (vector, stems) = self.vector(article)?;
        let new = self.unmet(article.stemming, stems);
        Some(Together { vector, new })
    }

    /// The stems of an article, in the form of a `tsvector`, and each alone; nothing where a word is unknown, or Postgres would cut it.
    pub fn vector(&self, article: &Apart) -> Option<(String, Vec<String>)> {
        let none = HashMap::new();
        let known = self.words.get(&article.stemming).unwrap_or(&none);
        let (plain, accented) = placed(known, article)?;
        let accented = unaccented(accented);
        let times = |stem: &String| plain.get(stem.as_str()).map_or(0, Vec::len);
        if accented
            .iter()
            .any(|(stem, places)| places.len() + times(stem) > TIMES)
        {
            return None;
        }
        let mut vector = String::new();
        let mut stems = Vec::with_capacity(plain.len());
        for (stem, places) in plain {
            if places.iter().any(|(_, weight)| *weight == 'A') {
                write(&mut vector, &format!("^{stem}"), &[]);
            }
            write(&mut vector, stem, &places);
            stems.push(stem.to_owned());
        }
        for (stem, places) in accented {
            write(&mut vector, &stem, &places);
            stems.push(stem);
        }
        Some((vector, stems))
    }

    /// Those of the stems that stand in `delivery.words`, and have not been met.
    fn unmet(&mut self, stemming: Stemming, stems: Vec<String>) -> Vec<String> {
        if self.met.len() > ROOM {
            self.met.clear();
        }
        let mut new = Vec::new();
        for stem in stems {
            if is_looked_up(&stem) && self.met.insert((stemming, stem.clone())) {
                new.push(stem);
            }
        }
        new
    }
}

/// Whether a stem stands in `delivery.words` (see the door's own statement for them).
pub(super) fn is_looked_up(stem: &str) -> bool {
    (2..=40).contains(&stem.chars().count())
        && !stem.contains(|letter: char| matches!(letter, '=' | '^' | '0'..='9'))
}

/// Asks Postgres for the stems of words.
pub(super) async fn ask(conn: &mut AsyncPgConnection, unknown: HashSet<Known>) -> Result<Lesson> {
    let words: Vec<Known> = unknown.into_iter().collect();
    let stemmings: Vec<String> = words
        .iter()
        .map(|(stemming, _)| format!("pg_catalog.{}", stemming.as_str()))
        .collect();
    let texts: Vec<&str> = words.iter().map(|(_, word)| word.as_str()).collect();
    let rows: Vec<StemRow> = fixed(STEMS)
        .bind::<Array<Text>, _>(stemmings)
        .bind::<Array<Text>, _>(texts)
        .load(conn)
        .await?;
    Ok(Lesson { words, rows })
}

/// Where each stem stands.
type Placed<'k> = HashMap<&'k str, Vec<(usize, char)>>;

/// The stems of an article, and those of its words that have accents, counted through the parts as Postgres does: a part begins behind the last stem
/// of those before it, and an update behind the last of either.
fn placed<'k>(
    known: &'k HashMap<String, Stems>,
    article: &Apart,
) -> Option<(Placed<'k>, Placed<'k>)> {
    let (mut plain, mut accented) = (Placed::new(), Placed::new());
    let (mut last, mut last_accented) = (0, 0);
    for (part, weight) in article.parts.iter().zip(WEIGHTS) {
        last = place(&mut plain, known, &part.plain, (last, weight))?;
        last_accented = place(
            &mut accented,
            known,
            &part.accented,
            (last_accented, weight),
        )?;
    }
    for update in &article.updates {
        let behind = (last.max(last_accented), OF_UPDATES);
        last = place(&mut plain, known, &update.plain, behind)?;
        last_accented = place(&mut accented, known, &update.accented, behind)?;
    }
    Some((plain, accented))
}

/// Stems as they are written: several may be the same without accents.
fn unaccented(accented: Placed<'_>) -> HashMap<String, Vec<(usize, char)>> {
    let mut stems: HashMap<String, Vec<(usize, char)>> = HashMap::new();
    for (stem, places) in accented {
        stems
            .entry(without_accents(stem))
            .or_default()
            .extend(places);
    }
    stems
}

/// Places the stems of a text from where it begins, and tells where the last of them stands.
fn place<'k>(
    placed: &mut Placed<'k>,
    known: &'k HashMap<String, Stems>,
    text: &str,
    (begin, weight): (usize, char),
) -> Option<usize> {
    let (mut last, mut passed) = (begin, 0);
    for word in text.split_ascii_whitespace() {
        let word = known.get(word)?;
        for (stem, place) in &word.stems {
            last = begin + passed + place;
            let places = placed.entry(stem.as_str()).or_default();
            places.push((last, weight));
            if last > PLACES || places.len() > TIMES {
                return None;
            }
        }
        passed += word.places;
        if begin + passed > PLACES {
            return None;
        }
    }
    Some(last)
}

/// Adds a stem with its places, as a `tsvector` is written.
fn write(vector: &mut String, stem: &str, places: &[(usize, char)]) {
    vector.push('\'');
    for character in stem.chars() {
        if matches!(character, '\'' | '\\') {
            vector.push(character);
        }
        vector.push(character);
    }
    vector.push('\'');
    for (number, (place, weight)) in places.iter().enumerate() {
        let before = if number == 0 { ':' } else { ',' };
        // Writing to a String can't fail.
        let _ = write!(vector, "{before}{place}{weight}");
    }
    vector.push(' ');
}

#[cfg(test)]
mod tests {
    use super::{Stems, Vocabulary};
    use crate::publishing::analysis::{Apart, Folded};
    use crate::values::Stemming;

    fn stems(stems: &[(&str, usize)], places: usize) -> Stems {
        let stems = stems
            .iter()
            .map(|(stem, place)| ((*stem).to_owned(), *place));
        Stems {
            stems: stems.collect(),
            places,
        }
    }

    fn article(headline: &str, body: &str) -> Apart {
        let text = |text: &str| Folded {
            plain: text.to_owned(),
            accented: String::new(),
        };
        Apart {
            id: uuid::Uuid::nil(),
            edition: String::new(),
            stemming: Stemming::Dutch,
            parts: [text(headline), text(""), text(body)],
            updates: Vec::new(),
            room: 0,
        }
    }

    fn vocabulary() -> Vocabulary {
        let mut vocabulary = Vocabulary::default();
        let words = [
            ("de", stems(&[], 1)),
            ("havens", stems(&[("hav", 1)], 1)),
            ("a'b", stems(&[("a'b", 1), ("b", 2)], 2)),
        ];
        let words = words.map(|(word, stems)| (word.to_owned(), stems));
        vocabulary.words.insert(Stemming::Dutch, words.into());
        vocabulary
    }

    #[test]
    fn a_part_begins_behind_the_last_stem_of_the_one_before() {
        let article = article("de havens de ", "de havens a'b havens ");
        let together = vocabulary().together(&article).expect("all is known");
        let mut vector: Vec<&str> = together.vector.split_ascii_whitespace().collect();
        vector.sort_unstable();
        assert_eq!(vector, ["'^hav'", "'a''b':5C", "'b':6C", "'hav':2A,4C,7C"]);
    }

    #[test]
    fn nothing_is_made_of_a_text_with_an_unknown_word_or_one_that_is_cut() {
        let mut vocabulary = vocabulary();
        for body in ["haven", &"havens ".repeat(300), &"de ".repeat(17_000)] {
            let together = vocabulary.together(&article("", body));
            assert!(together.is_none(), "{}", body.len());
        }
    }
}
