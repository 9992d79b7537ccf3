//! Two pools: the newsroom's logs in as the owner, delivery's as a login that can read published content only.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{Object, PoolError, Timeouts};
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use secrecy::{ExposeSecret, SecretString};
use tokio::runtime::Handle;
use tokio_postgres::config::Host;
use tokio_postgres::{Config, NoTls};

use crate::config::StoreConfig;
use crate::error::{Error, Result};

type Connection = Object<AsyncDieselConnectionManager<AsyncPgConnection>>;

/// A connection that sees everything editors write. Only management, the door and the command line hold one.
pub struct NewsroomConn(Connection);

/// A connection that sees published content only, by its login's rights.
pub struct DeliveryConn(Connection);

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
    /// Throws the connection away instead of giving it back to the pool.
    pub fn discard(self) {
        drop(Object::take(self.0));
    }
}

/// The pools of both surfaces.
#[derive(Clone)]
pub struct Pools {
    newsroom: Pool<AsyncPgConnection>,
    delivery: Pool<AsyncPgConnection>,
}

/// Why a database can't be reached, with what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The URL can't be read.
    #[error(
        "{setting} is not a Postgres address: {reason}. It looks like postgres://user:password@host:5432/database"
    )]
    Url {
        /// The setting that holds it.
        setting: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The server does not answer, or refuses the login.
    #[error(
        "can't connect to Postgres with {setting} ({target}): {reason}. Check that the server runs, that the address and the password are right, and that the database exists"
    )]
    Connect {
        /// The setting that holds the address.
        setting: &'static str,
        /// Host, port and database, without the password.
        target: String,
        /// What the server or the network says.
        reason: String,
    },
    /// The pool can't be built.
    #[error("can't build the connection pool: {0}")]
    Pool(String),
}

impl Pools {
    /// Builds both pools on the current Tokio runtime, which drives their connections; none is opened yet.
    ///
    /// # Errors
    /// A URL that is not one of Postgres.
    pub fn new(
        owner: &SecretString,
        delivery: &SecretString,
        config: &StoreConfig,
    ) -> Result<Self, ConnectError> {
        let owner = session(
            owner,
            "DATABASE_URL",
            config.statement_timeout,
            config.lock_timeout,
        )?;
        let delivery = session(
            delivery,
            "KRONIEK_DELIVERY_DATABASE_URL",
            config.delivery_statement_timeout,
            config.lock_timeout,
        )?;
        Ok(Self {
            newsroom: pool(owner, config)?,
            delivery: pool(delivery, config)?,
        })
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
        Ok(DeliveryConn(
            self.delivery.get().await.map_err(unavailable)?,
        ))
    }

    /// Closes both pools: connections go as they come back.
    pub fn close(&self) {
        self.newsroom.close();
        self.delivery.close();
    }
}

fn unavailable(error: PoolError<diesel_async::pooled_connection::PoolError>) -> Error {
    tracing::warn!(%error, "no database connection");
    Error::unavailable("The database is not available at the moment. Try again shortly.")
}

/// The connection's settings: time-outs that hold on the server, so that an abandoned statement ends with its locks.
fn session(
    url: &SecretString,
    setting: &'static str,
    statement_timeout: Duration,
    lock_timeout: Duration,
) -> Result<Config, ConnectError> {
    let mut config = parse(url, setting)?;
    let options = format!(
        "-c statement_timeout={} -c lock_timeout={} -c idle_in_transaction_session_timeout={} -c TimeZone=UTC -c client_min_messages=warning",
        statement_timeout.as_millis(),
        lock_timeout.as_millis(),
        (statement_timeout + lock_timeout).as_millis(),
    );
    config.options(match config.get_options() {
        Some(own) => format!("{own} {options}"),
        None => options,
    });
    config.application_name("kroniek");
    config.connect_timeout(Duration::from_secs(5));
    Ok(config)
}

fn parse(url: &SecretString, setting: &'static str) -> Result<Config, ConnectError> {
    let config: Config = url
        .expose_secret()
        .parse()
        .map_err(|error: tokio_postgres::Error| ConnectError::Url {
            setting,
            reason: root_cause(&error),
        })?;
    // A bare @ in the password ends it early: its rest is read as a host, and would be told with the host when that can't be found.
    if config
        .get_hosts()
        .iter()
        .any(|host| matches!(host, Host::Tcp(name) if name.contains('@')))
    {
        return Err(ConnectError::Url {
            setting,
            reason: "an @ in the user or password must be written %40".to_owned(),
        });
    }
    Ok(config)
}

/// The innermost cause of an error: tokio-postgres keeps what really happened there.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

fn pool(config: Config, settings: &StoreConfig) -> Result<Pool<AsyncPgConnection>, ConnectError> {
    let handle = Handle::current();
    let mut manager = ManagerConfig::<AsyncPgConnection>::default();
    manager.recycling_method = RecyclingMethod::Fast;
    manager.custom_setup = Box::new(move |_| establish(config.clone(), handle.clone()));
    let manager = AsyncDieselConnectionManager::new_with_config(String::new(), manager);
    Pool::builder(manager)
        .max_size(settings.pool_size.into())
        .runtime(Runtime::Tokio1)
        .timeouts(Timeouts {
            wait: Some(settings.pool_timeout),
            create: Some(Duration::from_secs(5)),
            recycle: Some(Duration::from_secs(5)),
        })
        .build()
        .map_err(|error| ConnectError::Pool(error.to_string()))
}

/// Connects on the runtime that outlives the HTTP workers: a socket ends with the runtime that it was opened on, and a worker that shuts
/// down must not take along a connection that a request of another worker is using.
fn establish(
    config: Config,
    handle: Handle,
) -> BoxFuture<'static, ConnectionResult<AsyncPgConnection>> {
    async move {
        let connecting = handle.spawn(async move {
            let (client, connection) = config.connect(NoTls).await?;
            tokio::spawn(async move {
                if let Err(error) = connection.await {
                    tracing::warn!(cause = %root_cause(&error), "database connection ended");
                }
            });
            Ok::<_, tokio_postgres::Error>(client)
        });
        let client = connecting
            .await
            .map_err(|error| ConnectionError::BadConnection(error.to_string()))?
            .map_err(|error| ConnectionError::BadConnection(root_cause(&error)))?;
        AsyncPgConnection::try_from(client).await
    }
    .boxed()
}

/// Connects once and says clearly why it can't.
///
/// # Errors
/// The address is malformed, the server does not answer, or the login is refused.
pub async fn check_url(url: &SecretString, setting: &'static str) -> Result<(), ConnectError> {
    let mut config = parse(url, setting)?;
    config.connect_timeout(Duration::from_secs(5));
    let target = format!(
        "{} of {}",
        config.get_dbname().unwrap_or("the default database"),
        config
            .get_hosts()
            .iter()
            .zip(config.get_ports())
            .map(|(host, port)| format!("{host:?}:{port}"))
            .collect::<Vec<_>>()
            .join(", ")
    );
    match config.connect(NoTls).await {
        Ok(_) => Ok(()),
        Err(error) => Err(ConnectError::Connect {
            setting,
            target,
            reason: root_cause(&error),
        }),
    }
}

/// Asks the database for nothing, to know that it answers.
///
/// # Errors
/// 503 when it does not.
pub async fn ping(conn: &mut AsyncPgConnection) -> Result<()> {
    diesel::sql_query("SELECT 1").execute(conn).await?;
    Ok(())
}
