//! Updates: dated additions to an article, numbered when shown, never reordered, never removed. A typo is revised, a wrong one retracted: its
//! place, date and reason stay. They stand outside the article's own versions; this slice knows an article by its id.

pub mod manage;
pub mod model;
pub mod queries;
pub mod view;
