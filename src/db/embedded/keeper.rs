//! Who keeps the server running: a thread that starts Postgres again when it has ended by itself, as it does where its disk is full.

use std::fs::File;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::process::Postgres;
use super::{Error, Start};

/// How often it is looked whether the server still runs.
const LOOK: Duration = Duration::from_millis(200);

/// The pause before a start is tried again that failed.
const PAUSE: Duration = Duration::from_secs(1);

/// The keeper of a running server. Dropping it ends the server too, and waits for that.
#[derive(Debug)]
pub(super) struct Keeper {
    /// While it is there, the server is to run.
    wanted: Option<Sender<()>>,
    thread: Option<JoinHandle<Result<(), Error>>>,
}

impl Keeper {
    /// Keeps a server that runs, with the lock on its folder, which others get when the server has ended.
    ///
    /// # Errors
    /// The system's, when it has no thread to give.
    pub fn keep(start: Start, postgres: Postgres, lock: File) -> Result<Self, Error> {
        let (wanted, told) = channel();
        let keep = move || {
            let ended = run(&start, postgres, &told);
            drop(lock);
            ended
        };
        let thread = std::thread::Builder::new()
            .name("postgres".to_owned())
            .spawn(keep)
            .map_err(|_| Error::Interrupted)?;
        Ok(Self {
            wanted: Some(wanted),
            thread: Some(thread),
        })
    }

    /// Ends the server and waits for it.
    ///
    /// # Errors
    /// [`Error::StopSlow`].
    pub fn stop(&mut self) -> Result<(), Error> {
        drop(self.wanted.take());
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(ended)) => ended,
            Some(Err(_)) => Err(Error::Interrupted),
            None => Ok(()),
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        // Nobody is left to tell; a server that hangs keeps its folder, and the next start says so.
        let _ = self.stop();
    }
}

fn run(start: &Start, mut postgres: Postgres, wanted: &Receiver<()>) -> Result<(), Error> {
    let (mut down, mut told) = (false, false);
    let mut pause = LOOK;
    while wanted.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
        pause = LOOK;
        if !postgres.has_ended() {
            continue;
        }
        if !down {
            // It is started at the next look, so that a stop that comes right after its end need not wait for a start.
            down = true;
            tracing::error!("Postgres has ended by itself; it is started again. Its log tells why");
            continue;
        }
        match start.run() {
            Ok((again, ..)) => {
                postgres = again;
                (down, told) = (false, false);
                tracing::warn!("Postgres runs again");
            }
            Err(error) => {
                if !told {
                    tracing::error!(%error, "Postgres can't be started; it is tried again until it can");
                }
                (told, pause) = (true, PAUSE);
            }
        }
    }
    postgres.stop()
}
