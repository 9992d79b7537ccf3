//! Opening the store: the database that is told, or an embedded one; migrated, with delivery's own login, and the wall checked.

use std::io::Write;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use super::{Address, ConnectError, Pools, embedded, migrations, roles};
use crate::auth::database_password;
use crate::config::StoreConfig;

/// Whether a command may use the server that another already runs on the data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It runs the database itself.
    Alone,
    /// It may run beside a `serve` or `demo`.
    Beside,
    /// It may, and has nothing to do where no database is: it makes none.
    There,
}

/// Why the store can't be opened, with what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The embedded Postgres.
    #[error(transparent)]
    Embedded(#[from] embedded::Error),
    /// The connection.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// A migration.
    #[error(transparent)]
    Migrate(#[from] migrations::MigrationError),
    /// Delivery's login.
    #[error(transparent)]
    Role(#[from] roles::RoleError),
    /// There is none, where one must be.
    #[error(
        "there is no database: no DATABASE_URL, and none in {0}. Name one, or make one with `kroniek serve`"
    )]
    NoDatabase(PathBuf),
    /// It lacks migrations, and may not be given them.
    #[error(
        "the database lacks {0} migrations of this version, and KRONIEK_MIGRATE=false keeps this node from running them. Run `kroniek migrate` first"
    )]
    NotMigrated(usize),
    /// A file of the data folder.
    #[error("can't keep {path}: {source}. Check that the folder exists and may be written")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// There is no secret.
    #[error(
        "KRONIEK_SECRET is needed with DATABASE_URL: all nodes sign with it. Make one with `openssl rand -hex 32` and give every node the same"
    )]
    NoSecret,
    /// A secret is too short to be one. It is not shown.
    #[error("{0} must have 32 characters or more; `openssl rand -hex 32` makes one")]
    ShortSecret(&'static str),
    /// Random numbers.
    #[error("the system gives no random numbers: {0}")]
    Random(getrandom::Error),
}

/// The open store.
pub struct Store {
    /// Connections to both schemas.
    pub pools: Pools,
    /// What everything is signed with.
    pub secret: SecretString,
    /// What it was before a rotation.
    pub secret_previous: Option<SecretString>,
    /// The data folder, which need not be there.
    pub data_dir: PathBuf,
    server: Option<embedded::Server>,
}

impl Store {
    /// Opens the store on the current Tokio runtime.
    ///
    /// # Errors
    /// See [`StoreError`]; each says what to do.
    pub async fn open(config: &StoreConfig, access: Access) -> Result<Self, StoreError> {
        check_secrets(config)?;
        if access == Access::There {
            check_there(config)?;
        }
        let (owner, server) = locate(config, access).await?;
        let owner = Address::read(&owner, "DATABASE_URL")?;
        owner.check().await?;
        if config.migrate {
            let steps = migrations::run(&owner).await?;
            if steps > 0 {
                tracing::info!(steps, "migrated the database");
            }
        } else {
            let pending = migrations::pending(&owner).await?;
            if pending > 0 {
                return Err(StoreError::NotMigrated(pending));
            }
        }
        let told = match &config.delivery_database_url {
            Some(url) => Some(Address::read(url, "KRONIEK_DELIVERY_DATABASE_URL")?),
            None => None,
        };
        if let Some(told) = &told {
            told.check().await?;
        }
        let secret = secret(config)?;
        let delivery = roles::ensure(&owner, told.as_ref(), &database_password(&secret)).await?;
        delivery.check().await?;
        let mut pools = Pools::new(&owner, &delivery, config)?;
        if let Some(url) = &config.database_replica_url {
            let replica = Address::read(url, "DATABASE_REPLICA_URL")?;
            pools = pools.with_replica(replica, config)?;
        }
        let mut readers = pools.delivery().await.map_err(roles::RoleError::from)?;
        roles::check_wall(&mut readers).await?;
        drop(readers);
        Ok(Self {
            pools,
            secret,
            secret_previous: config.secret_previous.clone(),
            data_dir: config.data_dir.clone(),
            server,
        })
    }

    /// Closes the pools, then stops the embedded server if this process runs it.
    ///
    /// # Errors
    /// The server does not stop.
    pub async fn close(self) -> Result<(), StoreError> {
        self.pools.close();
        match self.server {
            Some(server) => Ok(server.stop().await?),
            None => Ok(()),
        }
    }
}

/// The owner's address: the one that is told, or the embedded server's, which is started where it does not run.
///
/// # Errors
/// The embedded server does not start.
pub async fn locate(
    config: &StoreConfig,
    access: Access,
) -> Result<(SecretString, Option<embedded::Server>), StoreError> {
    if let Some(url) = &config.database_url {
        return Ok((url.clone(), None));
    }
    if access != Access::Alone
        && let Some(url) = embedded::running(&config.data_dir)?
    {
        return Ok((SecretString::from(url), None));
    }
    let options = embedded::Options {
        bin_dir: config.postgres_bin.clone(),
        ..embedded::Options::new(&config.data_dir)
    };
    let server = embedded::Server::start(&options).await?;
    Ok((SecretString::from(server.url().to_owned()), Some(server)))
}

/// There must be a database: one that is told, or one in the data folder.
///
/// # Errors
/// There is none.
pub fn check_there(config: &StoreConfig) -> Result<(), StoreError> {
    let folder = &config.data_dir;
    if config.database_url.is_some() || folder.join("postgres").exists() {
        return Ok(());
    }
    Err(StoreError::NoDatabase(folder.clone()))
}

/// Secrets that are told must be long enough to be secrets.
///
/// # Errors
/// One is not, or there is none where one is needed.
pub fn check_secrets(config: &StoreConfig) -> Result<(), StoreError> {
    for (secret, name) in [
        (&config.secret, "KRONIEK_SECRET"),
        (&config.secret_previous, "KRONIEK_SECRET_PREVIOUS"),
    ] {
        if secret
            .as_ref()
            .is_some_and(|secret| secret.expose_secret().len() < 32)
        {
            return Err(StoreError::ShortSecret(name));
        }
    }
    if config.secret.is_none() && config.database_url.is_some() {
        return Err(StoreError::NoSecret);
    }
    Ok(())
}

/// The secret that is told, or in embedded mode the one kept in the data folder.
///
/// # Errors
/// The file can't be read or written.
pub fn secret(config: &StoreConfig) -> Result<SecretString, StoreError> {
    if let Some(secret) = &config.secret {
        return Ok(secret.clone());
    }
    keep(&config.data_dir.join("secret"), || {
        let mut random = [0_u8; 32];
        getrandom::fill(&mut random).map_err(StoreError::Random)?;
        Ok(SecretString::from(
            random
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>(),
        ))
    })
}

/// What a file of the data folder holds, readable by its owner alone; made when it is not there.
///
/// # Errors
/// The file can't be read or written.
pub fn keep(
    path: &Path,
    make: impl FnOnce() -> Result<SecretString, StoreError>,
) -> Result<SecretString, StoreError> {
    use std::os::unix::fs::OpenOptionsExt;
    let failed = |source| StoreError::File {
        path: path.to_owned(),
        source,
    };
    match std::fs::read_to_string(path) {
        Ok(text) => return Ok(SecretString::from(text.trim().to_owned())),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        Err(_) => {}
    }
    let value = make()?;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(failed)?;
    writeln!(file, "{}", value.expose_secret()).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    Ok(value)
}
