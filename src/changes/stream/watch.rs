//! What streams were opened with: keys and contracts. Nobody asks with them again while a stream goes on, so the node does: it ends soon after its key
//! is revoked or expires, or its contract ends.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// The keys, or the contracts, of the open streams of a node.
#[derive(Debug)]
pub struct Watch<K>(Mutex<HashMap<K, Weak<Watched>>>);

/// One that is looked after while somebody holds this.
#[derive(Debug, Default)]
pub struct Watched {
    ended: AtomicBool,
    /// Of a contract, its terms when it was last looked at; 0 before.
    terms: AtomicI32,
}

impl Watched {
    /// Whether it is good no longer.
    pub fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    /// Whether it is a contract that was seen to have gone on from these terms.
    pub fn has_other_terms(&self, terms: i32) -> bool {
        self.terms.load(Ordering::Acquire) > terms
    }
}

impl<K> Default for Watch<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Clone + Eq + Hash> Watch<K> {
    /// Looks after one that was good a moment ago.
    pub fn watch(&self, one: &K) -> Arc<Watched> {
        let mut held = self.held();
        if let Some(known) = held.get(one).and_then(Weak::upgrade)
            && !known.has_ended()
        {
            return known;
        }
        let watched = Arc::<Watched>::default();
        held.insert(one.clone(), Arc::downgrade(&watched));
        watched
    }

    /// All that are looked after.
    pub fn all(&self) -> Vec<K> {
        let mut held = self.held();
        held.retain(|_, watched| watched.strong_count() > 0);
        held.keys().cloned().collect()
    }

    /// Ends those of these that are not among the good; tells whether there were any.
    pub fn end(&self, asked: &[K], good: &HashSet<K>) -> bool {
        let held = self.held();
        let mut ended = false;
        for one in asked.iter().filter(|one| !good.contains(*one)) {
            if let Some(watched) = held.get(one).and_then(Weak::upgrade) {
                watched.ended.store(true, Ordering::Release);
                ended = true;
            }
        }
        ended
    }

    /// Keeps the terms of contracts as they are now; tells whether any of them are others than before.
    pub fn see(&self, terms: &HashMap<K, i32>) -> bool {
        let held = self.held();
        let mut changed = false;
        for (one, terms) in terms {
            if let Some(watched) = held.get(one).and_then(Weak::upgrade) {
                changed |= watched.terms.swap(*terms, Ordering::AcqRel) != *terms;
            }
        }
        changed
    }

    fn held(&self) -> MutexGuard<'_, HashMap<K, Weak<Watched>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
