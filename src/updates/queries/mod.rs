//! Queries of management; readers get updates with their article.

pub mod newsroom;
