//! The data folder: what lies where, the lock that keeps a second Kroniek out, the kept password and port.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::Error;
use super::account::Account;

/// Above this size (bytes) the log of earlier runs is dropped at a start.
const LOG_LIMIT: u64 = 8 * 1024 * 1024;
/// How long it is tried to lock the folder.
const LOCK_PATIENCE: Duration = Duration::from_secs(1);
/// Random bytes in a password; it is kept as twice as many hexadecimal digits.
const PASSWORD_BYTES: usize = 24;

/// Kroniek's data folder, by absolute path, so that no later change of the current folder matters.
#[derive(Debug, Clone)]
pub(super) struct DataFolder {
    root: PathBuf,
}

impl DataFolder {
    pub fn at(root: &Path) -> Result<Self, Error> {
        let root = std::path::absolute(root).map_err(Error::folder("find", root))?;
        Ok(Self { root })
    }

    pub fn path(&self) -> &Path {
        &self.root
    }

    /// The folder of the Postgres cluster.
    pub fn cluster(&self) -> PathBuf {
        self.root.join("postgres")
    }

    /// Where a cluster is made, to be renamed when it is complete.
    pub fn unfinished_cluster(&self) -> PathBuf {
        self.root.join("postgres.new")
    }

    pub fn log(&self) -> PathBuf {
        self.root.join("postgres.log")
    }

    pub fn downloads(&self) -> PathBuf {
        self.root.join("postgres-binaries")
    }

    pub fn password_file(&self) -> PathBuf {
        self.root.join("postgres-password")
    }

    fn port_file(&self) -> PathBuf {
        self.root.join("postgres-port")
    }

    /// Makes the folder when it is missing, its parents too.
    pub fn create(&self, account: &Account) -> Result<(), Error> {
        // Another user's Postgres has to pass through, but need not list what is here.
        let mode = match account {
            Account::Same => 0o700,
            Account::Other(_) => 0o711,
        };
        DirBuilder::new()
            .recursive(true)
            .mode(mode)
            .create(&self.root)
            .map_err(Error::folder("make", &self.root))
    }

    /// Takes the folder for this process until the returned file is closed, by this process' end at the latest.
    pub fn lock(&self) -> Result<File, Error> {
        let path = self.root.join("postgres.lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(Error::folder("write", &path))?;
        match lock(&file) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                // For the message only: an unreadable one is left out.
                let _ = file.read_to_string(&mut pid);
                return Err(Error::InUse {
                    folder: self.root.clone(),
                    pid: pid.trim().parse().ok(),
                });
            }
            Err(TryLockError::Error(source)) => return Err(Error::folder("lock", &path)(source)),
        }
        file.set_len(0)
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(Error::folder("write", &path))?;
        Ok(file)
    }

    /// The log, opened to append, and its present length.
    pub fn open_log(&self) -> Result<(File, u64), Error> {
        let path = self.log();
        let open = || -> io::Result<(File, u64)> {
            let file = OpenOptions::new()
                .append(true)
                .create(true)
                .mode(0o600)
                .open(&path)?;
            if file.metadata()?.len() > LOG_LIMIT {
                file.set_len(0)?;
            }
            let length = file.metadata()?.len();
            Ok((file, length))
        };
        open().map_err(Error::folder("write", &path))
    }

    /// The kept password; `None` when there is none, or only the beginning of one.
    pub fn password(&self) -> Result<Option<String>, Error> {
        let kept = read(&self.password_file())?;
        Ok(kept.filter(|kept| {
            kept.len() == 2 * PASSWORD_BYTES && kept.bytes().all(|byte| byte.is_ascii_hexdigit())
        }))
    }

    pub fn keep_password(&self, password: &str) -> Result<(), Error> {
        write(&self.password_file(), password)
    }

    pub fn kept_port(&self) -> Result<Option<u16>, Error> {
        Ok(read(&self.port_file())?.and_then(|port| port.parse().ok()))
    }

    pub fn keep_port(&self, port: u16) -> Result<(), Error> {
        write(&self.port_file(), &port.to_string())
    }
}

/// A new password: hexadecimal, so that it needs no escaping in SQL or in a URL.
pub(super) fn new_password() -> Result<String, Error> {
    let mut bytes = [0u8; PASSWORD_BYTES];
    getrandom::fill(&mut bytes).map_err(Error::Random)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Says why `port` can't be listened on, if it can't; port 0 finds a free one, which is returned.
pub(super) fn try_port(port: u16) -> Result<u16, Error> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|source| match source.kind() {
            io::ErrorKind::AddrInUse => Error::PortTaken { port },
            _ => Error::Port { port, source },
        })
}

/// The trimmed text of a small file, `None` when it does not exist.
pub(super) fn read(path: &Path) -> Result<Option<String>, Error> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::folder("read", path)(error)),
    }
}

/// Replaces a small file as a whole; only its owner may read it.
fn write(path: &Path, text: &str) -> Result<(), Error> {
    let next = path.with_extension("new");
    let replace = || -> io::Result<()> {
        let _ = std::fs::remove_file(&next);
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&next)?;
        writeln!(file, "{text}")?;
        file.sync_all()?;
        std::fs::rename(&next, path)
    };
    replace().map_err(Error::folder("write", path))
}

/// Locks a file, within a moment: a program that is just being started holds whatever its parent holds, until it is itself.
fn lock(file: &File) -> Result<(), TryLockError> {
    let deadline = Instant::now() + LOCK_PATIENCE;
    loop {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(10));
            }
            tried => return tried,
        }
    }
}
