//! What a node does for the hub: as soon as the log grows it looks at the feeds that somebody subscribed to, and has those sent that changed. Which
//! node does it does not matter: of a subscription there is one message at most that waits.

mod copies;
mod sending;
mod taking;

pub(super) use self::copies::Copies;
pub(super) use self::taking::Hand;

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::Shared;
use crate::error::Result;
use crate::webhooks::queries::newsroom::websub as queries;

/// How often feeds are looked at, however fast the log grows.
const LOOK: Duration = Duration::from_millis(400);

/// The pause after a failure.
const PAUSE: Duration = Duration::from_secs(5);

/// A look at the feeds that somebody subscribed to, while others go on with what is due.
#[derive(Debug, Default)]
pub(super) struct Look {
    next: Option<Instant>,
    under_way: Option<JoinHandle<bool>>,
}

impl Look {
    /// Begins to look, if it is time and the last look is over.
    pub async fn begin(&mut self, shared: &Shared) {
        if let Some(under_way) = self.under_way.take_if(|look| look.is_finished())
            && !under_way.await.unwrap_or_default()
        {
            self.next = Some(Instant::now() + PAUSE);
        }
        let is_soon = self.next.is_some_and(|next| next > Instant::now());
        if shared.state.api_url().is_none() || is_soon || self.under_way.is_some() {
            return;
        }
        self.next = Some(Instant::now() + LOOK);
        self.under_way = Some(tokio::spawn(look(shared.clone())));
    }

    /// Waits until the look that is under way is over.
    pub async fn end(&mut self) {
        if let Some(under_way) = self.under_way.take() {
            let _ = under_way.await;
        }
    }
}

/// Looks at the feeds that may have changed for somebody; tells whether that went well.
async fn look(shared: Shared) -> bool {
    match compare(&shared).await {
        Ok(0) => true,
        Ok(_) => {
            shared.state.hasten_webhooks();
            true
        }
        Err(error) => {
            tracing::warn!(%error, "can't look at the feeds that are subscribed to; it is tried again");
            false
        }
    }
}

/// Has the feeds sent that changed for somebody; tells of how many messages that made.
async fn compare(shared: &Shared) -> Result<usize> {
    let applied = shared.state.log().applied();
    let behind = queries::behind(&mut shared.state.newsroom().await?, applied).await?;
    let mut messages = 0;
    for (topic, scope) in behind {
        if shared.is_stopped() {
            break;
        }
        let copy = shared.copies.of(&shared.state, (&topic, scope)).await?;
        let sight = copy.as_ref().map(|copy| &copy.sight);
        let _turn = shared.turn().await?;
        let mut conn = shared.state.newsroom().await?;
        messages += queries::announce(&mut conn, (&topic, scope), sight).await?;
    }
    Ok(messages)
}
