//! The keys that streams were opened with. Nobody asks with them again while the stream goes on, so the node does: a stream ends soon after its key
//! is revoked or expires.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::auth::{ApiKey, Presented};

/// The keys of the open streams of a node.
#[derive(Debug, Default)]
pub struct KeyWatch(Mutex<HashMap<Presented, Weak<Watched>>>);

/// A key that is looked after while somebody holds this.
#[derive(Debug, Default)]
pub struct Watched(AtomicBool);

impl Watched {
    /// Whether it is good no longer.
    pub fn has_ended(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl KeyWatch {
    /// Looks after a key that was good a moment ago.
    pub fn watch(&self, key: &ApiKey) -> Arc<Watched> {
        let mut keys = self.keys();
        if let Some(known) = keys.get(key.presented()).and_then(Weak::upgrade)
            && !known.has_ended()
        {
            return known;
        }
        let watched = Arc::<Watched>::default();
        keys.insert(key.presented().clone(), Arc::downgrade(&watched));
        watched
    }

    /// All that are looked after.
    pub fn all(&self) -> Vec<Presented> {
        let mut keys = self.keys();
        keys.retain(|_, watched| watched.strong_count() > 0);
        keys.keys().cloned().collect()
    }

    /// Ends those of these that are not among the good; tells whether there were any.
    pub fn end(&self, asked: &[Presented], good: &HashSet<Presented>) -> bool {
        let keys = self.keys();
        let mut ended = false;
        for key in asked.iter().filter(|key| !good.contains(*key)) {
            if let Some(watched) = keys.get(key).and_then(Weak::upgrade) {
                watched.0.store(true, Ordering::Release);
                ended = true;
            }
        }
        ended
    }

    fn keys(&self) -> MutexGuard<'_, HashMap<Presented, Weak<Watched>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
