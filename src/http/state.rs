//! What handlers share: the pools, the signer, and the settings that answers depend on.

use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::HttpRequest;
use tokio::sync::Notify;

use crate::auth::{Reads, Signer, Uses};
use crate::cache::Cache;
use crate::changes::replica::Replica;
use crate::changes::{CONFIRMED_WITHIN, Log, Seq};
use crate::config::ServeConfig;
use crate::db::{DeliveryConn, NewsroomConn, Pools};
use crate::error::{Error, Result};
use crate::http::fallback::Methods;
use crate::http::metrics::{Requests, Started, StreamCounts, Webhooks};
use crate::http::outgoing::Outgoing;
use crate::http::rate_limit::{Limits, Network, client};

/// The application's state: one for the process, but for the connections that a worker has to itself.
pub struct State {
    pools: Pools,
    shared: Arc<Shared>,
}

struct Shared {
    signer: Signer,
    uses: Uses,
    reads: Reads,
    api_url: Option<String>,
    listen: SocketAddr,
    proxies: Vec<Network>,
    cache_control: String,
    max_age: u32,
    cache: Cache,
    log: Arc<Log>,
    replica: Option<Arc<Replica>>,
    limits: Option<Limits>,
    outgoing: Outgoing,
    webhooks: Webhooks,
    webhooks_due: Notify,
    requests: Requests,
    streams: StreamCounts,
    started: Started,
    stopping: AtomicBool,
    over: AtomicBool,
    ended: Notify,
}

impl State {
    /// State for a server with these settings, which answers these methods of these paths.
    pub fn new(pools: Pools, signer: Signer, config: &ServeConfig, methods: &Methods) -> Self {
        let log = Arc::<Log>::default();
        let replica = pools.have_replica().then(Arc::<Replica>::default);
        let shared = Shared {
            signer,
            uses: Uses::default(),
            reads: Reads::default(),
            api_url: config
                .api_url
                .as_ref()
                .map(|url| url.as_str().trim_end_matches('/').to_owned()),
            listen: config.listen,
            proxies: config.rate.trusted_proxies.clone(),
            cache_control: config.cache.cache_control(),
            max_age: config.cache.max_age,
            cache: Cache::new(log.clone(), config.cache.kept()),
            log,
            replica,
            limits: Limits::new(&config.rate),
            outgoing: Outgoing::new(config.allowed_networks.clone()),
            webhooks: Webhooks::default(),
            webhooks_due: Notify::new(),
            requests: Requests::new(methods.paths()),
            started: Started::now(),
            streams: StreamCounts::default(),
            stopping: AtomicBool::new(false),
            over: AtomicBool::new(false),
            ended: Notify::new(),
        };
        Self {
            pools,
            shared: Arc::new(shared),
        }
    }

    /// The state for one of so many workers, called on its own runtime.
    ///
    /// # Errors
    /// None in practice.
    pub fn of_worker(&self, workers: usize) -> Result<Self> {
        let pools = self.pools.of_worker(workers);
        Ok(Self {
            pools: pools.map_err(Error::internal)?,
            shared: self.shared.clone(),
        })
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

    /// A connection to what is published: on the replica while that has all that this node has applied, else on the primary.
    ///
    /// # Errors
    /// 503 when none is to be had.
    pub async fn delivery(&self) -> Result<DeliveryConn> {
        if let Some(replica) = &self.shared.replica
            && replica.has(self.shared.log.applied())
        {
            match self.pools.replica().await {
                Err(_) => replica.doubt(),
                conn => return conn,
            }
        }
        self.pools.delivery().await
    }

    /// What signs cursors.
    pub fn signer(&self) -> &Signer {
        &self.shared.signer
    }

    /// Where uses of keys are noted.
    pub fn uses(&self) -> &Uses {
        &self.shared.uses
    }

    /// Where it is noted what partners read.
    pub fn reads(&self) -> &Reads {
        &self.shared.reads
    }

    /// A path of this API as a link: whole where `KRONIEK_API_URL` is set, never built from the request's own Host.
    pub fn link(&self, path: &str) -> String {
        match &self.shared.api_url {
            Some(base) => format!("{base}{path}"),
            None => path.to_owned(),
        }
    }

    /// Where clients reach this API, without a slash at the end, where `KRONIEK_API_URL` is set.
    pub fn api_url(&self) -> Option<&str> {
        self.shared.api_url.as_deref()
    }

    /// Where clients reach this API, for what can't do without: where no setting tells, where it listens.
    pub fn base_url(&self) -> String {
        match &self.shared.api_url {
            Some(base) => base.clone(),
            None => format!("http://{}", self.shared.listen),
        }
    }

    /// The address that a request comes from, as far as trusted proxies tell; none where that is not known.
    pub fn client(&self, request: &HttpRequest) -> Option<IpAddr> {
        let peer = request.peer_addr()?.ip();
        Some(client(peer, request.headers(), &self.shared.proxies))
    }

    /// `Cache-Control` of delivery's answers.
    pub fn cache_control(&self) -> &str {
        &self.shared.cache_control
    }

    /// `Cache-Control` of an answer that is right for no more than so many seconds: caches are to use no older one, whatever fails.
    pub fn cache_control_within(&self, seconds: u32) -> String {
        format!("public, max-age={}", self.shared.max_age.min(seconds))
    }

    /// Answers that are kept.
    pub fn cache(&self) -> &Cache {
        &self.shared.cache
    }

    /// What this node knows of its replica, if it has one.
    pub fn replica(&self) -> Option<&Arc<Replica>> {
        self.shared.replica.as_ref()
    }

    /// What this node knows of the change log.
    pub fn log(&self) -> &Arc<Log> {
        &self.shared.log
    }

    /// The limits of rate, where there are any.
    pub fn limits(&self) -> Option<&Limits> {
        self.shared.limits.as_ref()
    }

    /// What makes requests to addresses that others give.
    pub fn outgoing(&self) -> &Outgoing {
        &self.shared.outgoing
    }

    /// What webhooks were told.
    pub fn webhooks(&self) -> &Webhooks {
        &self.shared.webhooks
    }

    /// Has this node look at once whether webhooks are to be told something. Other nodes, and this one if it ends now, see it when they next look.
    pub fn hasten_webhooks(&self) {
        self.shared.webhooks_due.notify_one();
    }

    /// Returns when somebody wants to have it looked at once, also if that was before this was called.
    pub async fn webhooks_hastened(&self) {
        self.shared.webhooks_due.notified().await;
    }

    /// What was answered.
    pub fn requests(&self) -> &Requests {
        &self.shared.requests
    }

    /// What was streamed.
    pub fn streams(&self) -> &StreamCounts {
        &self.shared.streams
    }

    /// When this node started.
    pub fn started(&self) -> Started {
        self.shared.started
    }

    /// Waits until this node has applied a change of its own, so that whoever made it reads it here. If it can't, it keeps nothing for
    /// current until it has heard of it.
    pub async fn applied(&self, seq: Option<Seq>) {
        if let Some(seq) = seq
            && !self.shared.log.reach(seq, CONFIRMED_WITHIN).await
        {
            self.shared.log.distrust();
        }
    }

    /// From now on this node is not ready.
    pub fn stop(&self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
    }

    /// Whether this node is shutting down.
    pub fn is_stopping(&self) -> bool {
        self.shared.stopping.load(Ordering::SeqCst)
    }

    /// From now on nobody waits for what may yet come: streams and whoever else keeps a request open for that end it.
    pub fn end_waits(&self) {
        self.shared.over.store(true, Ordering::SeqCst);
        self.shared.ended.notify_waiters();
    }

    /// Whether nobody is to wait any more for what may yet come.
    pub fn waits_are_over(&self) -> bool {
        self.shared.over.load(Ordering::SeqCst)
    }

    /// Returns once nobody is to wait any more for what may yet come.
    pub async fn until_waits_end(&self) {
        let mut ended = pin!(self.shared.ended.notified());
        ended.as_mut().enable();
        if !self.waits_are_over() {
            ended.await;
        }
    }
}
