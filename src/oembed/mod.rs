//! oEmbed 1.0 (oembed.com): what another site shows of an article when somebody gives it the article's address.

pub mod delivery;
pub mod model;
pub mod parameters;
pub mod queries;
pub mod view;
