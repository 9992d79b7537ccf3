//! The server process: starting it, waiting until it is ready, ending it.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use postgresql_commands::CommandBuilder;
use postgresql_commands::postgres::PostgresBuilder;

use super::binaries::Binaries;
use super::command::Setting;
use super::failure::{self, Cause};
use super::folder::DataFolder;
use super::{Error, memory, pid_file};

/// How long a start may take; after a crash Postgres first replays its log.
const START_PATIENCE: Duration = Duration::from_secs(300);
/// When a start has taken this long, the user is told why.
const START_NOTICE: Duration = Duration::from_secs(5);
/// How long a fast shutdown may take before an immediate one is tried, and how long that may take.
const STOP_PATIENCE: [(&str, Duration); 2] = [
    ("INT", Duration::from_secs(60)),
    ("QUIT", Duration::from_secs(10)),
];

/// How a server is to be started.
#[derive(Debug)]
pub(super) struct Launch<'a> {
    pub setting: &'a Setting,
    pub binaries: &'a Binaries,
    pub port: u16,
    pub durable: bool,
}

/// A server started by this process; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Postgres {
    child: Child,
    /// The watcher's pipe, see [`Setting::watched_command`].
    leash: Option<ChildStdin>,
    setting: Setting,
}

/// Why a start failed: for the cause, or as an error that no second try would cure.
pub(super) enum NotStarted {
    Because(Cause, Error),
    Failed(Error),
}

impl From<Error> for NotStarted {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Launch<'_> {
    /// Starts the server and waits until it takes connections.
    pub fn start(&self, folder: &DataFolder) -> Result<Postgres, NotStarted> {
        let (log, beginning) = folder.open_log()?;
        let mut child = self
            .setting
            .watched_command(&self.program())?
            .stdin(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(|source| Error::Program {
                program: "postgres".to_owned(),
                source,
            })?;
        let mut postgres = Postgres {
            leash: child.stdin.take(),
            child,
            setting: self.setting.clone(),
        };
        if postgres.wait_until_ready(folder)? {
            return Ok(postgres);
        }
        let output = logged_since(folder, beginning);
        let cause = failure::cause(&output);
        let error = match cause {
            Cause::PortTaken => Error::PortTaken { port: self.port },
            Cause::DiskFull => Error::DiskFull {
                folder: folder.path().to_owned(),
            },
            Cause::MemoryInUse | Cause::Other => Error::Start {
                log: folder.log(),
                output: failure::tail(&output),
            },
        };
        Err(NotStarted::Because(cause, error))
    }

    /// The server's own command. Settings stand here and not in a file, so that new ones hold for old clusters too.
    fn program(&self) -> Command {
        let durable = if self.durable { "on" } else { "off" };
        PostgresBuilder::new()
            .program_dir(&self.binaries.bin)
            .data_dir(self.setting.data_directory())
            .runtime_param("port", &self.port.to_string())
            .runtime_param("listen_addresses", "127.0.0.1")
            .runtime_param("unix_socket_directories", "")
            .runtime_param("max_connections", "200")
            .runtime_param("shared_buffers", &memory::shared_buffers())
            .runtime_param("password_encryption", "scram-sha-256")
            .runtime_param("timezone", "UTC")
            .runtime_param("log_timezone", "UTC")
            .runtime_param("log_destination", "stderr")
            .runtime_param("logging_collector", "off")
            .runtime_param("log_min_messages", "warning")
            .runtime_param("log_checkpoints", "off")
            .runtime_param("jit", "off")
            .runtime_param("fsync", durable)
            .runtime_param("synchronous_commit", durable)
            .runtime_param("full_page_writes", durable)
            .build()
    }
}

impl Postgres {
    /// Waits until the server takes connections; `false` when it ended instead.
    fn wait_until_ready(&mut self, folder: &DataFolder) -> Result<bool, Error> {
        let began = Instant::now();
        let mut told = false;
        loop {
            // The shell has become Postgres, so the child's number is Postgres' own.
            let ready = pid_file::read(self.setting.cluster())?
                .is_some_and(|file| file.ready && file.pid == self.child.id());
            if ready {
                return Ok(true);
            }
            if self.has_ended() {
                return Ok(false);
            }
            if began.elapsed() > START_PATIENCE {
                return Err(Error::StartSlow {
                    log: folder.log(),
                    seconds: START_PATIENCE.as_secs(),
                });
            }
            if !told && began.elapsed() > START_NOTICE {
                told = true;
                eprintln!("Postgres is recovering its data after an unclean end …");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends the server and waits for it. Committed data is safe with either kind of shutdown.
    pub fn stop(&mut self) -> Result<(), Error> {
        for (signal, patience) in STOP_PATIENCE {
            if self.has_ended() {
                return Ok(());
            }
            self.setting.signal(signal, self.child.id());
            let deadline = Instant::now() + patience;
            while Instant::now() < deadline {
                if self.has_ended() {
                    return Ok(());
                }
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        Err(Error::StopSlow {
            pid: self.child.id(),
        })
    }

    /// Whether the server has ended. Then the watcher is dismissed: another process may get the number.
    pub fn has_ended(&mut self) -> bool {
        // An error means that there is no such child any more.
        if matches!(self.child.try_wait(), Ok(None)) {
            return false;
        }
        if let Some(mut leash) = self.leash.take() {
            // A watcher that has ended needs no dismissal.
            let _ = leash.write_all(b"ended\n");
        }
        true
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Nobody is left to tell; a server that hangs keeps its folder, and the next start says so.
        let _ = self.stop();
    }
}

fn logged_since(folder: &DataFolder, beginning: u64) -> String {
    let mut bytes = Vec::new();
    let read = File::open(folder.log()).and_then(|mut log| {
        log.seek(SeekFrom::Start(beginning))?;
        log.read_to_end(&mut bytes)
    });
    match read {
        Ok(_) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => format!("(the log can't be read: {error})"),
    }
}
