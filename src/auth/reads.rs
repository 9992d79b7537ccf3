//! Which partner has read which article: noted in memory while requests run, to be written in batches beside them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::slice::Chunks;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use uuid::Uuid;

use crate::changes::Seq;

/// How many are written at once.
const BATCH: usize = 10_000;

/// How many are kept at most while they can't be written. What is read past that is not noted.
const KEPT: usize = 200_000;

/// A partner and an article.
type Which = (Uuid, Uuid);

/// How much of an article an answer says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// Its text, as far as the contract gives it; else no more than what it is called.
    pub text: bool,
    /// Those of its updates, likewise, and of all of them: which of them somebody has is not kept.
    pub updates: bool,
}

impl Extent {
    /// All of it.
    pub const WHOLE: Self = Self {
        text: true,
        updates: true,
    };
}

/// The readings of an article by a partner that are not yet written.
#[derive(Debug, Clone, Copy)]
pub struct Noted {
    /// The partner.
    pub partner: Uuid,
    /// The article.
    pub article: Uuid,
    /// As of which change it was first read.
    pub first: Seq,
    /// As of which it was last.
    pub last: Seq,
    /// As of which its text was last read.
    pub text: Option<Seq>,
    /// As of which its updates were last read.
    pub updates: Option<Seq>,
    /// When it was first read.
    pub first_at: Instant,
    /// When it was last read.
    pub last_at: Instant,
}

impl Noted {
    fn with(self, other: Self) -> Self {
        Self {
            first: self.first.min(other.first),
            last: self.last.max(other.last),
            text: self.text.max(other.text),
            updates: self.updates.max(other.updates),
            first_at: self.first_at.min(other.first_at),
            last_at: self.last_at.max(other.last_at),
            ..self
        }
    }

    fn which(&self) -> Which {
        (self.partner, self.article)
    }
}

/// The readings that this node has seen and not yet written.
#[derive(Debug, Default)]
pub struct Reads {
    seen: Mutex<HashMap<Which, Noted>>,
    many: Notify,
}

impl Reads {
    /// How often they are written. A node that is killed loses no more than that.
    pub const INTERVAL: Duration = Duration::from_secs(5);

    /// Notes that this partner is given so much of these articles as of `seq`, now.
    pub fn note(
        &self,
        partner: Uuid,
        articles: impl IntoIterator<Item = (Uuid, Extent)>,
        seq: Seq,
    ) {
        let now = Instant::now();
        let mut seen = self.seen();
        for (article, extent) in articles {
            let one = Noted {
                partner,
                article,
                first: seq,
                last: seq,
                text: extent.text.then_some(seq),
                updates: extent.updates.then_some(seq),
                first_at: now,
                last_at: now,
            };
            add(&mut seen, one);
        }
        if seen.len() >= BATCH {
            self.many.notify_one();
        }
    }

    /// Returns when there are so many that they are to be written at once, also if that was before this was called.
    pub async fn many(&self) {
        self.many.notified().await;
    }

    /// Takes all that was noted, to be written.
    pub fn take(&self) -> Taken<'_> {
        let noted = std::mem::take(&mut *self.seen());
        // In one order, so that two nodes that write at once never wait for each other in a circle.
        let mut noted: Vec<Noted> = noted.into_values().collect();
        noted.sort_unstable_by_key(Noted::which);
        Taken { reads: self, noted }
    }

    fn seen(&self) -> MutexGuard<'_, HashMap<Which, Noted>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Readings on their way into the database. Whatever becomes of that, a failure or an end of the node in the middle of it, those that were not written
/// stay noted.
#[derive(Debug)]
pub struct Taken<'r> {
    reads: &'r Reads,
    noted: Vec<Noted>,
}

impl Taken<'_> {
    /// So many at a time as are to be written at once.
    pub fn batches(&self) -> Chunks<'_, Noted> {
        self.noted.chunks(BATCH)
    }

    /// The first batch is written.
    pub fn is_written(&mut self) {
        let batch = self.noted.len().min(BATCH);
        self.noted.drain(..batch);
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if self.noted.is_empty() {
            return;
        }
        let mut seen = self.reads.seen();
        for one in self.noted.drain(..) {
            add(&mut seen, one);
        }
    }
}

fn add(seen: &mut HashMap<Which, Noted>, one: Noted) {
    let full = seen.len() >= KEPT;
    match seen.entry(one.which()) {
        Entry::Occupied(mut known) => {
            let both = known.get().with(one);
            known.insert(both);
        }
        Entry::Vacant(place) if !full => drop(place.insert(one)),
        Entry::Vacant(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_to_be_written_and_was_not_stays_noted() {
        let (partner, article) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let at = |number| Seq { epoch: 1, number };
        let reads = Reads::default();
        reads.note(partner, [(article, Extent::default())], at(5));
        let taken = reads.take();
        reads.note(partner, [(article, Extent::WHOLE)], at(3));
        drop(taken);
        let seen = reads.seen();
        let one = seen.get(&(partner, article)).unwrap();
        assert_eq!((one.first, one.last), (at(3), at(5)));
        assert_eq!((one.text, one.updates), (Some(at(3)), Some(at(3))));
    }
}
