//! Request headers that say who writes and which retry this is.

use actix_web::HttpRequest;

use crate::error::{Code, Error, Result};

/// The person that a shared tool key writes for, from `Kroniek-Actor`: 1 to 100 characters of UTF-8.
///
/// # Errors
/// 400 when it is empty, too long, or not readable text.
pub fn actor(request: &HttpRequest) -> Result<Option<String>> {
    let Some(value) = request.headers().get("kroniek-actor") else {
        return Ok(None);
    };
    let name = std::str::from_utf8(value.as_bytes())
        .map(str::trim)
        .unwrap_or_default();
    if name.is_empty() || name.chars().nth(100).is_some() || name.chars().any(char::is_control) {
        return Err(Error::new(
            Code::InvalidHeader,
            "Kroniek-Actor must be a name of 1 to 100 characters in UTF-8.",
        ));
    }
    Ok(Some(name.to_owned()))
}

/// The client's name for this request, from `Idempotency-Key`, with or without quotes: 1 to 200 printable ASCII characters.
///
/// # Errors
/// 400 for anything else.
pub fn idempotency_key(request: &HttpRequest) -> Result<Option<String>> {
    let mut values = request.headers().get_all("idempotency-key");
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default().trim();
    let key = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(text);
    let printable = key
        .bytes()
        .all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if values.next().is_some() || key.is_empty() || key.len() > 200 || !printable {
        return Err(Error::new(
            Code::InvalidHeader,
            "Idempotency-Key must be one value of 1 to 200 printable ASCII characters.",
        ));
    }
    Ok(Some(key.to_owned()))
}
