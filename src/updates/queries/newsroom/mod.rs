//! Updates as editors see them.

mod concerns;
mod read;
mod shown;
mod turn;
mod versions;
mod write;

pub use read::{article, author_ids, get, gone, host, list, lock_article};
pub use turn::{last_shown, show, show_draft, turn};
pub use versions::{again, version, versions};
pub use write::{
    Appended, append, insert, remove, resolve, retract, revise, revise_unless_said, reword,
};
