//! A streaming reader of Ghost exports: `{"db": [{"meta", "data"}]}` or bare `{"meta", "data"}`.
//!
//! Rows come in the file's order, one at a time, and nothing is held between them, so the file may be of any size, and so may each text in
//! it: what is over its limit is passed over and told as [`Record::Skipped`]. A row of the wrong shape is told likewise; only broken JSON
//! ends the reading.

mod cells;
mod document;
mod error;
mod guard;
mod record;
mod rows;
mod table;

#[cfg(test)]
mod tests;

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc;

pub use self::error::ReadError;
use self::guard::Guard;
pub use self::record::{
    Join, MAX_DOCUMENT, MAX_HTML, MAX_LINE, MAX_PROSE, Meta, Post, Record, Setting, Source, Tag,
    User,
};
use crate::exchange::import::{Records, Unreadable};

/// Which records are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Posts and pages.
    Posts,
    /// Everything else.
    Others,
}

impl Wanted {
    /// How many records may wait to be taken: posts are large.
    fn waiting(self) -> usize {
        match self {
            Wanted::Posts => 2,
            Wanted::Others => 128,
        }
    }
}

/// Reads an export on a thread of its own, as far ahead as few records.
pub struct Reader {
    records: mpsc::Receiver<Result<Record, ReadError>>,
    position: Arc<AtomicU64>,
}

impl Reader {
    /// Begins to read. Must be called within a Tokio runtime.
    pub fn open(input: impl Read + Send + 'static, wanted: Wanted) -> Self {
        let (give, records) = mpsc::channel(wanted.waiting());
        let position = Arc::new(AtomicU64::new(0));
        let place = Arc::clone(&position);
        tokio::task::spawn_blocking(move || {
            let input = BufReader::with_capacity(1 << 16, input);
            let mut each = |record| give.blocking_send(Ok(record)).is_ok();
            if let Err(error) = read(input, &place, wanted, &mut each) {
                // Nobody listens any more when this fails.
                let _ = give.blocking_send(Err(error));
            }
        });
        Self { records, position }
    }
}

impl Records for Reader {
    type Record = Record;

    async fn next_record(&mut self) -> Option<Result<Record, Unreadable>> {
        let record = self.records.recv().await?;
        Some(record.map_err(Unreadable::from))
    }

    fn position(&self) -> u64 {
        self.position.load(Ordering::Relaxed)
    }
}

/// Reads the records of an export until `give` says no. `position` is told how many bytes have been read.
///
/// # Errors
/// See [`ReadError`].
pub fn read(
    mut input: impl BufRead,
    position: &Arc<AtomicU64>,
    wanted: Wanted,
    give: &mut dyn FnMut(Record) -> bool,
) -> Result<(), ReadError> {
    let failed = |source| ReadError::Io {
        position: 0,
        source,
    };
    recognise(&mut input).map_err(failed)??;
    let guard = Guard::new(input, Arc::clone(position));
    document::read(guard, position, wanted, give)
}

/// Whether the file may be JSON, by its first bytes. A byte order mark is passed over.
fn recognise(input: &mut impl BufRead) -> io::Result<Result<(), ReadError>> {
    let begin = input.fill_buf()?;
    let mark = if begin.starts_with(b"\xEF\xBB\xBF") {
        3
    } else {
        0
    };
    let first = begin
        .get(mark..)
        .and_then(|rest| rest.iter().find(|byte| !byte.is_ascii_whitespace()));
    let fault = match (begin, first) {
        ([0x1F, 0x8B, ..], _) => Some(ReadError::Compressed { tool: "gunzip" }),
        ([b'P', b'K', 3, 4, ..], _) => Some(ReadError::Compressed { tool: "unzip" }),
        ([], _) => Some(ReadError::NotGhost {
            found: "an empty file",
        }),
        (_, Some(b'<')) => Some(ReadError::NotGhost {
            found: "XML or HTML (a WordPress export goes into `import wordpress`)",
        }),
        _ => None,
    };
    input.consume(mark);
    Ok(fault.map_or(Ok(()), Err))
}
