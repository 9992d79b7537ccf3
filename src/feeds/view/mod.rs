//! Feeds in their formats.

mod atom;
mod json;
mod media;
mod rss;

pub use self::json::JsonFeed;

use super::model::Feed;
use crate::error::Result;
use crate::values::FeedFormat;

/// Writes a feed down.
///
/// # Errors
/// None in practice: feeds are plain data.
pub fn write(format: FeedFormat, feed: &Feed) -> Result<Vec<u8>> {
    match format {
        FeedFormat::Rss => rss::write(feed),
        FeedFormat::Atom => atom::write(feed),
        FeedFormat::Json => json::write(feed),
    }
}

#[cfg(test)]
mod tests;
