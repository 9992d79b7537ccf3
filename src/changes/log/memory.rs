//! What recent changes touched, as a node remembers it.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::Provenance;
use crate::changes::Seq;

/// How many keys of recent changes a node remembers.
pub(super) const REMEMBERED: usize = 200_000;

/// How many changes of its own a node keeps that follow on others which it has yet to hear of.
pub(super) const OWN_KEPT: usize = 256;

/// What recent changes touched.
#[derive(Debug, Default)]
pub(super) struct Memory {
    epoch: i32,
    /// Counts how often it has begun anew: numbers of before may have been given again since.
    pub life: u64,
    /// All changes after this are remembered.
    reaches: i64,
    /// The last change that touched a key.
    touched: HashMap<u64, i64>,
    changes: VecDeque<(i64, Vec<u64>)>,
    keys: usize,
    /// Changes of this node that follow on others that it has yet to hear of.
    own: BTreeMap<i64, Vec<String>>,
}

/// A change as the log tells it.
#[derive(Debug)]
pub struct Entry {
    /// Its number.
    pub seq: i64,
    /// What it touched.
    pub keys: Vec<String>,
}

/// A key in memory. Two that come out alike only cost a reading more.
pub(super) fn hash(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

impl Memory {
    /// Forgets everything; what comes after `head` is to be remembered.
    pub fn begin_anew(&mut self, head: Seq) {
        *self = Self {
            epoch: head.epoch,
            life: self.life + 1,
            reaches: head.number,
            ..Self::default()
        };
    }

    /// Whether nothing that is remembered has touched it.
    pub fn holds(&self, of: &Provenance) -> bool {
        let untouched = |key| {
            self.touched
                .get(key)
                .is_none_or(|seq| *seq <= of.seq.number)
        };
        of.life == self.life
            && of.seq.epoch == self.epoch
            && of.seq.number >= self.reaches
            && of.keys.iter().all(untouched)
    }

    /// Remembers the next change.
    pub fn learn(&mut self, entry: Entry) {
        let keys: Vec<u64> = entry.keys.iter().map(|key| hash(key)).collect();
        for key in &keys {
            self.touched.insert(*key, entry.seq);
        }
        self.keys += keys.len();
        self.changes.push_back((entry.seq, keys));
        while self.keys > REMEMBERED {
            let Some((seq, keys)) = self.changes.pop_front() else {
                break;
            };
            self.keys -= keys.len();
            self.reaches = seq;
            for key in keys {
                if self.touched.get(&key) == Some(&seq) {
                    self.touched.remove(&key);
                }
            }
        }
    }

    /// Keeps a change of this node until all before it have been heard of, unless it keeps many: it will be read, then.
    pub fn keep_own(&mut self, entry: Entry) {
        if self.own.len() < OWN_KEPT {
            self.own.insert(entry.seq, entry.keys);
        }
    }

    /// The last of those that are kept, or 0.
    pub fn last_own(&self) -> i64 {
        self.own.last_key_value().map_or(0, |(seq, _)| *seq)
    }

    /// Remembers what was kept that follows on the last of all; tells whether there was any.
    pub fn take_own(&mut self, last: &mut Seq) -> bool {
        let mut taken = false;
        while let Some(first) = self.own.first_entry() {
            let seq = *first.key();
            if seq > last.number + 1 {
                break;
            }
            let keys = first.remove();
            if seq > last.number {
                last.number = seq;
                self.learn(Entry { seq, keys });
                taken = true;
            }
        }
        taken
    }
}
