//! What can go wrong with the embedded server, each with what to do about it.

use std::io;
use std::path::{Path, PathBuf};

/// Why the embedded Postgres could not be started, found or stopped.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)] // the message of each variant tells what its fields are
pub enum Error {
    /// Another Kroniek holds the data folder.
    #[error("{} is in use by another Kroniek{}: stop that one, or choose another data folder", .folder.display(), process(.pid))]
    InUse { folder: PathBuf, pid: Option<u32> },

    /// A Postgres that this process did not start still runs on the data folder.
    #[error("a Postgres server (process {pid}) still runs on {}: stop it with `kill -INT {pid}`, then start again", .folder.display())]
    PostgresRuns { folder: PathBuf, pid: u32 },

    /// The cluster was made by a major version whose binaries are not here.
    #[error("{} was made by PostgreSQL {wanted}, whose programs are not on this machine (found: {found}; download: {download}): {}", .folder.display(), other_major_advice(*.wanted))]
    OtherMajor {
        folder: PathBuf,
        wanted: u32,
        found: String,
        download: String,
    },

    /// No usable Postgres is installed, and none could be downloaded.
    #[error(
        "no PostgreSQL 14 or newer was found (found: {found}; download: {download}): run `{command}`, then start again"
    )]
    NoBinaries {
        found: String,
        download: String,
        command: &'static str,
    },

    /// The folder named in the settings does not hold Postgres' server programs.
    #[error("{} does not hold the programs `postgres` and `initdb` of PostgreSQL 14 or newer: point KRONIEK_POSTGRES_BIN to a folder that does, or leave it unset", .folder.display())]
    BinDir { folder: PathBuf },

    /// The port that was asked for belongs to another program.
    #[error(
        "port {port} is taken by another program: choose another port, or leave it out to have a free one chosen"
    )]
    PortTaken { port: u16 },

    /// The port that was asked for can't be listened on.
    #[error(
        "can't listen on port {port} ({source}): choose another port, or leave it out to have a free one chosen"
    )]
    Port { port: u16, source: io::Error },

    /// A file or folder can't be read or written.
    #[error("can't {action} {} ({source}): give it to the user that runs Kroniek, or choose another data folder", .path.display())]
    Folder {
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },

    /// The folder meant for the cluster holds something else.
    #[error("{} holds files, but no Postgres data: move them away, or choose another data folder", .folder.display())]
    NotACluster { folder: PathBuf },

    /// The folder is a cluster with a piece missing.
    #[error("the Postgres data in {} is damaged ({reason}): restore it from a backup, or move it away to begin anew", .folder.display())]
    Damaged { folder: PathBuf, reason: String },

    /// No space is left.
    #[error("the disk of {} is full: free some space (a new data folder needs about 60 MB), then start again", .folder.display())]
    DiskFull { folder: PathBuf },

    /// Root, with no ordinary user to run Postgres as.
    #[error(
        "Postgres refuses to run as root, and there is no user `postgres` or `nobody` to run it as: make one with `useradd --system postgres`, or start Kroniek as an ordinary user"
    )]
    NoAccount,

    /// Root, but not allowed to become that ordinary user.
    #[error(
        "can't run Postgres as user {user} ({source}): start Kroniek as an ordinary user, or allow it to change users (CAP_SETUID, CAP_SETGID, CAP_CHOWN)"
    )]
    SwitchUser { user: String, source: io::Error },

    /// The ordinary user can't reach a folder that Postgres needs.
    #[error("user {user}, who runs Postgres because Kroniek runs as root, can't enter {}: move it to where all users may go (a data folder to /var/lib/kroniek, for instance), or start Kroniek as an ordinary user", .folder.display())]
    Unreachable { user: String, folder: PathBuf },

    /// A program that is needed can't be run.
    #[error("can't run {program} ({source}): see that it is installed and may be run by this user")]
    Program { program: String, source: io::Error },

    /// `initdb`, or setting the password, failed.
    #[error("Postgres could not make its data folder {}: mend what it says here, then start again\n{output}", .folder.display())]
    Initialise { folder: PathBuf, output: String },

    /// The server ended before it was ready.
    #[error("Postgres did not start: mend what it says here, then start again (all of it stands in {})\n{output}", .log.display())]
    Start { log: PathBuf, output: String },

    /// The server runs, but did not become ready in time.
    #[error("Postgres was not ready after {seconds} seconds: see {} for what holds it up, then start again", .log.display())]
    StartSlow { log: PathBuf, seconds: u64 },

    /// The server did not end.
    #[error("Postgres (process {pid}) does not stop: end it with `kill -QUIT {pid}`")]
    StopSlow { pid: u32 },

    /// The kept password is not the one the cluster knows.
    #[error("Postgres refuses the password in {}: remove that file and start again, a new one is set then", .file.display())]
    Password { file: PathBuf },

    /// The server runs but can't be talked to.
    #[error(
        "can't connect to the embedded Postgres ({0}): see postgres.log in the data folder, then start again"
    )]
    Connect(#[source] tokio_postgres::Error),

    /// The system gives no random bytes for a password.
    #[error(
        "the system gives no random bytes ({0}): see that /dev/urandom can be read, then start again"
    )]
    Random(getrandom::Error),

    /// The runtime shut down while the server was starting or stopping.
    #[error(
        "starting or stopping Postgres was cut short because the program is ending: start again"
    )]
    Interrupted,
}

impl Error {
    /// Turns an I/O error at `path` into the error that says what to do: a full disk is told apart.
    pub(super) fn folder(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull {
                folder: path.to_owned(),
            },
            _ => Self::Folder {
                action,
                path: path.to_owned(),
                source,
            },
        }
    }
}

fn process(pid: &Option<u32>) -> String {
    pid.map(|pid| format!(" (process {pid})"))
        .unwrap_or_default()
}

fn other_major_advice(wanted: u32) -> String {
    if wanted < super::binaries::OLDEST_MAJOR {
        "Kroniek needs PostgreSQL 14 or newer, so upgrade the folder with `pg_upgrade`, or move it away to begin anew"
            .to_owned()
    } else {
        format!(
            "install PostgreSQL {wanted}, point KRONIEK_POSTGRES_BIN to its programs, or upgrade the folder with `pg_upgrade`"
        )
    }
}
