//! Entities as editors see them.

mod merge;
mod names;
mod read;
mod write;

pub use merge::{Merged, Pair, hold_off_merges, lock_pair, merge, one_merge_at_a_time, target};
pub use names::{Duplicate, complete_names, duplicates, find_or_make, take_names};
pub use read::{find, get, list, lock, now_called};
pub use write::{change, insert, remove};
