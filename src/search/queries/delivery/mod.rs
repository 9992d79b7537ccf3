//! Search among what is published. Nothing else is in the tables that it reads.
//!
//! A question takes two statements: what it means, and what it finds. The answer is told to be of the change that the first saw: what the second
//! found is that or newer.

mod hits;
mod stems;
mod suggestion;

use std::collections::{HashMap, HashSet};

use crate::articles::queries::delivery::Filters;
use crate::articles::selection::Selection;
use crate::db::DeliveryConn;
use crate::db::statement::Snapshot;
use crate::error::{Error, Result};
use crate::http::cursor::Position;
use crate::question::model::{Meaning, Question};
use crate::question::queries::delivery::meaning;
use crate::question::tsquery::{Queries, queries};
use crate::search::marks::{Sought, candidates};
use crate::search::model::Findings;
use crate::values::frontend::Frontend;

/// What is asked.
#[derive(Debug)]
pub struct Search<'a> {
    /// The question.
    pub question: &'a Question,
    /// What hits must be.
    pub filters: Filters,
    /// What is shown of them.
    pub selection: &'a Selection,
    /// How many to read.
    pub probe: i64,
    /// Where the page before ended.
    pub after: Option<Position>,
    /// Whether to count them.
    pub count: bool,
    /// Whether to tell how they divide.
    pub facets: bool,
}

/// Searches, and tells what is to be marked in what was found.
///
/// # Errors
/// The database.
pub async fn search(
    conn: &mut DeliveryConn,
    asked: &Search<'_>,
) -> Result<(Snapshot<Findings>, Sought)> {
    for _ in 0..TRIES {
        let meaning = meaning(conn, asked.question, asked.filters.language.as_deref()).await?;
        let mut found = find(conn, asked, &meaning.rows).await?;
        let public = meaning.rows.public_text;
        if Frontend::of(found.site.as_deref())?.public_text != public {
            continue;
        }
        found.seq = meaning.seq;
        // What was meant is a word of a text, which not everyone may have.
        let whole = asked.selection.audience().reads_all(public);
        if whole && found.rows.hits.is_empty() && asked.after.is_none() {
            found.rows.did_you_mean = suggestion::suggestion(conn, asked, &meaning.rows).await?;
        }
        let sought = sought(conn, &meaning.rows, &found.rows).await?;
        return Ok((found, sought));
    }
    Err(Error::unavailable(
        "What may be searched is just being changed. Try again shortly.",
    ))
}

/// How often a question is asked anew, when what may be searched changes meanwhile.
const TRIES: usize = 3;

async fn find(
    conn: &mut DeliveryConn,
    asked: &Search<'_>,
    meaning: &Meaning,
) -> Result<Snapshot<Findings>> {
    let whole = asked.selection.audience().reads_all(meaning.public_text);
    let queries = queries(asked.question, meaning, whole).unwrap_or_else(Queries::nothing);
    hits::hits(conn, asked, &queries, (meaning.small, whole)).await
}

/// The words of the hits that have a stem that was looked for.
async fn sought(conn: &mut DeliveryConn, meaning: &Meaning, found: &Findings) -> Result<Sought> {
    let mut stems = HashMap::<&str, HashSet<&str>>::new();
    for stemmed in &meaning.stemmings {
        let terms = stemmed.terms.iter().filter(|term| !term.excluded);
        let all = terms.flat_map(|term| term.stems.iter().chain(&term.also).chain(&term.wide));
        stems.insert(&stemmed.stemming, all.map(String::as_str).collect());
    }
    let candidates = candidates(&stems, found.hits.iter().map(|hit| &hit.texts));
    let of_words = stems::stems(conn, &candidates).await?;
    let mut sought = Sought::default();
    for (candidate, of_word) in candidates.into_iter().zip(of_words) {
        let wanted = stems.get(candidate.stemming.as_str());
        if wanted.is_some_and(|wanted| of_word.iter().any(|stem| wanted.contains(stem.as_str()))) {
            sought.add(candidate);
        }
    }
    Ok(sought)
}
