//! The stems of the words that this node has met in what it published. A text is mostly made of words that stood in others before, and its own were
//! stemmed when it was last published: only new ones are asked of Postgres, and the rest is put together here, exactly as Postgres would.

use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use diesel_async::AsyncPgConnection;

use super::vocabulary::{Known, Vocabulary, ask, is_looked_up};
use super::{Analysed, Apart, Moves, OneMore, by_postgres, standing};
use crate::error::Result;

/// How many words are kept: some 5 MB. When there are more, all are met anew.
const ROOM: usize = 50_000;

/// Texts with more words than this that were not met are left to Postgres, which takes less for a whole text than for so many words.
const MOST: usize = 2_000;

static MET: LazyLock<Mutex<Vocabulary>> = LazyLock::new(Mutex::default);

fn met() -> MutexGuard<'static, Vocabulary> {
    MET.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Forgets them, where the database may be another than the one that told them.
pub(crate) fn forget() {
    *met() = Vocabulary::default();
    standing::forget();
}

/// The stems of articles.
pub(super) async fn stemmed(
    conn: &mut AsyncPgConnection,
    articles: Vec<Apart>,
) -> Result<Analysed> {
    let (mut analysed, mut rest) = (Analysed::default(), Vec::new());
    put_together(articles, &mut analysed, &mut rest);
    let unknown = unknown(&rest);
    if !unknown.is_empty() && unknown.len() <= MOST {
        let lesson = ask(conn, unknown).await?;
        met().keep(lesson, ROOM);
        put_together(std::mem::take(&mut rest), &mut analysed, &mut rest);
    }
    if !rest.is_empty() {
        analysed.extend(by_postgres(conn, rest.into_iter()).await?);
    }
    Ok(analysed)
}

/// The stems of an update that an article has got, and the words that come with it; nothing where it has some that are not kept.
pub(super) async fn appended(
    conn: &mut AsyncPgConnection,
    (update, mut one): (Apart, OneMore),
) -> Result<Option<Analysed>> {
    let unknown = unknown(std::slice::from_ref(&update));
    if unknown.len() > MOST {
        return Ok(None);
    }
    if !unknown.is_empty() {
        let lesson = ask(conn, unknown).await?;
        met().keep(lesson, ROOM);
    }
    let Some((vector, stems)) = met().vector(&update) else {
        return Ok(None);
    };
    one.words = stems;
    one.words.retain(|stem| is_looked_up(stem));
    one.stands = standing::which(&one.since, one.stemming, &one.words);
    let mut analysed = Analysed {
        moves: Some(Moves::coming(&update, one.words.iter().cloned())),
        appended: Some(one),
        ..Analysed::default()
    };
    analysed.add(&update, vector);
    Ok(Some(analysed))
}

fn put_together(articles: Vec<Apart>, analysed: &mut Analysed, rest: &mut Vec<Apart>) {
    let met = met();
    for article in articles {
        match met.vector(&article) {
            Some((vector, _)) => analysed.add(&article, vector),
            None => rest.push(article),
        }
    }
}

fn unknown(articles: &[Apart]) -> HashSet<Known> {
    let mut unknown = HashSet::new();
    let met = met();
    for article in articles {
        met.unknown(article, &mut unknown);
    }
    unknown
}
