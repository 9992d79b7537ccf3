//! What streams were opened with: keys and contracts. Nobody asks with them again while a stream goes on, so the node does: it ends soon after its key
//! is revoked or expires, or its contract ends.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// The keys, or the contracts, of the open streams of a node.
#[derive(Debug)]
pub struct Watch<K>(Mutex<HashMap<K, Weak<Watched>>>);

/// One that is looked after while somebody holds this.
#[derive(Debug, Default)]
pub struct Watched(AtomicBool);

impl Watched {
    /// Whether it is good no longer.
    pub fn has_ended(&self) -> bool {
        self.0.load(Ordering::Acquire)
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
                watched.0.store(true, Ordering::Release);
                ended = true;
            }
        }
        ended
    }

    fn held(&self) -> MutexGuard<'_, HashMap<K, Weak<Watched>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
