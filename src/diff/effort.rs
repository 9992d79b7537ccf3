//! How much may be spent on a comparison.

use std::time::Instant;

/// How much may be spent on a comparison: time, and parts told in the answer. What is left of either is spent by each part of it.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    pub(super) until: Instant,
    pub(super) words: usize,
    pub(super) blocks: usize,
}

impl Effort {
    /// Until this moment, and what an answer should hold at most: 20,000 runs of words in 2,000 blocks.
    pub fn until(until: Instant) -> Self {
        Self {
            until,
            words: 20_000,
            blocks: 2_000,
        }
    }

    /// Whether the time is over.
    pub(super) fn is_over(&self) -> bool {
        Instant::now() >= self.until
    }
}
