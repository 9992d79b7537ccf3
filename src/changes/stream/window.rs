//! What a node holds of the log's end for its streams: the last events, once for all of them.
//!
//! A window tells which part of the log it covers, so that each stream can prove to itself that it misses nothing: who has everything up to a number
//! within finds all that follows, and who stands before it must read the log itself.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use super::entry::Entry;
use crate::changes::Seq;

/// How many events are held.
const EVENTS: usize = 256;

/// And about how many bytes; at least the last event is held in any case.
const BYTES: usize = 16_000_000;

/// The last events.
#[derive(Debug)]
pub struct Window(RwLock<Held>);

#[derive(Debug)]
struct Held {
    /// Counts how often the log has begun anew: numbers of before may have been given again since. 0 before it was first heard of.
    life: u32,
    /// All events after this and up to `upto` are held.
    after: i64,
    upto: Seq,
    entries: VecDeque<Arc<Entry>>,
    bytes: usize,
}

/// Where the log ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The last change.
    pub seq: Seq,
    /// Which life of the log it is of.
    pub life: u32,
}

/// What follows on a place in the log.
#[derive(Debug)]
pub enum Next {
    /// This event.
    Entry(Arc<Entry>),
    /// Nothing, up to here.
    Level(Seq),
    /// What is held no longer: it must be read.
    Before,
    /// The log has begun anew since.
    Anew,
}

impl Default for Window {
    fn default() -> Self {
        Self(RwLock::new(Held {
            life: 0,
            after: 0,
            upto: Seq {
                epoch: 0,
                number: 0,
            },
            entries: VecDeque::new(),
            bytes: 0,
        }))
    }
}

impl Window {
    /// Where it ends; nothing before the log was heard of.
    pub fn head(&self) -> Option<Head> {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        (held.life > 0).then_some(Head {
            seq: held.upto,
            life: held.life,
        })
    }

    /// Where it ends, or would.
    pub fn upto(&self) -> Seq {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        held.upto
    }

    /// What follows on `place`, for who has begun in this life of the log.
    pub fn next(&self, place: Seq, life: u32) -> Next {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if held.life != life || held.upto.epoch != place.epoch {
            return Next::Anew;
        }
        if place.number < held.after {
            return Next::Before;
        }
        let at = held
            .entries
            .partition_point(|entry| entry.seq.number <= place.number);
        match held.entries.get(at) {
            Some(entry) => Next::Entry(entry.clone()),
            None => Next::Level(held.upto.max(place)),
        }
    }

    /// Whether anything follows on this place.
    pub fn has_more(&self, place: Seq) -> bool {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let last = held
            .entries
            .back()
            .map_or(held.after, |entry| entry.seq.number);
        held.upto.epoch == place.epoch && place.number < last
    }

    /// Takes in what follows on its end, up to here. What is not of the same epoch, or does not follow, is passed over.
    pub fn push(&self, entries: &[Arc<Entry>], upto: Seq) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if upto.epoch != held.upto.epoch || upto <= held.upto {
            return;
        }
        let end = held.upto;
        for entry in entries.iter().filter(|entry| entry.seq > end) {
            held.bytes += entry.weight();
            held.entries.push_back(entry.clone());
        }
        held.upto = upto;
        while held.entries.len() > EVENTS || (held.bytes > BYTES && held.entries.len() > 1) {
            let Some(entry) = held.entries.pop_front() else {
                break;
            };
            held.after = entry.seq.number;
            held.bytes = held.bytes.saturating_sub(entry.weight());
        }
    }

    /// Goes to a place further on without what lies between, which nobody follows.
    pub fn skip_to(&self, head: Seq) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        held.move_to(head);
    }

    /// Begins anew: whoever was within is told so.
    pub fn begin_anew(&self, head: Seq) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        held.life += 1;
        held.move_to(head);
    }
}

impl Held {
    fn move_to(&mut self, head: Seq) {
        self.entries.clear();
        (self.after, self.upto, self.bytes) = (head.number, head, 0);
    }
}

#[cfg(test)]
mod tests;
