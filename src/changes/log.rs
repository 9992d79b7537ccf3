//! What a node knows of the log: how far it has applied it, what recent changes touched, and when it last knew that there was no more.

mod memory;
mod own;

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::{Instant, timeout_at};

pub use self::memory::Entry;
use self::memory::{Memory, hash};
pub use self::own::Own;
use super::Seq;
use super::keys::Keys;

/// How long a node may go on without asking whether there is more (design, part 9).
pub const CONFIRMED_WITHIN: Duration = Duration::from_secs(1);

/// The log as a node has applied it; one for the process.
#[derive(Debug)]
pub struct Log {
    begun: Instant,
    memory: RwLock<Memory>,
    /// Counts what the memory has learned, so that who has looked need not look again before there is more.
    learned: AtomicU64,
    progress: watch::Sender<Progress>,
    /// Microseconds from `begun` to the last confirmation; 0 before the first.
    confirmed: AtomicU64,
    /// Confirmations of before this count no longer.
    distrusted: AtomicU64,
    wake: Notify,
    /// The change up to which somebody waits for the log to be read.
    awaited: AtomicI64,
    /// Postgres' processes by which writes of this node may be about to be committed.
    under_way: Mutex<Vec<i32>>,
}

/// How far the log is applied, and up to when that was known to be all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Progress {
    applied: Seq,
    confirmed: u64,
}

/// Whether the node has applied what it was asked to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It has.
    Reached,
    /// There has been no such change.
    Future,
    /// It was of an epoch that is over.
    OldEpoch,
    /// It can't tell yet.
    NotYet,
}

/// What something that is kept was made of, and when.
#[derive(Debug)]
pub struct Provenance {
    seq: Seq,
    life: u64,
    keys: Box<[u64]>,
    /// What the node had learned when this was last found to be current.
    seen: AtomicU64,
}

/// Whether something that is kept may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// As far as the node knows, and it has just asked, nothing has touched it.
    Current,
    /// Nothing that the node knows of has touched it, but it last asked so long ago.
    Unconfirmed(Duration),
    /// A change has touched it, or the node can't tell.
    Touched,
}

/// Where a node stood when it asked what is new, and when that was.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub applied: Seq,
    /// The last change that it had seen: what it wrote itself may be beyond what was applied.
    seen: i64,
    at: Instant,
}

/// Where a node stands when a reading begins.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    /// How far it has applied the log.
    pub applied: Seq,
    life: u64,
}

impl Provenance {
    /// Whether it names nothing that it was made of, so that nobody can tell when it is out of date.
    pub fn is_of_nothing(&self) -> bool {
        self.keys.is_empty()
    }

    /// Of something made of `keys` in a reading that began at `mark` and saw `seq`. It is known to hold the older of the two, since what was
    /// looked up first may be from then.
    pub fn new(mark: Mark, seq: Option<Seq>, keys: &Keys) -> Self {
        let seq = seq.map_or(mark.applied, |seq| {
            if seq.epoch == mark.applied.epoch {
                seq.min(mark.applied)
            } else {
                seq
            }
        });
        Self {
            seq,
            life: mark.life,
            keys: keys.iter().map(hash).collect(),
            seen: AtomicU64::new(0),
        }
    }

    /// About how many bytes it takes.
    pub fn weight(&self) -> usize {
        size_of_val(&*self.keys)
    }

    /// When it was read.
    pub fn seq(&self) -> Seq {
        self.seq
    }
}

impl Default for Log {
    fn default() -> Self {
        Self {
            begun: Instant::now(),
            memory: RwLock::default(),
            learned: AtomicU64::new(1),
            progress: watch::Sender::new(Progress {
                applied: Seq {
                    epoch: 0,
                    number: 0,
                },
                confirmed: 0,
            }),
            confirmed: AtomicU64::new(0),
            distrusted: AtomicU64::new(0),
            wake: Notify::new(),
            awaited: AtomicI64::new(0),
            under_way: Mutex::default(),
        }
    }
}

impl Log {
    /// How far this node has applied the log.
    pub fn applied(&self) -> Seq {
        self.progress.borrow().applied
    }

    /// Where the node stands, for a reading that begins now.
    pub fn mark(&self) -> Mark {
        let memory = self.memory.read().unwrap_or_else(PoisonError::into_inner);
        Mark {
            applied: self.applied(),
            life: memory.life,
        }
    }

    /// Whether what is kept may be shown.
    pub fn standing(&self, of: &Provenance) -> Standing {
        // What is learned after this is looked at the next time; it is not older than the confirmation.
        if !self.holds(of) {
            return Standing::Touched;
        }
        match self.unconfirmed_for() {
            Some(time) if time <= CONFIRMED_WITHIN => Standing::Current,
            Some(time) => Standing::Unconfirmed(time),
            None => Standing::Touched,
        }
    }

    /// Whether nothing that the node knows of has touched it since, confirmed or not.
    pub fn holds(&self, of: &Provenance) -> bool {
        let learned = self.learned.load(Ordering::Acquire);
        if of.seen.load(Ordering::Relaxed) == learned {
            return true;
        }
        let memory = self.memory.read().unwrap_or_else(PoisonError::into_inner);
        let holds = memory.holds(of);
        drop(memory);
        if holds {
            of.seen.store(learned, Ordering::Relaxed);
        }
        holds
    }

    /// Waits until the node stands elsewhere in the log than here: further on, or in another epoch.
    pub async fn beyond(&self, seq: Seq) -> Seq {
        let mut progress = self.progress.subscribe();
        let told = progress.wait_for(|progress| progress.applied != seq).await;
        told.map_or(seq, |progress| progress.applied)
    }

    /// How long ago the node knew that it had applied all there was; nothing when it never did.
    pub fn unconfirmed_for(&self) -> Option<Duration> {
        match self.confirmed.load(Ordering::Acquire) {
            0 => None,
            at => Some(
                self.begun
                    .elapsed()
                    .saturating_sub(Duration::from_micros(at)),
            ),
        }
    }

    /// Waits until the node has applied the log up to `seq`, at most this long; tells whether it has.
    pub async fn reach(&self, seq: Seq, within: Duration) -> bool {
        let applied = self.applied();
        if applied >= seq {
            return true;
        }
        let comes = self.comes(seq, within);
        let is_same = applied.epoch == seq.epoch;
        self.want(if is_same { seq.number } else { i64::MAX });
        comes.await
    }

    /// The same, and hastens nothing.
    async fn comes(&self, seq: Seq, within: Duration) -> bool {
        let mut progress = self.progress.subscribe();
        let reached = progress.wait_for(|progress| progress.applied >= seq);
        tokio::time::timeout(within, reached).await.is_ok()
    }

    /// Waits until the node has applied more than this, at most until then; tells whether it has. It hastens nothing: however many wait, the log is
    /// read once.
    pub async fn grows(&self, seq: Seq, until: Instant) -> bool {
        let mut progress = self.progress.subscribe();
        let grown = progress.wait_for(|progress| progress.applied > seq);
        timeout_at(until, grown).await.is_ok()
    }

    /// Waits until the node has applied the log up to a `seq` that somebody claims there is, at most this long. Whoever was told of it was told
    /// after its commit, so that the next reading of the log tells whether there is.
    pub async fn require(&self, seq: Seq, within: Duration) -> Reach {
        let asked = self.now();
        let mut progress = self.progress.subscribe();
        self.want(i64::MAX);
        let told = progress.wait_for(|progress| {
            (progress.applied.epoch == seq.epoch && progress.applied.number >= seq.number)
                || progress.confirmed > asked
        });
        let Ok(Ok(applied)) = tokio::time::timeout(within, told)
            .await
            .map(|told| told.map(|progress| progress.applied))
        else {
            return Reach::NotYet;
        };
        if applied.epoch > seq.epoch {
            return Reach::OldEpoch;
        }
        if applied >= seq {
            return Reach::Reached;
        }
        Reach::Future
    }

    /// Makes everything kept unconfirmed until the log is read anew: what is asked for from now on is at least as new as this moment.
    pub fn distrust(&self) {
        self.distrusted.store(self.now(), Ordering::Release);
        self.confirmed.store(0, Ordering::Release);
        self.want(i64::MAX);
    }

    fn want(&self, number: i64) {
        self.awaited.fetch_max(number, Ordering::AcqRel);
        self.wake.notify_one();
    }

    /// Waits until someone wants the log read further than it is by then.
    pub(super) async fn wanted(&self) {
        loop {
            self.wake.notified().await;
            if self.awaited.swap(0, Ordering::AcqRel) > self.applied().number {
                return;
            }
        }
    }

    /// Where and when the node asks what is new, for [`Log::apply`].
    pub(super) fn ask(&self) -> Asked {
        let memory = self.memory.read().unwrap_or_else(PoisonError::into_inner);
        let applied = self.applied();
        Asked {
            applied,
            seen: memory.last_own().max(applied.number),
            at: Instant::now(),
        }
    }

    /// Takes in what follows on what was applied when it was `asked`, with `head` as the last of all. More may follow yet; what this node wrote
    /// meanwhile may be beyond it already.
    pub(super) fn apply(&self, head: Seq, entries: Vec<Entry>, asked: Asked) {
        if asked.applied.epoch != head.epoch || asked.seen > head.number {
            return self.begin_anew(head, asked);
        }
        let mut memory = self.memory.write().unwrap_or_else(PoisonError::into_inner);
        let mut last = self.applied();
        if last.epoch != head.epoch {
            return;
        }
        let mut learned = false;
        for entry in entries {
            if entry.seq > last.number {
                last.number = entry.seq;
                memory.learn(entry);
                learned = true;
            }
        }
        learned |= memory.take_own(&mut last);
        if learned {
            self.learned.fetch_add(1, Ordering::AcqRel);
        }
        if last >= head {
            self.confirm(asked.at);
        }
        self.tell(last);
    }

    /// Knows nothing of before `head`, which was the last of all when it was `asked`: everything kept goes.
    pub(super) fn begin_anew(&self, head: Seq, asked: Asked) {
        let mut memory = self.memory.write().unwrap_or_else(PoisonError::into_inner);
        memory.begin_anew(head);
        self.learned.fetch_add(1, Ordering::AcqRel);
        self.confirm(asked.at);
        self.tell(head);
    }

    fn tell(&self, applied: Seq) {
        let confirmed = self.confirmed.load(Ordering::Acquire);
        let progress = Progress { applied, confirmed };
        self.progress
            .send_if_modified(|told| std::mem::replace(told, progress) != progress);
    }

    fn confirm(&self, asked: Instant) {
        let at = micros(asked.saturating_duration_since(self.begun));
        if at >= self.distrusted.load(Ordering::Acquire) {
            self.confirmed.store(at.max(1), Ordering::Release);
        }
    }

    fn now(&self) -> u64 {
        micros(self.begun.elapsed())
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
