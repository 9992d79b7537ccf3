//! What a server fails with.

use std::net::SocketAddr;

use crate::db::ConnectError;
use crate::media::store::SettingError;

/// Why the server can't start or failed, with what to do.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address is taken or not this machine's.
    #[error("can't listen on {address}: {source}. Choose another address with {setting}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
        /// What sets it.
        setting: &'static str,
    },
    /// An origin is not one.
    #[error(
        "{0} in KRONIEK_CORS_ORIGINS is not an origin. One looks like https://example.org; * stands for any"
    )]
    Origin(String),
    /// The document can't be made.
    #[error("can't make the OpenAPI document: {0}")]
    Document(crate::error::Error),
    /// Names that a version of the program from before has not kept can't be.
    #[error(
        "can't complete what entities are found by: {0}. See that the database can be written, and start again"
    )]
    Names(crate::error::Error),
    /// The replica's address can't be one.
    #[error(transparent)]
    Replica(#[from] ConnectError),
    /// A setting of media can't be right.
    #[error(transparent)]
    Media(#[from] SettingError),
    /// Another failure.
    #[error("the server failed: {0}")]
    Io(#[from] std::io::Error),
}
