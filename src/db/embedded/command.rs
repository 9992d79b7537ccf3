//! How a program of Postgres is run: as whom, with which environment, and how it gets to its cluster.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Error;
use super::account::Account;

/// Variables that Postgres' programs keep; all others, Kroniek's secrets among them, are none of theirs.
const KEPT_VARIABLES: [&str; 4] = ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR"];

/// Runs the program given as arguments, with descriptor 3 for the folder that comes as standard output.
const PLAIN: &str = r#"exec 3<&1 1>&2; exec "$@""#;

/// Likewise, with a watcher beside it. The watcher waits on a pipe that only Kroniek can write to (every end of it is
/// closed on exec): a line means that the program has ended; the end of the pipe that Kroniek has, so the program is
/// told to stop. The watcher's parent ends at once, for Postgres would take a child it does not know for one of its own.
const WATCHED: &str = r#"
exec 3<&1 1>&2 4<&0 0</dev/null
( ( trap '' HUP INT TERM; exec 3<&- 2>/dev/null; read -r line <&4 || kill -INT "$$" ) & )
exec "$@" 4<&-
"#;

/// Where programs of Postgres run: the account, and the cluster as that account sees it.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    account: Account,
    cluster: PathBuf,
    reach: Reach,
    /// A process that is not Postgres, but has the number in the cluster's stale `postmaster.pid`.
    stranger: Option<u32>,
}

/// How the account gets to the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Path,
    /// By a descriptor that Kroniek opens as root. Postgres owns the cluster, but may not pass through a folder above
    /// it, such as root's home; so nobody's permissions have to be widened.
    Descriptor,
}

impl Setting {
    /// Finds out how `account`, who owns the `cluster`, gets there.
    pub fn new(account: &Account, cluster: &Path) -> Result<Self, Error> {
        let reach = match account {
            Account::Same => Reach::Path,
            Account::Other(_) if account.can_enter(cluster) => Reach::Path,
            Account::Other(_) if cfg!(target_os = "linux") => Reach::Descriptor,
            Account::Other(user) => {
                return Err(Error::Unreachable {
                    user: user.name.clone(),
                    folder: cluster.to_owned(),
                });
            }
        };
        Ok(Self {
            account: account.clone(),
            cluster: cluster.to_owned(),
            reach,
            stranger: None,
        })
    }

    /// The same with the process that [`super::pid_file::wait_until_left`] found.
    pub fn beside(self, stranger: Option<u32>) -> Self {
        Self { stranger, ..self }
    }

    pub fn cluster(&self) -> &Path {
        &self.cluster
    }

    /// The cluster's path for the programs that run here.
    pub fn data_directory(&self) -> PathBuf {
        match self.reach {
            Reach::Path => self.cluster.clone(),
            Reach::Descriptor => PathBuf::from("/proc/self/fd/3"),
        }
    }

    /// A command that runs `program` here; its output goes where its errors go.
    pub fn command(&self, program: &Command) -> Result<Command, Error> {
        self.wrapped(PLAIN, program)
    }

    /// Likewise, and the program is told to stop when the pipe at the command's standard input is closed.
    pub fn watched_command(&self, program: &Command) -> Result<Command, Error> {
        self.wrapped(WATCHED, program)
    }

    /// Sends `signal` (its name without SIG) to a process of this account.
    pub fn signal(&self, signal: &str, pid: u32) {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", r#"kill -s "$1" "$2""#, "sh", signal, &pid.to_string()])
            .current_dir("/")
            .stderr(Stdio::null());
        self.account.apply(&mut command);
        // When it has ended already, that is as good.
        let _ = command.status();
    }

    /// Says so when this account can't get to the programs in `bin`.
    pub fn check_programs(&self, bin: &Path) -> Result<(), Error> {
        if self.account.can_enter(bin) {
            return Ok(());
        }
        Err(Error::Unreachable {
            user: self.account.name().to_owned(),
            folder: bin.to_owned(),
        })
    }

    fn wrapped(&self, script: &str, program: &Command) -> Result<Command, Error> {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", script, "sh"])
            .arg(program.get_program())
            .args(program.get_args())
            .current_dir("/")
            .env_clear()
            .env("LC_ALL", "C")
            .env("TZ", "UTC")
            // A Ctrl-C in the terminal is Kroniek's; Postgres stops when Kroniek tells it to.
            .process_group(0);
        for name in KEPT_VARIABLES {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        if let Some(stranger) = self.stranger {
            // Postgres takes a living process with that number for a server, unless it is told (as pg_ctl does about
            // its own parent) that the number is its grandparent's. It still checks the old server's shared memory.
            command.env("PG_GRANDPARENT_PID", stranger.to_string());
        }
        match self.reach {
            Reach::Path => command.stdout(Stdio::null()),
            Reach::Descriptor => command
                .stdout(File::open(&self.cluster).map_err(Error::folder("read", &self.cluster))?),
        };
        self.account.apply(&mut command);
        Ok(command)
    }
}
