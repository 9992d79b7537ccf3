//! Paths and addresses that are looked up: where do they lead?

use deserr::Deserr;

use super::WebUrl;
use crate::error::{Fault, FaultCode};

/// A path of the frontend, now or before, or a whole address.
#[derive(Debug, Clone, Deserr)]
#[deserr(try_from(String) = AskedPath::parse -> Fault)]
pub struct AskedPath {
    /// The address that it stood in, when one was given.
    pub address: Option<String>,
    /// The path without a slash at its end; `/` for the front page.
    pub path: String,
    /// What stands after the first `?`, if that is anything.
    pub query: Option<String>,
}

impl AskedPath {
    /// Reads a path, or an address; a fragment is passed over.
    ///
    /// # Errors
    /// Neither; over 2048 bytes; control characters.
    pub fn parse(text: String) -> Result<Self, Fault> {
        let whole = text.split('#').next().unwrap_or_default();
        let is_path = whole.starts_with('/');
        if text.len() > 2048
            || text.chars().any(char::is_control)
            || !(is_path || (whole.contains("://") && WebUrl::parse(whole).is_ok()))
        {
            return Err(Fault::value(
                FaultCode::InvalidValue,
                "must be a path that begins with /, or an address that begins with https:// or http://, of at most 2048 bytes",
            ));
        }
        let below = match whole.split_once("://") {
            Some((_, rest)) if !is_path => rest.find(['/', '?']).and_then(|at| rest.get(at..)),
            _ => Some(whole),
        };
        let below = below.unwrap_or_default();
        let (path, query) = below.split_once('?').unwrap_or((below, ""));
        Ok(Self {
            address: (!is_path).then(|| whole.to_owned()),
            path: trimmed(path).to_owned(),
            query: Some(query.to_owned()).filter(|query| !query.is_empty()),
        })
    }
}

/// A path without a slash at its end.
pub fn trimmed(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" => "/",
        trimmed => trimmed,
    }
}
