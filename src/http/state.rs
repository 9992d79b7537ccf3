//! What handlers share: the pools, the signer, and the settings that answers depend on.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::auth::{Signer, Uses};
use crate::db::{DeliveryConn, NewsroomConn, Pools};
use crate::error::Result;

/// The application's state, one for the process.
pub struct State {
    pools: Pools,
    signer: Signer,
    uses: Uses,
    api_url: Option<String>,
    cache_control: String,
    stopping: AtomicBool,
}

impl State {
    /// State for a server reached at `api_url`, whose answers caches may keep for `cache_max_age` seconds.
    pub fn new(
        pools: Pools,
        signer: Signer,
        api_url: Option<&url::Url>,
        cache_max_age: u32,
    ) -> Self {
        let stale = cache_max_age.max(60);
        Self {
            pools,
            signer,
            uses: Uses::default(),
            api_url: api_url.map(|url| url.as_str().trim_end_matches('/').to_owned()),
            cache_control: format!(
                "public, max-age={cache_max_age}, stale-while-revalidate={cache_max_age}, stale-if-error={stale}"
            ),
            stopping: AtomicBool::new(false),
        }
    }

    /// The pools, for what begins transactions.
    pub fn pools(&self) -> &Pools {
        &self.pools
    }

    /// A connection to everything.
    ///
    /// # Errors
    /// 503 when none is to be had.
    pub async fn newsroom(&self) -> Result<NewsroomConn> {
        self.pools.newsroom().await
    }

    /// A connection to what is published.
    ///
    /// # Errors
    /// 503 when none is to be had.
    pub async fn delivery(&self) -> Result<DeliveryConn> {
        self.pools.delivery().await
    }

    /// What signs cursors.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Where uses of keys are noted.
    pub fn uses(&self) -> &Uses {
        &self.uses
    }

    /// A path of this API as a link: whole where `KRONIEK_API_URL` is set, never built from the request's own Host.
    pub fn link(&self, path: &str) -> String {
        match &self.api_url {
            Some(base) => format!("{base}{path}"),
            None => path.to_owned(),
        }
    }

    /// `Cache-Control` of delivery's answers.
    pub fn cache_control(&self) -> &str {
        &self.cache_control
    }

    /// From now on this node is not ready.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    /// Whether this node is shutting down.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }
}
