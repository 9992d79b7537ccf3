//! The id of the request under way: taken from the client when it is fit for a log, else made.

use std::future::Future;

use actix_web::http::header::{HeaderMap, HeaderName};
use uuid::Uuid;

tokio::task_local! {
    static CURRENT: String;
}

/// The header that carries it both ways.
pub static HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of the request that this task works for; empty outside one.
pub fn current() -> String {
    CURRENT.try_with(Clone::clone).unwrap_or_default()
}

/// Runs a future as part of the request with this id.
pub async fn scope<F: Future>(id: String, future: F) -> F::Output {
    CURRENT.scope(id, future).await
}

/// The client's id, if it is 1 to 64 letters, digits, dots, dashes or underscores; else a new one.
pub fn take_or_make(headers: &HeaderMap) -> String {
    let fit = |id: &&str| {
        (1..=64).contains(&id.len())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
    };
    let given = headers
        .get(&HEADER)
        .and_then(|value| value.to_str().ok())
        .filter(fit);
    given.map_or_else(|| Uuid::new_v4().to_string(), str::to_owned)
}
