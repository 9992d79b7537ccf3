//! What was probably meant, where nothing was found: a word or a name that is nearly so. Whatever is suggested has been searched for first, with the
//! same filters, and finds something now.

use serde::Deserialize;
use uuid::Uuid;

use super::stems::stems;
use super::{Search, find};
use crate::db::DeliveryConn;
use crate::db::statement::{Bind, SnapshotTypes, Statement, snapshot};
use crate::error::Result;
use crate::question::model::{Meaning, Question};
use crate::question::queries::delivery::meaning as meaning_of;
use crate::search::marks::Candidate;
use crate::values::{NameKey, words};

/// How many suggestions are tried.
const TRIES: usize = 4;

/// How many words of a question are looked up.
const TERMS: usize = 4;

/// A stem that is nearly what was asked.
#[derive(Debug, Deserialize)]
struct Near {
    /// Which term, from 1 on.
    at: usize,
    stemming: String,
    word: String,
    article_id: Uuid,
}

/// An entity whose name is nearly what was asked.
#[derive(Debug, Deserialize)]
struct Named {
    key: String,
    names: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Nearby {
    words: Vec<Near>,
    names: Vec<Named>,
}

/// Suggests another question.
pub(super) async fn suggestion(
    conn: &mut DeliveryConn,
    asked: &Search<'_>,
    meaning: &Meaning,
) -> Result<Option<String>> {
    let nearby = nearby(conn, asked.question, meaning).await?;
    for text in questions(conn, asked.question, nearby)
        .await?
        .into_iter()
        .take(TRIES)
    {
        let Ok(question) = Question::parse(&text) else {
            continue;
        };
        if question == *asked.question {
            continue;
        }
        let again = Search {
            question: &question,
            filters: asked.filters.clone(),
            selection: asked.selection,
            probe: 1,
            after: None,
            count: false,
            facets: false,
        };
        let meaning = meaning_of(conn, &question, asked.filters.language.as_deref()).await?;
        if !find(conn, &again, &meaning.rows)
            .await?
            .rows
            .hits
            .is_empty()
        {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

/// What is looked up for each term, from the first on: its word, and the stems of that.
fn looked_up(question: &Question, meaning: &Meaning) -> Vec<(usize, String)> {
    let terms = question.terms.iter().enumerate();
    let words = terms.filter(|(_, term)| !term.excluded && term.words.len() == 1);
    let words = words.filter_map(|(at, term)| Some((at, term.words.first()?)));
    let mut found = Vec::new();
    for (at, word) in words
        .filter(|(_, word)| word.chars().count() >= 4)
        .take(TERMS)
    {
        let of_term = meaning
            .stemmings
            .iter()
            .filter_map(|stemmed| stemmed.terms.get(at));
        let stems: Vec<&String> = of_term.flat_map(|term| &term.stems).collect();
        // A word that says too little in every language is not what is misspelt.
        if !stems.is_empty() {
            let mut texts: Vec<String> = stems.into_iter().chain([word]).cloned().collect();
            texts.sort_unstable();
            texts.dedup();
            found.extend(texts.into_iter().map(|text| (at, text)));
        }
    }
    found
}

/// Words and names that are nearly so, by their trigrams. Indexes: `words_alike`, `entity_names_alike`.
async fn nearby(conn: &mut DeliveryConn, question: &Question, meaning: &Meaning) -> Result<Nearby> {
    let stemmings: Vec<String> = meaning
        .stemmings
        .iter()
        .map(|stemmed| stemmed.stemming.clone())
        .collect();
    let (at, texts): (Vec<usize>, Vec<String>) = looked_up(question, meaning).into_iter().unzip();
    let at = at.iter().map(ToString::to_string).collect();
    let key = NameKey::of(&question.text);
    let key = || Bind::Text(key.as_str().to_owned());
    let mut sql = Statement::<SnapshotTypes>::new(
        "SELECT h.epoch, h.seq, NULL::text, json_build_object('words', (
            SELECT coalesce(json_agg(json_build_object('at', t.at::integer, 'stemming', w.stemming, 'word', w.word, 'article_id', w.article_id)
                            ORDER BY t.at::integer, w.alike DESC, length(w.word), w.word, w.stemming), '[]')
            FROM unnest(",
    );
    sql.bind(Bind::Texts(at)).sql(", ").bind(Bind::Texts(texts)).sql(
        ") AS t (at, text) CROSS JOIN LATERAL (
                SELECT k.stemming, k.word, k.article_id, similarity(k.word, t.text) AS alike
                FROM delivery.words k WHERE k.word % t.text AND similarity(k.word, t.text) >= 0.35 AND k.stemming = ANY(",
    )
    .bind(Bind::Texts(stemmings))
    .sql(
        ") AND NOT EXISTS (
                    SELECT FROM delivery.words same WHERE same.stemming = k.stemming
                    AND same.word = ANY(tsvector_to_array(to_tsvector(('pg_catalog.' || k.stemming)::regconfig, t.text))))
                ORDER BY alike DESC, length(k.word), k.word LIMIT 3) w),
            'names', (SELECT coalesce(json_agg(json_build_object('key', n.name_key, 'names', e.name || e.aliases) ORDER BY n.alike DESC, n.name_key), '[]')
                FROM (SELECT k.entity_id, k.name_key, similarity(k.name_key, ",
    )
    .bind(key())
    .sql(") AS alike FROM delivery.entity_names k WHERE k.whole AND k.name_key % ")
    .bind(key())
    .sql(" ORDER BY alike DESC, k.name_key, k.entity_id LIMIT 2) n JOIN delivery.entities e ON e.id = n.entity_id WHERE n.alike >= 0.4))::text,
        NULL::bigint FROM delivery.head h");
    Ok(snapshot(conn, sql).await?.rows)
}

/// The questions that may have been meant, the likeliest first.
async fn questions(
    conn: &mut DeliveryConn,
    question: &Question,
    nearby: Nearby,
) -> Result<Vec<String>> {
    let mut surfaces: Vec<(usize, String)> = Vec::new();
    for near in &nearby.words {
        if let Some(word) = surface(conn, near).await? {
            surfaces.push((near.at, word));
        }
    }
    let mut best: Vec<(usize, String)> = Vec::new();
    for (at, word) in &surfaces {
        if best.iter().all(|(other, _)| other != at) {
            best.push((*at, word.clone()));
        }
    }
    let mut questions = Vec::new();
    if !best.is_empty() {
        questions.push(question.with(&best));
    }
    let names = nearby.names.into_iter();
    questions.extend(names.filter_map(|named| {
        named
            .names
            .into_iter()
            .find(|name| NameKey::of(name).as_str() == named.key)
    }));
    for (at, word) in surfaces {
        let mut other: Vec<_> = best
            .iter()
            .filter(|(which, _)| *which != at)
            .cloned()
            .collect();
        other.push((at, word));
        let text = question.with(&other);
        if !questions.contains(&text) {
            questions.push(text);
        }
    }
    Ok(questions)
}

/// A word with this stem, as an article has it.
async fn surface(conn: &mut DeliveryConn, near: &Near) -> Result<Option<String>> {
    let mut sql = Statement::<SnapshotTypes>::new(
        "SELECT h.epoch, h.seq, NULL::text, (
            SELECT coalesce(json_agg(t.text), '[]')::text
            FROM delivery.articles a LEFT JOIN delivery.article_texts b ON b.id = a.id
            CROSS JOIN LATERAL (
                SELECT a.headline AS text UNION ALL SELECT a.standfirst_text UNION ALL SELECT b.body_text
                UNION ALL SELECT u ->> 'headline' FROM json_array_elements(a.updates) AS u
                UNION ALL SELECT u ->> 'text' FROM json_array_elements(a.updates) AS u) t
            WHERE t.text IS NOT NULL AND a.id = ",
    );
    sql.bind(Bind::Id(near.article_id))
        .sql("), NULL::bigint FROM delivery.head h");
    let texts: Vec<String> = snapshot(conn, sql).await?.rows;
    let begins = |word: &str| {
        word.chars()
            .zip(near.word.chars())
            .take(3)
            .all(|(one, other)| one == other)
    };
    let mut found: Vec<(Candidate, String)> = Vec::new();
    for text in &texts {
        for word in words(text).filter(|word| begins(&word.folded)) {
            let shown = text
                .get(word.start..word.end)
                .unwrap_or_default()
                .to_owned();
            if found.iter().all(|(_, other)| *other != shown) {
                let stemming = near.stemming.clone();
                found.push((
                    Candidate {
                        stemming,
                        word: word.folded,
                        accented: None,
                    },
                    shown,
                ));
            }
        }
    }
    let (candidates, shown): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    let of_words = stems(conn, &candidates).await?;
    let has = of_words.iter().map(|of_word| of_word.contains(&near.word));
    let mut fitting: Vec<String> = shown
        .into_iter()
        .zip(has)
        .filter(|(_, has)| *has)
        .map(|(shown, _)| shown)
        .collect();
    // A sentence may begin with it: as it stands elsewhere is better.
    fitting.sort_by_key(|word| word.starts_with(char::is_uppercase));
    Ok(fitting.into_iter().next())
}
