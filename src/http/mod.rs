//! The HTTP floor: what every handler stands on. Reading requests strictly, answering conditionally, paging, and one log event a request.

pub mod addresses;
pub mod answer;
pub mod batch;
pub mod body;
pub mod conditional;
pub mod connection;
pub mod cursor;
pub mod fallback;
pub mod form;
mod headers;
pub mod health;
pub mod idempotency;
pub mod inner;
pub mod json;
pub mod metrics;
pub mod observe;
pub mod outgoing;
pub mod pace;
pub mod page;
pub mod path;
pub mod query;
pub mod rate_limit;
pub mod request_id;
pub mod search;
pub mod state;
pub mod writer;
pub mod xml;

pub use answer::Answer;
pub use body::{ActBody, ActDraft, DraftBody, JsonBody, PatchBody};
pub use conditional::IfMatch;
pub use form::FormBody;
pub use page::{Limit, Page, PageInfo};
pub use path::Path;
pub use query::{NoParameters, Query};
pub use state::State;
pub use writer::{Writer, Written, finish};

/// Whether a path, as it is routed, is of the API: that of delivery, of management, a feed, the hub, or what search engines read.
pub fn is_api(path: &str) -> bool {
    const FOLDERS: [&str; 3] = ["/v1/", "/feeds/", "/sitemaps/"];
    const ALONE: [&str; 3] = ["/websub", "/sitemap.xml", "/robots.txt"];
    FOLDERS.iter().any(|folder| path.starts_with(folder)) || ALONE.contains(&path)
}

#[cfg(test)]
mod tests;
