//! What was acknowledged, where and when; and so what no answer may be older than.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// After this, another node must show what was acknowledged.
const ELSEWHERE: Duration = Duration::from_secs(2);

/// Acknowledged writes: of each thing, the node, the time and the number that was written.
#[derive(Default)]
pub struct Truth(Mutex<BTreeMap<&'static str, Writes>>);

type Writes = Vec<(usize, Instant, u64)>;

impl Truth {
    /// A write was acknowledged.
    pub fn acknowledged(&self, thing: &'static str, node: usize, number: u64) {
        let mut all = self.0.lock().unwrap();
        all.entry(thing)
            .or_default()
            .push((node, Instant::now(), number));
    }

    /// What an answer that was asked of this node at that time must show at least.
    pub fn least(&self, thing: &'static str, node: usize, asked: Instant) -> u64 {
        let all = self.0.lock().unwrap();
        let writes = all.get(thing).into_iter().flatten();
        let known = writes
            .filter(|(at, when, _)| (*at == node && *when <= asked) || *when + ELSEWHERE <= asked);
        known.map(|(_, _, number)| *number).max().unwrap_or(0)
    }

    /// The last of all.
    pub fn last(&self, thing: &'static str) -> u64 {
        let all = self.0.lock().unwrap();
        let writes = all.get(thing).into_iter().flatten();
        writes.map(|(_, _, number)| *number).max().unwrap_or(0)
    }
}
