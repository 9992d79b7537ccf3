//! What happens to articles, as it happens: the events of the log, for streams and webhooks.

pub mod model;
pub mod queries;
pub mod view;
