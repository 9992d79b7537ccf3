//! Which pages of browsers may use the API (the Fetch standard, CORS).

use actix_cors::Cors;
use url::Url;

use super::ServerError;
use crate::http::observe::EXPOSED;

/// The origins of browsers that may use the API; none of them when any may.
#[derive(Clone)]
pub(super) struct Origins(Vec<String>);

impl Origins {
    /// Whether any may.
    pub(super) fn are_any(&self) -> bool {
        self.0.is_empty()
    }
}

pub(super) fn origins(given: &[String]) -> Result<Origins, ServerError> {
    if given.iter().any(|origin| origin == "*") {
        return Ok(Origins(Vec::new()));
    }
    let origin = |text: &String| match Url::parse(text) {
        Ok(url) if url.origin().is_tuple() => Ok(url.origin().ascii_serialization()),
        _ => Err(ServerError::Origin(text.clone())),
    };
    Ok(Origins(given.iter().map(origin).collect::<Result<_, _>>()?))
}

pub(super) fn cors(origins: &Origins) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
        .allowed_headers([
            "Authorization",
            "Content-Type",
            "Idempotency-Key",
            "If-Match",
            "If-None-Match",
            "Kroniek-Actor",
            "Kroniek-Min-Seq",
            "Last-Event-ID",
            "X-Request-Id",
        ])
        .expose_headers(EXPOSED.split(", "))
        .block_on_origin_mismatch(false)
        .max_age(3600);
    if origins.are_any() {
        return cors
            .allow_any_origin()
            .send_wildcard()
            .disable_vary_header();
    }
    origins
        .0
        .iter()
        .fold(cors, |cors, origin| cors.allowed_origin(origin))
}
