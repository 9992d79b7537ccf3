//! Budgets: how many requests one may make in a window, and how much of that is left.
//!
//! The generic cell rate algorithm: of each only the moment is kept at which its budget will be whole again, and a request moves that on by
//! one request's share of the window. So a budget comes back bit by bit, and no window's edge lets twice as many through.

use std::hash::{BuildHasher, RandomState};
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How many are remembered: a table of sets, in each of which a handful finds room.
const SETS: usize = 8192;
const WAYS: usize = 8;

const SECOND: u64 = 1_000_000_000;

/// Requests in a window of seconds, as the setting tells it: `600/60`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    requests: u64,
    window: u64,
}

/// Whether requests are counted, and against what budget: `off`, or [`Budget`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// They are not counted.
    Off,
    /// They are, against this.
    Of(Budget),
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let parts = text.split_once('/');
        let number = |part: &str| part.parse::<u64>().ok();
        match parts.and_then(|(requests, window)| Some((number(requests)?, number(window)?))) {
            Some((requests @ 1..=1_000_000, window @ 1..=86_400)) => {
                Ok(Self::Of(Budget { requests, window }))
            }
            _ => Err(
                "must be off, or requests in a window of seconds such as 600/60: 1 to 1000000 requests in 1 to 86400 seconds"
                    .to_owned(),
            ),
        }
    }
}

impl Budget {
    /// As `RateLimit-Policy` tells it.
    pub fn policy(self) -> String {
        format!("\"default\";q={};w={}", self.requests, self.window)
    }

    fn window(self) -> u64 {
        self.window * SECOND
    }

    /// One request's share of the window, in nanoseconds.
    fn share(self) -> u64 {
        self.window() / self.requests
    }
}

/// What is left of somebody's budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// How many requests more, now.
    pub requests: u64,
    /// After how many seconds it is whole again.
    pub whole_in: u64,
    /// Whether this request was over it.
    pub over: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    who: u128,
    /// When their budget is whole, in nanoseconds since the start; what is past stands for nobody.
    whole_at: u64,
}

/// Who has how much of a budget left. Takes the same memory, about 2 MB, whoever comes: where a set is full, it forgets who needs it least.
pub struct Budgets {
    budget: Budget,
    /// Random, so that nobody can choose to share a set with another.
    hasher: RandomState,
    sets: Box<[Mutex<[Slot; WAYS]>]>,
}

impl Budgets {
    /// Nobody has used any yet.
    pub fn new(budget: Budget) -> Self {
        Self {
            budget,
            hasher: RandomState::new(),
            sets: (0..SETS).map(|_| Mutex::default()).collect(),
        }
    }

    /// The budget of each.
    pub fn budget(&self) -> Budget {
        self.budget
    }

    /// One request of theirs, `now` since the start. One that is over the budget takes nothing of it.
    pub fn take(&self, who: u128, now: Duration) -> Left {
        let now = nanoseconds(now);
        self.with(who, |whole_at| {
            let taken = (*whole_at).max(now) + self.budget.share();
            let over = taken - now > self.budget.window();
            if !over {
                *whole_at = taken;
            }
            self.left(*whole_at, now, over)
        })
    }

    /// Takes a request back.
    pub fn give_back(&self, who: u128) {
        self.with(who, |whole_at| {
            *whole_at = whole_at.saturating_sub(self.budget.share());
        });
    }

    fn left(&self, whole_at: u64, now: u64, over: bool) -> Left {
        let gone = whole_at.saturating_sub(now);
        Left {
            requests: self.budget.window().saturating_sub(gone) / self.budget.share(),
            whole_in: gone.div_ceil(SECOND),
            over,
        }
        .none_if_over()
    }

    fn with<T>(&self, who: u128, work: impl FnOnce(&mut u64) -> T) -> T {
        let chosen = self.hasher.hash_one(who) % SETS as u64;
        let set = usize::try_from(chosen)
            .ok()
            .and_then(|at| self.sets.get(at));
        let Some(set) = set else {
            return work(&mut 0);
        };
        let mut slots = set.lock().unwrap_or_else(PoisonError::into_inner);
        let known = slots.iter().position(|slot| slot.who == who);
        let slot = match known {
            Some(at) => slots.get_mut(at),
            None => slots.iter_mut().min_by_key(|slot| slot.whole_at),
        };
        let Some(slot) = slot else {
            return work(&mut 0);
        };
        if slot.who != who {
            *slot = Slot { who, whole_at: 0 };
        }
        work(&mut slot.whole_at)
    }
}

impl Left {
    /// Rounding never promises what was refused.
    fn none_if_over(mut self) -> Self {
        if self.over {
            self.requests = 0;
            self.whole_in = self.whole_in.max(1);
        }
        self
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX / 2)
}
