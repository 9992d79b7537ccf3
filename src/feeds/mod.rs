//! Feeds: what is new, for readers' own programs. The site, each section, author and entity has one in RSS 2.0, Atom and JSON Feed, and all take the
//! filters of the list of articles.
//!
//! An article stands in a feed by its newest update, so that an appended update moves it to the top and a typo does not. What a feed tells is put
//! together once ([`compose`]), in the words of its language ([`wording`]); each format only writes it down ([`view`]). [`making`] is all of it, for handlers and for the hub, which knows feeds as topics ([`topic`]).

pub mod compose;
pub mod delivery;
pub mod making;
pub mod model;
pub mod parameters;
pub mod queries;
pub mod topic;
pub mod view;
pub mod wording;
