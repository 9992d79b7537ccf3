//! The stems of words.

use crate::db::DeliveryConn;
use crate::db::statement::{Bind, SnapshotTypes, Statement, snapshot};
use crate::error::Result;
use crate::search::marks::Candidate;
use crate::values::without_accents;

/// The stems of each of these words, without and with its accents, as they are kept; none of a word that says too little. Reads no table but the head.
pub(super) async fn stems(
    conn: &mut DeliveryConn,
    words: &[Candidate],
) -> Result<Vec<Vec<String>>> {
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let configurations = words
        .iter()
        .map(|word| format!("pg_catalog.{}", word.stemming))
        .collect();
    let accented = |word: &Candidate| word.accented.clone().unwrap_or_default();
    let mut sql = Statement::<SnapshotTypes>::new(
        "SELECT h.epoch, h.seq, NULL::text, (
            SELECT coalesce(json_agg(tsvector_to_array(to_tsvector(w.stemming::regconfig, w.word))
                                  || tsvector_to_array(to_tsvector(w.stemming::regconfig, w.accented)) ORDER BY w.at), '[]')::text
            FROM unnest(",
    );
    sql.bind(Bind::Texts(configurations))
        .sql(", ")
        .bind(Bind::Texts(words.iter().map(|word| word.word.clone()).collect()))
        .sql(", ")
        .bind(Bind::Texts(words.iter().map(accented).collect()))
        .sql(") WITH ORDINALITY AS w (stemming, word, accented, at)), NULL::bigint FROM delivery.head h");
    let found: Vec<Vec<String>> = snapshot(conn, sql).await?.rows;
    let plain = |stems: Vec<String>| stems.iter().map(|stem| without_accents(stem)).collect();
    Ok(found.into_iter().map(plain).collect())
}
