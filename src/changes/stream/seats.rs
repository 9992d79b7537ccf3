//! The open streams of a node: how many there are, whose, and how each is woken.
//!
//! They sit in as many rows as a heartbeat has seconds. Each second one row is woken, so that heartbeats need no timer of their own and do not all go
//! out at once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;

/// Rows, and seconds between the heartbeats of a stream.
pub const ROWS: usize = 15;

/// The seats of a node.
#[derive(Debug, Default)]
pub struct Seats {
    rows: [Row; ROWS],
    taken: AtomicUsize,
    next: AtomicU64,
    /// Who is to be woken at the next second.
    soon: Mutex<Vec<Seat>>,
    clients: Mutex<HashMap<u128, u32>>,
}

#[derive(Debug, Default)]
struct Row {
    beats: AtomicU32,
    sitting: Mutex<HashMap<u64, Sitting>>,
}

/// Who sits on a seat.
#[derive(Debug)]
struct Sitting {
    waker: Waker,
    /// How often it was woken.
    woken: u64,
    reads: bool,
}

/// A seat that is taken. Its owner gives it back.
#[derive(Debug, Clone, Copy)]
pub struct Seat {
    number: u64,
    client: u128,
    /// Whether it reads the log itself, and is to hear of all that is new there.
    reads: bool,
}

/// How many may sit down.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// In all.
    pub all: usize,
    /// Of one client.
    pub per_client: u32,
}

/// Why nobody more may sit down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// All seats are taken.
    All,
    /// This client has as many as it may have.
    Client,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Seat {
    /// The same, for who reads the log itself.
    pub fn reading(self) -> Self {
        Self {
            reads: true,
            ..self
        }
    }
}

impl Seats {
    /// Takes a seat for a client.
    ///
    /// # Errors
    /// There is none.
    pub fn take(&self, client: u128, room: Room) -> Result<Seat, Full> {
        let mut clients = lock(&self.clients);
        let all = self.taken.load(Ordering::Acquire);
        if all >= room.all {
            return Err(Full::All);
        }
        let own = clients.entry(client).or_default();
        if *own >= room.per_client {
            return Err(Full::Client);
        }
        *own += 1;
        self.taken.store(all + 1, Ordering::Release);
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        Ok(Seat {
            number,
            client,
            reads: false,
        })
    }

    /// Gives a seat back.
    pub fn give_back(&self, seat: Seat) {
        if let Some(row) = self.row(seat) {
            lock(&row.sitting).remove(&seat.number);
        }
        let mut clients = lock(&self.clients);
        if let Some(own) = clients.get_mut(&seat.client) {
            *own -= 1;
            if *own == 0 {
                clients.remove(&seat.client);
            }
        }
        self.taken.fetch_sub(1, Ordering::AcqRel);
    }

    /// Whether nobody sits here.
    pub fn is_empty(&self) -> bool {
        self.taken.load(Ordering::Acquire) == 0
    }

    /// Who sits here is woken by this from now on. What happens after this wakes it; what happened before it must look for itself. Tells how often it
    /// was woken.
    pub fn wait(&self, seat: Seat, waker: &Waker) -> u64 {
        let Some(row) = self.row(seat) else { return 0 };
        let mut sitting = lock(&row.sitting);
        let sitting = sitting.entry(seat.number).or_insert_with(|| Sitting {
            waker: waker.clone(),
            woken: 0,
            reads: seat.reads,
        });
        sitting.waker.clone_from(waker);
        sitting.woken
    }

    /// Wakes who sits here within about a second.
    pub fn wake_soon(&self, seat: Seat) {
        lock(&self.soon).push(seat);
    }

    /// How many heartbeats there have been in this row.
    pub fn beats(&self, seat: Seat) -> u32 {
        self.row(seat)
            .map_or(0, |row| row.beats.load(Ordering::Acquire))
    }

    /// Wakes everybody.
    pub fn wake(&self) {
        self.rows.iter().for_each(|row| row.wake(|_, _| true));
    }

    /// Wakes those who read the log themselves.
    pub fn wake_readers(&self) {
        let reads = |_: u64, sitting: &Sitting| sitting.reads;
        self.rows.iter().for_each(|row| row.wake(reads));
    }

    /// A second has passed: a heartbeat for the row whose turn it is, and whoever was to be woken soon is.
    pub fn beat(&self, turn: usize) {
        let soon = std::mem::take(&mut *lock(&self.soon));
        for seat in soon {
            if let Some(row) = self.row(seat) {
                row.wake(|number, _| number == seat.number);
            }
        }
        if let Some(row) = self.rows.get(turn % ROWS) {
            row.beats.fetch_add(1, Ordering::AcqRel);
            row.wake(|_, _| true);
        }
    }

    fn row(&self, seat: Seat) -> Option<&Row> {
        let row = usize::try_from(seat.number % ROWS as u64).ok()?;
        self.rows.get(row)
    }
}

impl Row {
    /// Not under the lock: who is woken waits again at once.
    fn wake(&self, whom: impl Fn(u64, &Sitting) -> bool) {
        let mut sitting = lock(&self.sitting);
        let mut wakers = Vec::with_capacity(sitting.len());
        for (number, sitting) in sitting.iter_mut() {
            if whom(*number, sitting) {
                sitting.woken += 1;
                wakers.push(sitting.waker.clone());
            }
        }
        drop(sitting);
        wakers.into_iter().for_each(Waker::wake);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Room = Room {
        all: 3,
        per_client: 2,
    };

    #[test]
    fn a_client_and_all_together_take_no_more_seats_than_there_are() {
        let seats = Seats::default();
        let first = seats.take(1, ROOM).unwrap();
        seats.take(1, ROOM).unwrap();
        assert_eq!(seats.take(1, ROOM).err(), Some(Full::Client));
        seats.take(2, ROOM).unwrap();
        assert_eq!(seats.take(3, ROOM).err(), Some(Full::All));
        seats.give_back(first);
        assert!(!seats.is_empty());
        seats.take(1, ROOM).unwrap();
        assert_eq!(seats.take(1, ROOM).err(), Some(Full::All));
    }
}
