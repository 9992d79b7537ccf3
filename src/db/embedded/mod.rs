//! Embedded Postgres: a server as a child process on a data folder of its own, for running Kroniek without a database
//! to set up.
//!
//! [`Server::start`] finds Postgres' programs (or downloads them), makes a cluster when there is none, and starts it on
//! 127.0.0.1. It is started again when it ends by itself. It ends with this process, whatever ends that: [`Server::stop`], a
//! drop, or a watcher when this process is killed. Root runs only Postgres' own processes as an ordinary user.
//!
//! | in the data folder | what it is |
//! | --- | --- |
//! | `postgres/` | the cluster, mode 0700, of the user that runs Postgres |
//! | `postgres.log` | what the server logs |
//! | `postgres-password`, `postgres-port` | kept from start to start; the password is readable by its owner alone |
//! | `postgres.lock` | locked while a Kroniek uses the folder |
//! | `postgres-binaries/` | downloaded programs, by major version |
//!
//! Unix only. This module touches nothing but the data folder.

mod account;
mod binaries;
mod cluster;
mod command;
mod database;
mod download;
mod error;
mod failure;
mod folder;
mod keeper;
mod memory;
mod pid_file;
mod process;
#[cfg(test)]
mod tests;

use std::fmt;
use std::fs::File;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use account::Account;
use binaries::Binaries;
use cluster::NewCluster;
use command::Setting;
pub use error::Error;
use failure::Cause;
use folder::DataFolder;
use keeper::Keeper;
use pid_file::Holder;
use process::{Launch, NotStarted, Postgres};

/// The cluster's role, and the database in it.
const USER: &str = "kroniek";
const DATABASE: &str = "kroniek";

/// How long to wait for the server, or the processes, of a Kroniek that was killed to end.
const LEFTOVER_PATIENCE: Duration = Duration::from_secs(10);
/// How many free ports are tried, when each is taken by another program before Postgres listens.
const PORT_ATTEMPTS: u32 = 5;

/// How to run the embedded server.
#[derive(Debug, Clone)]
pub struct Options {
    /// Kroniek's data folder; made when it is missing.
    pub data_dir: PathBuf,
    /// The port to listen on; `None`: a free one is chosen and kept for the next start.
    pub port: Option<u16>,
    /// Whether commits are safe on disk. `false` is for tests: faster, but a killed Postgres may lose the last commits,
    /// and a crash of the machine everything.
    pub durable: bool,
    /// The only folder to look in for Postgres' programs; `None`: `PATH`, the usual places, earlier downloads.
    pub bin_dir: Option<PathBuf>,
    /// Whether Postgres may be downloaded when no usable one is installed.
    pub download: bool,
}

impl Options {
    /// The defaults for a data folder: any free port, durable, programs found or downloaded.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            port: None,
            durable: true,
            bin_dir: None,
            download: true,
        }
    }
}

/// A running embedded server. Dropping it stops it too, but blocks the thread until Postgres has ended.
pub struct Server {
    url: String,
    keeper: Keeper,
}

/// Without the URL, which holds the password.
impl fmt::Debug for Server {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Server")
            .field("keeper", &self.keeper)
            .finish_non_exhaustive()
    }
}

impl Server {
    /// Starts Postgres on the data folder, and makes what is missing: folder, cluster, password, database.
    ///
    /// # Errors
    /// Each [`Error`] says what to do; nothing keeps running after one.
    pub async fn start(options: &Options) -> Result<Self, Error> {
        let folder = DataFolder::at(&options.data_dir)?;
        let (account, lock) = blocking({
            let folder = folder.clone();
            move || occupy(&folder)
        })
        .await?;
        let binaries = binaries::find(options, &folder, &account).await?;
        let mut start = Start {
            options: options.clone(),
            folder: folder.clone(),
            account,
            binaries,
        };
        let (keeper, port, password) = blocking(move || {
            let (postgres, port, password) = start.run()?;
            // Whoever knows the server's address finds it there again.
            start.options.port = Some(port);
            Ok((Keeper::keep(start, postgres, lock)?, port, password))
        })
        .await?;
        database::ensure(&folder, port, &password).await?;
        Ok(Self {
            url: url(port, &password),
            keeper,
        })
    }

    /// The URL of the database `kroniek`, password included: not for logs.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends the server: open transactions are rolled back, connections closed.
    ///
    /// # Errors
    /// [`Error::StopSlow`] when it does not end within 70 seconds.
    pub async fn stop(self) -> Result<(), Error> {
        let Self { mut keeper, .. } = self;
        blocking(move || keeper.stop()).await
    }
}

/// The URL of the server that runs on this data folder now, for commands beside a `serve` or `demo`; `None`: none runs.
///
/// # Errors
/// [`Error::Folder`] when this user may not read the folder's password.
pub fn running(data_dir: &Path) -> Result<Option<String>, Error> {
    let folder = DataFolder::at(data_dir)?;
    let cluster = folder.cluster();
    let Some(file) = pid_file::read(&cluster)?.filter(|file| file.ready) else {
        return Ok(None);
    };
    if pid_file::holder(file.pid, &cluster) != Holder::Postgres {
        return Ok(None);
    }
    let password = folder.password()?;
    Ok(file
        .port
        .zip(password)
        .map(|(port, password)| url(port, &password)))
}

fn url(port: u16, password: &str) -> String {
    let host = Ipv4Addr::LOCALHOST;
    format!("postgres://{USER}:{password}@{host}:{port}/{DATABASE}")
}

/// Chooses the account, then makes and locks the folder: from here on no other Kroniek touches it.
fn occupy(folder: &DataFolder) -> Result<(Account, File), Error> {
    let account = Account::choose(&folder.cluster())?;
    folder.create(&account)?;
    let lock = folder.lock()?;
    Ok((account, lock))
}

/// A start on a locked folder, with all that was found out for it.
#[derive(Debug)]
struct Start {
    options: Options,
    folder: DataFolder,
    account: Account,
    binaries: Binaries,
}

impl Start {
    /// Returns the server, its port and its password.
    fn run(&self) -> Result<(Postgres, u16, String), Error> {
        let cluster = self.folder.cluster();
        // Before the look at the port, which a server that is just ending still has.
        let stranger = pid_file::wait_until_left(&cluster, LEFTOVER_PATIENCE)?;
        if let Some(port) = self.options.port {
            folder::try_port(port)?;
        }
        if cluster::major(&cluster)?.is_none() {
            self.make_cluster()?;
        }
        cluster::check(&cluster)?;
        self.account.own(&cluster)?;
        let setting = Setting::new(&self.account, &cluster)?.beside(stranger);
        setting.check_programs(&self.binaries.bin)?;
        let password = self.known_password(&setting)?;
        let (postgres, port) = self.launch(&setting)?;
        Ok((postgres, port, password))
    }

    fn make_cluster(&self) -> Result<(), Error> {
        // Kept first, so that a complete cluster always has a known one.
        let password = match self.folder.password()? {
            Some(password) => password,
            None => folder::new_password()?,
        };
        self.folder.keep_password(&password)?;
        NewCluster {
            account: &self.account,
            binaries: &self.binaries,
            password: &password,
            durable: self.options.durable,
        }
        .make(&self.folder)
    }

    /// The kept password, or a new one that the cluster is told first.
    fn known_password(&self, setting: &Setting) -> Result<String, Error> {
        if let Some(password) = self.folder.password()? {
            return Ok(password);
        }
        let password = folder::new_password()?;
        cluster::set_password(setting, &self.binaries, &password)?;
        self.folder.keep_password(&password)?;
        Ok(password)
    }

    /// Starts the server, again when that helps: on another port, or when what a killed server left has ended.
    fn launch(&self, setting: &Setting) -> Result<(Postgres, u16), Error> {
        let deadline = Instant::now() + LEFTOVER_PATIENCE;
        let mut attempts = PORT_ATTEMPTS;
        let mut port = self.port()?;
        loop {
            let launch = Launch {
                setting,
                binaries: &self.binaries,
                port,
                durable: self.options.durable,
            };
            match launch.start(&self.folder) {
                Ok(postgres) => return Ok((postgres, port)),
                Err(NotStarted::Because(Cause::MemoryInUse, _)) if Instant::now() < deadline => {
                    std::thread::sleep(Duration::from_millis(200));
                }
                Err(NotStarted::Because(Cause::PortTaken, _))
                    if self.options.port.is_none() && attempts > 1 =>
                {
                    attempts -= 1;
                    port = self.free_port()?;
                }
                Err(NotStarted::Because(_, error) | NotStarted::Failed(error)) => {
                    return Err(error);
                }
            }
        }
    }

    /// The port asked for, else the kept one if it is free, else a free one.
    fn port(&self) -> Result<u16, Error> {
        if let Some(port) = self.options.port {
            return Ok(port);
        }
        match self.folder.kept_port()? {
            Some(port) if port != 0 && folder::try_port(port).is_ok() => Ok(port),
            _ => self.free_port(),
        }
    }

    fn free_port(&self) -> Result<u16, Error> {
        let port = folder::try_port(0)?;
        self.folder.keep_port(port)?;
        Ok(port)
    }
}

/// Runs what waits for processes and disks on a thread where that holds up nobody.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or(Err(Error::Interrupted))
}
