//! What a question means to what is published: its stems by language, words that it is a part of, entities of that name.

use crate::db::DeliveryConn;
use crate::db::statement::{Bind, Snapshot, SnapshotTypes, Statement, snapshot};
use crate::error::Result;
use crate::question::model::{Meaning, Question};
use crate::question::tsquery::runs;
use crate::values::Stemming;

/// With at most so many articles and pages there is nothing to be won by dividing them.
const SMALL: i64 = 5_000;

/// The most words that all terms of a question together are widened to, in a language.
const WIDE: usize = 32;

/// Entities of each name (`k.key` up to `k.upper`), those with the most articles first. Index: `entity_names_prefix`.
const ENTITIES: &str = "ARRAY(
        SELECT e.id
        FROM (SELECT DISTINCT n.entity_id FROM delivery.entity_names n WHERE n.name_key >= k.key AND n.name_key < k.upper LIMIT 200) n
        JOIN delivery.entities e ON e.id = n.entity_id
        ORDER BY e.article_count DESC, e.id LIMIT 8)";

/// Terms `t` in the language `c`. Dutch and German stems of one word differ now and then (haven, havens): there the word itself and the stem of
/// its stem count too. `OFFSET 0` has each worked out once, and not again for every word that it is compared with.
const TERMS_BEGIN: &str = "
    SELECT t.at, t.text, t.kind, tsvector_to_array(to_tsvector(c.configuration, t.accented)) AS accented, t.kind = 'excluded' AS excluded, phraseto_tsquery(c.configuration, t.text)::text AS query, s.stems,
           ARRAY(SELECT DISTINCT form FROM unnest(f.forms) AS form WHERE form <> ALL(s.stems)) AS also, s.stems || f.forms AS forms
    FROM unnest(";

const TERMS_END: &str = ") WITH ORDINALITY AS t (text, kind, accented, at)
    CROSS JOIN LATERAL (SELECT tsvector_to_array(to_tsvector(c.configuration, t.text)) AS stems OFFSET 0) s
    CROSS JOIN LATERAL (
        SELECT CASE WHEN c.compounds AND t.kind IN ('word', 'open') AND cardinality(s.stems) > 0
               THEN ARRAY[t.text] || tsvector_to_array(to_tsvector(c.configuration, s.stems[1])) ELSE '{}' END AS forms OFFSET 0) f
    OFFSET 0";

/// Words of which a term is the beginning (`words_pkey`) or the end (`words_ending`); the shortest, which are nearest to it. Of the last word more may
/// follow. Parts have four letters, or three beside something that is a word too.
const WIDENED: &str = "
    ARRAY(
        SELECT w.word FROM (
            (SELECT w.word FROM delivery.words w
             WHERE w.stemming = c.name AND w.word >= t.text AND w.word < t.text || chr(1114111) AND w.word <> ALL(t.forms) AND length(t.text) >= 3
               AND (t.kind = 'open' OR (c.compounds AND length(w.word) >= length(t.text) + 3 AND (length(t.text) > 3 OR EXISTS (
                   SELECT FROM delivery.words k WHERE k.stemming = c.name
                     AND k.word = ANY(tsvector_to_array(to_tsvector(c.configuration, substr(w.word, length(t.text) + 1))))))))
             ORDER BY length(w.word), w.word LIMIT c.most)
            UNION
            (SELECT w.word FROM unnest(t.forms) AS form
             JOIN delivery.words w ON w.stemming = c.name
                  AND reverse(w.word) COLLATE \"C\" >= reverse(form) AND reverse(w.word) COLLATE \"C\" < reverse(form) || chr(1114111)
             WHERE c.compounds AND length(t.text) >= 3 AND length(form) >= 3 AND length(w.word) >= length(form) + 3 AND (length(t.text) > 3 OR EXISTS (
                   SELECT FROM delivery.words k WHERE k.stemming = c.name
                     AND k.word = ANY(tsvector_to_array(to_tsvector(c.configuration, left(w.word, -length(form)))))))
             ORDER BY length(w.word), w.word LIMIT c.most)
        ) w ORDER BY length(w.word), w.word LIMIT c.most)";

/// Looks up what a question means, to what is published in a language where one is told.
///
/// # Errors
/// The database.
pub async fn meaning(
    conn: &mut DeliveryConn,
    question: &Question,
    language: Option<&str>,
) -> Result<Snapshot<Meaning>> {
    let mut sql = Statement::<SnapshotTypes>::new(
        "SELECT h.epoch, h.seq, NULL::text, json_build_object('small', (SELECT count(*) < ",
    );
    sql.bind(Bind::Number(SMALL))
        .sql(" FROM (SELECT FROM delivery.article_search LIMIT ")
        .bind(Bind::Number(SMALL))
        .sql(") AS few), 'public_text', (SELECT public_text FROM delivery.site), 'entities', ");
    entities(&mut sql, question);
    sql.sql(", 'stemmings', ");
    stemmings(&mut sql, question, language);
    sql.sql(")::text, NULL::bigint FROM delivery.head h");
    let found: Snapshot<Meaning> = snapshot(conn, sql).await?;
    Ok(found.map(Meaning::with_accented))
}

fn entities(sql: &mut Statement<SnapshotTypes>, question: &Question) {
    let runs = runs(question).into_iter();
    let upper = |key: &str, open| format!("{key}{}", if open { '\u{10FFFF}' } else { '\u{1}' });
    let (keys, uppers) = runs
        .map(|run| (run.key.clone(), upper(&run.key, run.open)))
        .unzip();
    sql.sql("(SELECT coalesce(json_agg(")
        .sql(ENTITIES)
        .sql(" ORDER BY k.at), '[]') FROM unnest(")
        .bind(Bind::Texts(keys))
        .sql(", ")
        .bind(Bind::Texts(uppers))
        .sql(") WITH ORDINALITY AS k (key, upper, at))");
}

/// In each language that something is published in, or in the one that is asked for. Index: `article_search_stemming`.
fn stemmings(sql: &mut Statement<SnapshotTypes>, question: &Question, language: Option<&str>) {
    let only = language.map(Stemming::of);
    let asked = Stemming::ALL
        .into_iter()
        .filter(|stemming| only.is_none_or(|only| only == *stemming));
    let names = |stemmings: &mut dyn Iterator<Item = Stemming>| -> Vec<String> {
        stemmings
            .map(|stemming| stemming.as_str().to_owned())
            .collect()
    };
    let accented = question
        .terms
        .iter()
        .map(|term| term.accented.clone().unwrap_or_default())
        .collect();
    let compounds = names(
        &mut Stemming::ALL
            .into_iter()
            .filter(|stemming| stemming.compounds()),
    );
    let most = i64::try_from(WIDE / question.terms.len().max(1)).unwrap_or_default();
    let (texts, kinds) = question
        .terms
        .iter()
        .map(|term| (term.words.join(" "), kind(term).to_owned()))
        .unzip();
    sql.sql(
        "(SELECT coalesce(json_agg(json_build_object('stemming', c.name, 'terms', (
            SELECT coalesce(json_agg(json_build_object(
                'excluded', t.excluded, 'query', t.query, 'stems', t.stems, 'also', t.also, 'accented', t.accented,
                'wide', CASE WHEN t.kind IN ('word', 'open') AND cardinality(t.stems) > 0 THEN ",
    )
    .sql(WIDENED)
    .sql(" ELSE '{}' END) ORDER BY t.at), '[]') FROM (")
    .sql(TERMS_BEGIN)
    .bind(Bind::Texts(texts))
    .sql(", ")
    .bind(Bind::Texts(kinds))
    .sql(", ")
    .bind(Bind::Texts(accented))
    .sql(TERMS_END)
    .sql(") t)) ORDER BY c.name), '[]') FROM (SELECT name, ('pg_catalog.' || name)::regconfig AS configuration, name = ANY(")
    .bind(Bind::Texts(compounds))
    .sql(") AS compounds, ")
    .bind(Bind::Number(most))
    .sql(" AS most FROM unnest(")
    .bind(Bind::Texts(names(&mut { asked })))
    .sql(") AS name WHERE EXISTS (SELECT FROM delivery.article_search s WHERE s.stemming = name) OFFSET 0) c)");
}

fn kind(term: &crate::question::model::Term) -> &'static str {
    if term.excluded {
        "excluded"
    } else if term.words.len() > 1 {
        "phrase"
    } else if term.open {
        "open"
    } else {
        "word"
    }
}
