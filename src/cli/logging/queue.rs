//! The way of the log out: whoever logs only copies a line into memory, and a thread writes what has gathered there.
//!
//! Nothing is ever lost of it while the process lives: where the reader of the log is slow, those who log wait; and what is left at the end
//! is written before the process ends.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How much may wait, in bytes.
const MOST: usize = 1 << 20;

/// How long a line waits for others to be written with: waking the thread for each would cost as much as writing it.
const GATHERING: Duration = Duration::from_millis(5);

/// Lines on their way.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    lines: Vec<u8>,
    over: bool,
}

/// The thread that writes. Dropped, it writes what is left and ends.
#[derive(Debug)]
pub(in crate::cli) struct Writing {
    queue: Arc<Queue>,
    thread: Option<JoinHandle<()>>,
}

impl Queue {
    /// A queue, and what empties it into `sink`.
    pub(super) fn into(sink: impl Write + Send + 'static) -> io::Result<(Arc<Self>, Writing)> {
        let queue = Arc::<Self>::default();
        let source = queue.clone();
        let thread = thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || source.empty(sink))?;
        let writing = Writing {
            queue: queue.clone(),
            thread: Some(thread),
        };
        Ok((queue, writing))
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'q>(
        &self,
        waiting: MutexGuard<'q, Waiting>,
        until: impl Fn(&Waiting) -> bool,
    ) -> MutexGuard<'q, Waiting> {
        self.changed
            .wait_while(waiting, |waiting| !until(waiting))
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn empty(&self, mut sink: impl Write) {
        let mut lines = Vec::new();
        loop {
            let waiting = self.waiting();
            let waiting = self.wait(waiting, |waiting| waiting.over || !waiting.lines.is_empty());
            let mut waiting = if waiting.over {
                waiting
            } else {
                // Cut short by the end, and by those who find no room.
                let gathered = self
                    .changed
                    .wait_timeout_while(waiting, GATHERING, |waiting| {
                        !waiting.over && waiting.lines.len() < MOST
                    });
                gathered.unwrap_or_else(PoisonError::into_inner).0
            };
            std::mem::swap(&mut lines, &mut waiting.lines);
            let over = waiting.over;
            drop(waiting);
            self.changed.notify_all();
            // There is nowhere to tell that the log can't be written.
            let _ = sink.write_all(&lines).and_then(|()| sink.flush());
            lines.clear();
            if over && self.waiting().lines.is_empty() {
                return;
            }
        }
    }
}

impl Write for &Queue {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut waiting = self.waiting();
        if waiting.lines.len() >= MOST && !waiting.over {
            self.changed.notify_all();
            waiting = self.wait(waiting, |waiting| {
                waiting.over || waiting.lines.len() < MOST
            });
        }
        let first = waiting.lines.is_empty();
        waiting.lines.extend_from_slice(line);
        drop(waiting);
        if first {
            self.changed.notify_all();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        self.queue.waiting().over = true;
        self.queue.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // It does not panic; if it did, there is no log to tell it in.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests;
