//! Which partner has read which article: noted in memory while requests run, written in batches beside them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use diesel::sql_types::{Array, BigInt, Integer, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::changes::Seq;
use crate::db::{NewsroomConn, fixed};
use crate::error::Result;

/// How many are written at once.
const BATCH: usize = 10_000;

/// How many are kept at most while they can't be written. What is read past that is not noted.
const KEPT: usize = 200_000;

/// A partner and an article.
type Which = (Uuid, Uuid);

/// The first and the last reading of an article by a partner that are not yet written.
#[derive(Debug, Clone, Copy)]
struct Seen {
    first: Seq,
    last: Seq,
    first_at: Instant,
    last_at: Instant,
}

impl Seen {
    fn with(self, other: Self) -> Self {
        Self {
            first: self.first.min(other.first),
            last: self.last.max(other.last),
            first_at: self.first_at.min(other.first_at),
            last_at: self.last_at.max(other.last_at),
        }
    }
}

/// The readings that this node has seen and not yet written.
#[derive(Debug, Default)]
pub struct Reads {
    seen: Mutex<HashMap<Which, Seen>>,
    many: Notify,
}

impl Reads {
    /// How often they are written. A node that is killed loses no more than that.
    pub const INTERVAL: Duration = Duration::from_secs(5);

    /// Notes that this partner is given these articles as of `seq`, now.
    pub fn note(&self, partner: Uuid, articles: impl IntoIterator<Item = Uuid>, seq: Seq) {
        let now = Instant::now();
        let one = Seen {
            first: seq,
            last: seq,
            first_at: now,
            last_at: now,
        };
        let mut seen = self.seen();
        for article in articles {
            add(&mut seen, (partner, article), one);
        }
        if seen.len() >= BATCH {
            self.many.notify_one();
        }
    }

    /// Returns when there are so many that they are to be written at once, also if that was before this was called.
    pub async fn many(&self) {
        self.many.notified().await;
    }

    /// Writes what was noted since the last time. By the database's clock: a node tells only how long ago a reading was. After a failure the
    /// readings stay noted for the next time.
    ///
    /// # Errors
    /// The database.
    pub async fn flush(&self, conn: &mut NewsroomConn) -> Result<()> {
        let noted = std::mem::take(&mut *self.seen());
        // In one order, so that two nodes that write at once never wait for each other in a circle.
        let mut noted: Vec<(Which, Seen)> = noted.into_iter().collect();
        noted.sort_unstable_by_key(|(which, _)| *which);
        let mut taken = Taken { reads: self, noted };
        while !taken.noted.is_empty() {
            let batch = taken.noted.len().min(BATCH);
            write(conn, taken.noted.get(..batch).unwrap_or_default()).await?;
            taken.noted.drain(..batch);
        }
        Ok(())
    }

    fn seen(&self) -> MutexGuard<'_, HashMap<Which, Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Readings on their way into the database. Whatever becomes of that, a failure or an end of the node in the middle of it, those that were not written
/// stay noted.
struct Taken<'r> {
    reads: &'r Reads,
    noted: Vec<(Which, Seen)>,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if self.noted.is_empty() {
            return;
        }
        let mut seen = self.reads.seen();
        for (which, one) in self.noted.drain(..) {
            add(&mut seen, which, one);
        }
    }
}

fn add(seen: &mut HashMap<Which, Seen>, which: Which, one: Seen) {
    let full = seen.len() >= KEPT;
    match seen.entry(which) {
        Entry::Occupied(mut known) => {
            let both = known.get().with(one);
            known.insert(both);
        }
        Entry::Vacant(place) if !full => drop(place.insert(one)),
        Entry::Vacant(_) => {}
    }
}

/// Partners who are gone meanwhile are passed over. What another node has written of earlier and later readings stays.
const WRITE: &str = "
    INSERT INTO newsroom.partner_reads AS k (partner_id, article_id, first_epoch, first_seq, epoch, seq, first_at, last_at)
    SELECT p.id, s.article_id, s.first_epoch, s.first_seq, s.epoch, s.seq,
           clock_timestamp() - s.first_age * interval '1 millisecond', clock_timestamp() - s.last_age * interval '1 millisecond'
    FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
        AS s (partner_id, article_id, first_epoch, first_seq, epoch, seq, first_age, last_age)
    JOIN newsroom.partners p ON p.id = s.partner_id
    ORDER BY p.id, s.article_id
    ON CONFLICT (partner_id, article_id) DO UPDATE SET
        first_seq = CASE WHEN (EXCLUDED.first_epoch, EXCLUDED.first_seq) < (k.first_epoch, k.first_seq) THEN EXCLUDED.first_seq ELSE k.first_seq END,
        first_epoch = least(k.first_epoch, EXCLUDED.first_epoch),
        seq = CASE WHEN (EXCLUDED.epoch, EXCLUDED.seq) > (k.epoch, k.seq) THEN EXCLUDED.seq ELSE k.seq END,
        epoch = greatest(k.epoch, EXCLUDED.epoch),
        first_at = least(k.first_at, EXCLUDED.first_at),
        last_at = greatest(k.last_at, EXCLUDED.last_at)";

async fn write(conn: &mut NewsroomConn, noted: &[(Which, Seen)]) -> Result<()> {
    let age = |at: Instant| i64::try_from(at.elapsed().as_millis()).unwrap_or(i64::MAX);
    let each = |of: fn(&(Which, Seen)) -> Seq| noted.iter().map(of);
    let (firsts, lasts) = (|| each(|it| it.1.first), || each(|it| it.1.last));
    let epochs = |seqs: &mut dyn Iterator<Item = Seq>| seqs.map(|seq| seq.epoch).collect();
    let numbers = |seqs: &mut dyn Iterator<Item = Seq>| seqs.map(|seq| seq.number).collect();
    let (partners, articles): (Vec<Uuid>, Vec<Uuid>) =
        noted.iter().map(|(which, _)| *which).unzip();
    let (first_ages, last_ages): (Vec<i64>, Vec<i64>) = noted
        .iter()
        .map(|(_, seen)| (age(seen.first_at), age(seen.last_at)))
        .unzip();
    let (first_epochs, last_epochs): (Vec<i32>, Vec<i32>) =
        (epochs(&mut firsts()), epochs(&mut lasts()));
    let (first_numbers, last_numbers): (Vec<i64>, Vec<i64>) =
        (numbers(&mut firsts()), numbers(&mut lasts()));
    fixed(WRITE)
        .bind::<Array<SqlUuid>, _>(partners)
        .bind::<Array<SqlUuid>, _>(articles)
        .bind::<Array<Integer>, _>(first_epochs)
        .bind::<Array<BigInt>, _>(first_numbers)
        .bind::<Array<Integer>, _>(last_epochs)
        .bind::<Array<BigInt>, _>(last_numbers)
        .bind::<Array<BigInt>, _>(first_ages)
        .bind::<Array<BigInt>, _>(last_ages)
        .execute(&mut **conn)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_to_be_written_and_was_not_stays_noted() {
        let (partner, article) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let at = |number| Seq { epoch: 1, number };
        let reads = Reads::default();
        reads.note(partner, [article], at(5));
        let noted: Vec<_> = std::mem::take(&mut *reads.seen()).into_iter().collect();
        let taken = Taken {
            reads: &reads,
            noted,
        };
        reads.note(partner, [article], at(3));
        drop(taken);
        let seen = reads.seen();
        let one = seen.get(&(partner, article)).unwrap();
        assert_eq!((one.first, one.last), (at(3), at(5)));
    }
}
