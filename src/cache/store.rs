//! What is kept, how much of it, and who is reading what is not kept yet.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use quick_cache::sync::Cache as Kept;
use quick_cache::{DefaultHashBuilder, Lifecycle, OptionsBuilder, Weighter};
use tokio::sync::watch;

use super::entry::Entry;
use crate::changes::{Log, Standing};

/// How the cache is set.
#[derive(Debug, Clone, Copy)]
pub struct CacheConfig {
    /// How many bytes it may take; none switches it off.
    pub bytes: u64,
    /// How long what is kept may be served while the database is away.
    pub stale_if_error: Duration,
    /// A pause between reading and keeping, for the tests that look for races.
    pub pause: Option<fn() -> Duration>,
}

type Answers = Kept<Box<str>, Arc<Entry>, Bytes, DefaultHashBuilder, Evicted>;

/// Answers by the path and query that they answer.
pub struct Cache {
    log: Arc<Log>,
    config: CacheConfig,
    kept: Option<Answers>,
    flights: Mutex<HashMap<Box<str>, watch::Receiver<Landing>>>,
    counts: Arc<Counts>,
}

/// What the cache has done since the start.
#[derive(Debug, Default)]
pub struct Counts {
    /// Requests answered from what was kept.
    pub hits: AtomicU64,
    /// Requests for which the database was read.
    pub misses: AtomicU64,
    /// Requests that took the answer of another which was under way.
    pub collapsed: AtomicU64,
    /// Requests answered with what could not be confirmed, since the database was away.
    pub stale: AtomicU64,
    /// Answers that were not kept since a change had come during their reading.
    pub fences: AtomicU64,
    /// Answers that were touched by a change, and went when they were next asked for.
    pub touched: AtomicU64,
    /// Answers that went to make room.
    pub evictions: AtomicU64,
}

/// Adds one.
pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// How a reading ended, for those who wait for it.
#[derive(Debug, Clone)]
pub(super) enum Landing {
    /// Not yet.
    Under,
    /// With an answer that is made of keys.
    Answer(Arc<Entry>),
    /// The database is away.
    Unavailable,
    /// With something that only the one who asked may have.
    Own,
}

/// A reading, and what one has to do with it.
pub(super) enum Flight<'c> {
    /// It is this request's to make.
    Lead(Leader<'c>),
    /// Another makes it.
    Join(watch::Receiver<Landing>),
}

/// Who reads for all that ask for the same meanwhile. Dropped on the way, as when its client goes, it leaves the reading to another.
pub(super) struct Leader<'c> {
    cache: &'c Cache,
    key: Box<str>,
    landing: Option<watch::Sender<Landing>>,
}

#[derive(Clone)]
struct Bytes;

impl Weighter<Box<str>, Arc<Entry>> for Bytes {
    fn weight(&self, key: &Box<str>, entry: &Arc<Entry>) -> u64 {
        (key.len() + entry.weight()) as u64
    }
}

#[derive(Clone)]
struct Evicted(Arc<Counts>);

impl Lifecycle<Box<str>, Arc<Entry>> for Evicted {
    type RequestState = ();
    fn on_evict(&self, _: &mut Self::RequestState, _: Box<str>, _: Arc<Entry>) {
        count(&self.0.evictions);
    }
}

impl Cache {
    /// An empty one, which trusts what this log knows.
    pub fn new(log: Arc<Log>, config: CacheConfig) -> Self {
        let counts = Arc::<Counts>::default();
        let options = OptionsBuilder::new()
            .weight_capacity(config.bytes)
            // About as many as fit of the size of a small article.
            .estimated_items_capacity(usize::try_from(config.bytes / 16_384).unwrap_or(1).max(16))
            .build();
        let kept = options.ok().filter(|_| config.bytes > 0).map(|options| {
            Kept::with_options(
                options,
                Bytes,
                DefaultHashBuilder::default(),
                Evicted(counts.clone()),
            )
        });
        Self {
            log,
            config,
            kept,
            flights: Mutex::default(),
            counts,
        }
    }

    /// What it has done.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// How many bytes it takes, about, and how many answers that is.
    pub fn size(&self) -> (u64, usize) {
        self.kept
            .as_ref()
            .map_or((0, 0), |kept| (kept.weight(), kept.len()))
    }

    /// The log that it trusts.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The pause between reading and keeping.
    pub(super) fn pause(&self) -> Option<Duration> {
        self.config.pause.map(|pause| pause())
    }

    /// What is kept under this key, if it may be shown.
    pub(super) fn current(&self, key: &str) -> Option<Arc<Entry>> {
        let entry = self.kept.as_ref()?.get(key)?;
        match self.log.standing(&entry.provenance) {
            Standing::Current => Some(entry),
            Standing::Unconfirmed(_) => None,
            Standing::Touched => {
                // Unless someone has put a newer one there meanwhile.
                let kept = self.kept.as_ref()?;
                if kept
                    .remove_if(key, |there| Arc::ptr_eq(there, &entry))
                    .is_some()
                {
                    count(&self.counts.touched);
                }
                None
            }
        }
    }

    /// What is kept under this key, if it may be shown while the database is away.
    pub(super) fn stale(&self, key: &str) -> Option<Arc<Entry>> {
        let entry = self.kept.as_ref()?.get(key)?;
        let shown = match self.log.standing(&entry.provenance) {
            Standing::Current => true,
            Standing::Unconfirmed(time) => time <= self.config.stale_if_error,
            Standing::Touched => false,
        };
        shown.then_some(entry)
    }

    /// Keeps an answer, unless a change has come since it was read.
    pub(super) fn keep(&self, key: &str, entry: &Arc<Entry>) {
        let Some(kept) = &self.kept else { return };
        if self.log.standing(&entry.provenance) == Standing::Touched {
            count(&self.counts.fences);
            return;
        }
        kept.insert(key.into(), entry.clone());
    }

    /// Takes part in a reading of this key; `alone`, in one of its own.
    pub(super) fn enter(&self, key: &str, alone: bool) -> Flight<'_> {
        let mut lead = Leader {
            cache: self,
            key: key.into(),
            landing: None,
        };
        if alone {
            return Flight::Lead(lead);
        }
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        match flights.entry(key.into()) {
            Slot::Occupied(flight) => Flight::Join(flight.get().clone()),
            Slot::Vacant(slot) => {
                let (landing, waiting) = watch::channel(Landing::Under);
                slot.insert(waiting);
                lead.landing = Some(landing);
                Flight::Lead(lead)
            }
        }
    }
}

impl Leader<'_> {
    /// Tells those who wait how it ended.
    pub fn land(self, how: Landing) {
        if let Some(landing) = &self.landing {
            landing.send_replace(how);
        }
    }
}

impl Drop for Leader<'_> {
    fn drop(&mut self) {
        if self.landing.is_some() {
            let mut flights = self
                .cache
                .flights
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            flights.remove(&self.key);
        }
    }
}
