//! In: a whole newsroom from a file into one that is empty, in one transaction. Either all of it is there afterwards, to editors and to readers, or
//! nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use tokio::sync::mpsc;

use super::queries::newsroom::{self as queries, Refusal};
use super::read::{Batch, ReadError, Reader, ReadyRow};
use super::tables::{ACTION, TABLES};
use crate::db::Pools;
use crate::error::Error;
use crate::publishing::{Attribution, AuditEntry, Kind, Record, Tx, rebuild};

/// How many batches may be read ahead of the one that is written: they are read and rendered on another processor.
const AHEAD: usize = 2;

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file can't be opened or read.
    #[error("can't read {path}: {source}. Nothing was imported")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is no export, or not a whole one.
    #[error("{path}: {source}. Nothing was imported")]
    Read {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        source: ReadError,
    },
    /// The database does not take a row.
    #[error("{path}: line {line}: {reason}. Nothing was imported")]
    Row {
        /// Which file.
        path: PathBuf,
        /// Which line.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The file has no site.
    #[error("{0}: there is no site in it. Nothing was imported")]
    NoSite(PathBuf),
    /// There is something in the newsroom.
    #[error(
        "this newsroom is not empty: there is {0}. An export is imported into an empty one only: give another DATABASE_URL or --data-dir"
    )]
    NotEmpty(String),
    /// The newsroom can't be written.
    #[error("the import broke off: {0}. Nothing was imported")]
    Newsroom(#[from] Error),
}

impl ImportError {
    fn read(path: &Path, source: ReadError) -> Self {
        Self::Read {
            path: path.to_owned(),
            source,
        }
    }

    fn row(path: &Path, line: u64, reason: String) -> Self {
        Self::Row {
            path: path.to_owned(),
            line,
            reason,
        }
    }
}

/// How many rows of each kind were imported.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<&'static str, u64>);

impl Counts {
    /// Of this kind.
    pub fn of(&self, kind: &str) -> u64 {
        self.0.get(kind).copied().unwrap_or_default()
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, count) in &self.0 {
            writeln!(f, "{count:>8}  {}", kind.replace('_', " "))?;
        }
        Ok(())
    }
}

/// Imports a file, or with `dry_run` tells what would be imported, after all the checks of an import. `progress` is told how many bytes of how many
/// have been read. Memory does not grow with the file.
///
/// # Errors
/// See [`ImportError`]; after any of them nothing was imported.
pub async fn import(
    pools: &Pools,
    path: &Path,
    dry_run: bool,
    mut progress: impl FnMut(u64, u64),
) -> Result<Counts, ImportError> {
    let failed = |source| ImportError::File {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    let mut tx = Tx::open(pools, Attribution::command(ACTION)).await?;
    let done = async {
        let found = queries::begin_import(&mut tx, TABLES).await?;
        if !found.is_empty() {
            return Err(ImportError::NotEmpty(found.join(", ").replace('_', " ")));
        }
        let mut loading = Loading {
            tx: &mut tx,
            path,
            statements: BTreeMap::new(),
            counts: Counts::default(),
        };
        let mut batches = read(file);
        loop {
            let batch = match batches.recv().await {
                Some(Ok(Some(batch))) => batch,
                Some(Ok(None)) => break,
                Some(Err(source)) => return Err(ImportError::read(path, source)),
                None => return Err(Error::internal("the reader of the file broke off").into()),
            };
            loading.batch(&batch).await?;
            progress(batch.position, size);
        }
        if !queries::has_site(loading.tx).await? {
            return Err(ImportError::NoSite(path.to_owned()));
        }
        let counts = loading.counts;
        queries::keep_present_versions(&mut tx).await?;
        let audit = vec![AuditEntry::of(Kind::Site, None)];
        tx.record(&Record {
            audit,
            change: None,
        })
        .await?;
        rebuild::fill(&mut tx).await?;
        Ok(counts)
    };
    match done.await {
        Ok(counts) if !dry_run => {
            tx.commit().await?;
            Ok(counts)
        }
        ended => {
            tx.roll_back().await;
            ended
        }
    }
}

/// Reads the file on a thread of its own, a little ahead. After the last batch comes nothing, as a sign that it was.
fn read(file: File) -> mpsc::Receiver<Result<Option<Batch>, ReadError>> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        let mut reader = match Reader::new(BufReader::with_capacity(1 << 16, file)) {
            Ok(reader) => reader,
            Err(error) => return drop(sender.blocking_send(Err(error))),
        };
        loop {
            let batch = reader.batch();
            let more = matches!(batch, Ok(Some(_)));
            // Whoever receives may have broken off.
            if sender.blocking_send(batch).is_err() || !more {
                return;
            }
        }
    });
    receiver
}

/// Rows on their way into the newsroom.
struct Loading<'t> {
    tx: &'t mut Tx,
    path: &'t Path,
    /// The statements of each kind and choice of columns.
    statements: BTreeMap<(&'static str, Vec<String>), String>,
    counts: Counts,
}

impl Loading<'_> {
    async fn batch(&mut self, batch: &Batch) -> Result<(), ImportError> {
        self.tx.begin_part().await?;
        let done = self.write(batch, &batch.rows).await;
        self.tx.end_part(done.is_ok()).await?;
        match done {
            Ok(()) => {
                *self.counts.0.entry(batch.table.name).or_default() += batch.rows.len() as u64;
                Ok(())
            }
            Err(Refusal::Database(error)) => Err(error.into()),
            Err(Refusal::Row(reason)) => Err(self.find(batch, reason).await?),
        }
    }

    /// Which row of a batch was refused: they are tried one by one.
    async fn find(&mut self, batch: &Batch, reason: String) -> Result<ImportError, ImportError> {
        for row in &batch.rows {
            match self.write(batch, std::slice::from_ref(row)).await {
                Ok(()) => {}
                Err(Refusal::Database(error)) => return Err(error.into()),
                Err(Refusal::Row(reason)) => {
                    return Ok(ImportError::row(self.path, row.line, reason));
                }
            }
        }
        let first = batch.rows.first().map_or(0, |row| row.line);
        Ok(ImportError::row(self.path, first, reason))
    }

    async fn write(&mut self, batch: &Batch, rows: &[ReadyRow]) -> Result<(), Refusal> {
        let key = (batch.table.name, batch.columns.clone());
        let statement = match self.statements.get(&key) {
            Some(statement) => statement.clone(),
            None => {
                let made = queries::insert_of(self.tx, batch.table, &batch.columns).await?;
                self.statements.insert(key, made.clone());
                made
            }
        };
        queries::insert(self.tx, &statement, rows).await
    }
}
