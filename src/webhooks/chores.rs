//! What a node does for webhooks and for the hub once an hour.

use std::num::NonZeroU16;

use super::queries::newsroom::{self as queries, websub};
use crate::error::Result;
use crate::http::State;

/// How many deliveries go at a time.
const AT_ONCE: usize = 5000;

/// Ends subscriptions whose lease is over. Forgets deliveries and messages that have been over for this many days and secrets that sign no more, and encrypts secrets anew that are encrypted under the `KRONIEK_SECRET` before a rotation.
///
/// # Errors
/// The database.
pub async fn hourly(state: &State, days: NonZeroU16) -> Result<()> {
    let days = i32::from(days.get());
    while queries::clean(&mut state.newsroom().await?, days).await? >= AT_ONCE {}
    websub::end_leases(&mut state.newsroom().await?).await?;
    while websub::clean(&mut state.newsroom().await?, days).await? >= AT_ONCE {}
    queries::forget_previous(&mut state.newsroom().await?).await?;
    let vault = state.signer().vault();
    let webhooks = queries::encrypt_anew(&mut state.newsroom().await?, &vault).await?;
    let subscriptions = websub::encrypt_anew(&mut state.newsroom().await?, &vault).await?;
    if webhooks + subscriptions > 0 {
        tracing::info!(
            webhooks,
            subscriptions,
            "secrets of webhooks and subscriptions were encrypted under the new KRONIEK_SECRET"
        );
    }
    Ok(())
}
