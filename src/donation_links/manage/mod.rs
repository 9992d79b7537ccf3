//! Management of donation links, and of what they hang on.

pub mod attachments;
pub mod links;
pub mod versions;
