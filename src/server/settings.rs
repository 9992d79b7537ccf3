//! Settings that only a look at them all tells to be wrong.

use super::ServerError;
use super::origins::origins;
use crate::config::{ServeConfig, StoreConfig};
use crate::db::Address;
use crate::media::store::MediaStore;

/// Whether a server could start with these, before anything is begun. Nothing is reached or made for it.
///
/// # Errors
/// The first that can't be right.
pub fn check_settings(serve: &ServeConfig, store: &StoreConfig) -> Result<(), ServerError> {
    origins(&serve.cors_origins)?;
    MediaStore::open(&serve.media, &store.data_dir)?;
    if let Some(url) = &store.database_replica_url {
        Address::read(url, "DATABASE_REPLICA_URL")?;
    }
    Ok(())
}
