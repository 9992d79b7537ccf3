//! The words of which this node knows that they stand among those of all articles (`delivery.words`): updates that it has published have them. As long
//! as no word has gone since, none of them is looked for again, which would be done under the counter's lock.

use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use crate::values::Stemming;

/// How many words are kept: some 5 MB. When there are more, all are found anew.
const ROOM: usize = 50_000;

/// When words stood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::publishing) struct Since {
    /// In which database.
    pub database: String,
    /// In which of its epochs: what a restore brings back is another.
    pub epoch: i32,
    /// How often words had gone there (`delivery.head.words_gone`).
    pub gone: i64,
}

#[derive(Debug, Default)]
struct Standing {
    epoch: i32,
    gone: i64,
    words: HashMap<Stemming, HashSet<Box<str>>>,
}

/// By database: a process may serve several, as tests do.
static STANDING: LazyLock<Mutex<HashMap<String, Standing>>> = LazyLock::new(Mutex::default);

fn standing() -> MutexGuard<'static, HashMap<String, Standing>> {
    STANDING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Forgets them, where a database may be another than the one that they stand in.
pub(super) fn forget() {
    standing().clear();
}

/// Which of some words stand, if no others have gone by then.
pub(super) fn which(since: &Since, stemming: Stemming, words: &[String]) -> Vec<bool> {
    let all = standing();
    let known = all
        .get(&since.database)
        .filter(|standing| (standing.epoch, standing.gone) == (since.epoch, since.gone))
        .and_then(|standing| standing.words.get(&stemming));
    words
        .iter()
        .map(|word| known.is_some_and(|known| known.contains(word.as_str())))
        .collect()
}

/// Keeps words that are published now, by an update that found out before how many had gone.
pub(super) fn keep(since: &Since, stemming: Stemming, words: &[String]) {
    let mut all = standing();
    let standing = all.entry(since.database.clone()).or_default();
    let many = standing.words.values().map(HashSet::len).sum::<usize>() > ROOM;
    if (standing.epoch, standing.gone) != (since.epoch, since.gone) || many {
        standing.words.clear();
        (standing.epoch, standing.gone) = (since.epoch, since.gone);
    }
    let known = standing.words.entry(stemming).or_default();
    for word in words {
        if !known.contains(word.as_str()) {
            known.insert(word.as_str().into());
        }
    }
}
