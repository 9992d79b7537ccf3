//! Updates as editors see them.

mod concerns;
mod read;
mod turn;
mod write;

pub use read::{article, author_ids, get, gone, list, lock_article};
pub use turn::{last_shown, show, show_draft, turn};
pub use write::{append, insert, remove, resolve, retract, revise, reword};
