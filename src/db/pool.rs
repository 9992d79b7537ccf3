//! Two pools: the newsroom's logs in as the owner, delivery's as a login that can read published content only.

mod shares;

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use deadpool::managed::{Object, PoolError, Timeouts};
use deadpool::{Runtime, Status};
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::runtime::Handle;

use self::shares::{Connections, Share};
use super::address::{Address, ConnectError, root_cause};
use crate::config::StoreConfig;
use crate::error::{Error, Result};
use crate::publishing::recognise;

/// What an answer may take on its way.
const MARGIN: Duration = Duration::from_secs(1);

/// How connections to what is published are shared out.
const READERS: Share = Share {
    of_five: 4,
    common: 0,
};

/// How those to the newsroom are, where timetables, webhooks and chores work too.
const WRITERS: Share = Share {
    of_five: 3,
    common: 3,
};

/// How long an answer may take on trial, where management's time-outs hold.
const TRIAL: Duration = Duration::from_secs(20);

type Connection = Object<AsyncDieselConnectionManager<AsyncPgConnection>>;

type Unavailable = PoolError<diesel_async::pooled_connection::PoolError>;

/// A connection that sees everything editors write. Only management, the door and the command line hold one.
pub struct NewsroomConn(Connection);

/// A connection that sees published content only, by its login's rights. The second is the longest that an answer may take: the database ends
/// what takes too long by itself, but one that has frozen does not even do that.
pub struct DeliveryConn(Connection, Duration);

impl DeliveryConn {
    /// Throws the connection away instead of giving it back to the pool.
    pub fn discard(self) {
        drop(Object::take(self.0));
    }

    /// The longest that an answer may take.
    pub fn patience(&self) -> Duration {
        self.1
    }
}

macro_rules! connection {
    ($name:ident) => {
        impl Deref for $name {
            type Target = AsyncPgConnection;
            fn deref(&self) -> &AsyncPgConnection {
                &self.0
            }
        }
        impl DerefMut for $name {
            fn deref_mut(&mut self) -> &mut AsyncPgConnection {
                &mut self.0
            }
        }
    };
}
connection!(NewsroomConn);
connection!(DeliveryConn);

impl NewsroomConn {
    /// The same connection, to read what its open transaction has written to delivery and will undo. For the door's trials alone.
    pub fn on_trial(self) -> DeliveryConn {
        DeliveryConn(self.0, TRIAL)
    }

    /// Throws the connection away instead of giving it back to the pool.
    pub fn discard(self) {
        drop(Object::take(self.0));
    }
}

/// How much of a pool is in use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PoolUse {
    /// How many connections it may open.
    pub max: usize,
    /// How many are open.
    pub open: usize,
    /// How many of those somebody holds.
    pub held: usize,
    /// How many wait for one.
    pub waiting: usize,
}

impl PoolUse {
    fn of(status: &Status) -> Self {
        Self {
            max: status.max_size,
            open: status.size,
            held: status.size.saturating_sub(status.available),
            waiting: status.waiting,
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            max: self.max + other.max,
            open: self.open + other.open,
            held: self.held + other.held,
            waiting: self.waiting + other.waiting,
        }
    }
}

/// The pools of both surfaces, as one thread gets at them.
#[derive(Clone)]
pub struct Pools {
    newsroom: Connections,
    delivery: Connections,
    /// The same on a replica, with delivery's login.
    replica: Option<Connections>,
    patience: Duration,
}

impl Pools {
    /// Builds both pools on the current Tokio runtime, which drives their connections; none is opened yet.
    ///
    /// # Errors
    /// None in practice: the addresses have been read.
    pub fn new(
        owner: &Address,
        delivery: &Address,
        config: &StoreConfig,
    ) -> Result<Self, ConnectError> {
        let owner = session(owner, config.statement_timeout, config.lock_timeout);
        let delivery = session(
            &planned_once(delivery),
            config.delivery_statement_timeout,
            config.lock_timeout,
        );
        let (size, wait) = (config.pool_size.into(), config.pool_timeout);
        Ok(Self {
            newsroom: Connections::new(owner, (size, WRITERS), wait, Look::AtPast)?,
            delivery: Connections::new(delivery, (size, READERS), wait, Look::Nowhere)?,
            replica: None,
            patience: config.delivery_statement_timeout + MARGIN,
        })
    }

    /// With a replica for delivery to read from, by its own login. It need not be there yet.
    ///
    /// # Errors
    /// None in practice: the address has been read.
    pub fn with_replica(
        mut self,
        replica: Address,
        config: &StoreConfig,
    ) -> Result<Self, ConnectError> {
        let place = planned_once(&replica.as_login_of(self.delivery.address()));
        let address = session(
            &place,
            config.delivery_statement_timeout,
            config.lock_timeout,
        );
        let (size, wait) = (config.pool_size.into(), config.pool_timeout);
        let replica = Connections::new(address, (size, READERS), wait, Look::Nowhere)?;
        self.replica = Some(replica);
        Ok(self)
    }

    /// Leaves each of so many workers of a server a share of the connections.
    pub fn share_out(&self, workers: usize) {
        for connections in self.all() {
            connections.share_out(workers);
        }
    }

    fn all(&self) -> impl Iterator<Item = &Connections> {
        [&self.newsroom, &self.delivery]
            .into_iter()
            .chain(&self.replica)
    }

    /// The pools as one of so many workers gets at them, called on its own runtime, which drives the connections that are its own.
    ///
    /// # Errors
    /// None in practice.
    pub fn of_worker(&self, workers: usize) -> Result<Self, ConnectError> {
        let mut pools = self.clone();
        pools.newsroom = self.newsroom.of_worker(workers)?;
        pools.delivery = self.delivery.of_worker(workers)?;
        if let Some(replica) = &self.replica {
            pools.replica = Some(replica.of_worker(workers)?);
        }
        Ok(pools)
    }

    /// Whether there is a replica.
    pub fn have_replica(&self) -> bool {
        self.replica.is_some()
    }

    /// A connection to what is published, on the replica.
    ///
    /// # Errors
    /// 503 when there is no replica, none is free in time, or it is away.
    pub async fn replica(&self) -> Result<DeliveryConn> {
        let replica = self
            .replica
            .as_ref()
            .ok_or_else(|| Error::unavailable(AWAY))?;
        let conn = replica.get().await.map_err(unavailable)?;
        Ok(DeliveryConn(conn, self.patience))
    }

    /// A connection of its own, outside the pools, for who follows the replica.
    ///
    /// # Errors
    /// 503 when there is none, or it is away.
    pub async fn replica_follower(&self) -> Result<AsyncPgConnection> {
        match &self.replica {
            Some(replica) => alone(replica.address()).await,
            None => Err(Error::unavailable(AWAY)),
        }
    }

    /// A connection to everything.
    ///
    /// # Errors
    /// 503 when none is free in time or the database is away.
    pub async fn newsroom(&self) -> Result<NewsroomConn> {
        Ok(NewsroomConn(
            self.newsroom.get().await.map_err(unavailable)?,
        ))
    }

    /// A connection to what is published.
    ///
    /// # Errors
    /// 503 when none is free in time or the database is away.
    pub async fn delivery(&self) -> Result<DeliveryConn> {
        let conn = self.delivery.get().await.map_err(unavailable)?;
        Ok(DeliveryConn(conn, self.patience))
    }

    /// A connection of its own, outside the pools, for who listens to the log.
    ///
    /// # Errors
    /// 503 when the database is away.
    pub async fn listener(&self) -> Result<AsyncPgConnection> {
        alone(self.delivery.address()).await
    }

    /// How much of each pool is in use, by its name.
    pub fn used(&self) -> Vec<(&'static str, PoolUse)> {
        let newsroom = ("newsroom", self.newsroom.used());
        let delivery = ("delivery", self.delivery.used());
        let replica = self.replica.as_ref();
        let replica = replica.map(|replica| ("replica", replica.used()));
        [newsroom, delivery].into_iter().chain(replica).collect()
    }

    /// Closes both pools: connections go as they come back.
    pub fn close(&self) {
        self.all().for_each(Connections::close);
    }
}

async fn alone(address: &Address) -> Result<AsyncPgConnection> {
    address.establish().await.map_err(|error| {
        tracing::debug!(%error, "no connection to listen on");
        Error::unavailable(AWAY)
    })
}

const AWAY: &str = "The database is not available at the moment. Try again shortly.";

fn unavailable(error: Unavailable) -> Error {
    tracing::warn!(%error, "no database connection");
    Error::unavailable(AWAY)
}

/// The connection's settings: time-outs that hold on the server, so that an abandoned statement ends with its locks. Statements here are short
/// and read along indexes: to compile them, as Postgres does for what it takes to be long, takes longer than to run them.
fn session(address: &Address, statement_timeout: Duration, lock_timeout: Duration) -> Address {
    address.clone().with_options(&format!(
        "-c statement_timeout={} -c lock_timeout={} -c idle_in_transaction_session_timeout={} -c TimeZone=UTC -c client_min_messages=warning -c jit=off",
        statement_timeout.as_millis(),
        lock_timeout.as_millis(),
        (statement_timeout + lock_timeout).as_millis(),
    ))
}

/// What readers ask is planned once for each statement of a connection: each is written so that one plan serves all values, and to plan a long
/// one takes longer than to run it.
fn planned_once(address: &Address) -> Address {
    address
        .clone()
        .with_options("-c plan_cache_mode=force_generic_plan")
}

/// What is looked at on each new connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Nowhere,
    /// Whether the database has the past that the log was written in.
    AtPast,
}

fn pool(
    address: Address,
    (size, patience): (usize, Duration),
    look: Look,
) -> Result<Pool<AsyncPgConnection>, ConnectError> {
    let handle = Handle::current();
    let mut manager = ManagerConfig::<AsyncPgConnection>::default();
    manager.recycling_method = RecyclingMethod::Fast;
    manager.custom_setup = Box::new(move |_| establish(address.clone(), handle.clone(), look));
    let manager = AsyncDieselConnectionManager::new_with_config(String::new(), manager);
    Pool::builder(manager)
        .max_size(size)
        .runtime(Runtime::Tokio1)
        .timeouts(Timeouts {
            wait: Some(patience),
            create: Some(Duration::from_secs(5)),
            recycle: Some(Duration::from_secs(5)),
        })
        .build()
        .map_err(|error| ConnectError::Pool(error.to_string()))
}

/// Connects on the runtime that outlives the HTTP workers: a socket ends with the runtime that it was opened on, and a worker that shuts
/// down must not take along a connection that a request of another worker is using.
fn establish(
    address: Address,
    handle: Handle,
    look: Look,
) -> BoxFuture<'static, ConnectionResult<AsyncPgConnection>> {
    async move {
        let client = handle
            .spawn(async move { address.client().await })
            .await
            .map_err(|error| ConnectionError::BadConnection(error.to_string()))?
            .map_err(|error| ConnectionError::BadConnection(root_cause(&error)))?;
        let mut conn = AsyncPgConnection::try_from(client).await?;
        if look == Look::AtPast
            && let Err(error) = recognise(&mut conn).await
        {
            tracing::debug!(%error, "the database does not tell which past it has");
        }
        Ok(conn)
    }
    .boxed()
}

/// Asks the database for nothing, to know that it answers.
///
/// # Errors
/// 503 when it does not.
pub async fn ping(conn: &mut AsyncPgConnection) -> Result<()> {
    diesel::sql_query("SELECT 1").execute(conn).await?;
    Ok(())
}
