//! Values of settings, with words for who has mistyped one.

use std::net::SocketAddr;
use std::time::Duration;

use url::Url;

pub(super) fn milliseconds(value: &str) -> Result<Duration, String> {
    match value.parse::<u64>() {
        Ok(number @ 1..=3_600_000) => Ok(Duration::from_millis(number)),
        _ => Err("must be a whole number of milliseconds from 1 to 3600000".to_owned()),
    }
}

pub(super) fn socket(value: &str) -> Result<SocketAddr, String> {
    let found = value.parse();
    found.map_err(|_| {
        "must be an IP address and a port, such as 127.0.0.1:8080; 0.0.0.0:8080 or [::]:8080 listens at all addresses".to_owned()
    })
}

/// An address of the web.
pub(super) fn web(value: &str) -> Result<Url, String> {
    let found = Url::parse(value).ok();
    let found = found.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    found.ok_or_else(|| "must be a whole address, such as https://api.example.org".to_owned())
}

/// An address of a folder or a bucket.
pub(super) fn place(value: &str) -> Result<Url, String> {
    Url::parse(value)
        .map_err(|_| "must be a whole address: file:///folder or s3://bucket/folder".to_owned())
}
