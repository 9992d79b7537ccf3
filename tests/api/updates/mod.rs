//! Updates: appended, dated, revised, retracted, and how readers see them.

mod appending;
mod changing;
mod concerns;
mod drafts;
mod reading;
