//! What every import has in common: two passes over a file of any size, batches, and a second run that changes nothing.
//!
//! A system has an [`Export`], which reads its files and tells what an article of them is as an [`Arrival`]. The first pass lays aside what
//! articles refer to and may stand after them, in temporary tables; the second takes the articles over in batches, each one transaction and
//! one quiet change of the log. A fingerprint of each record makes a second run idle, and an article's revision tells whether somebody has
//! edited it here since. [`updates`] finds the paragraphs marked UPDATE, which become updates of their own.

use std::fs::File;
use std::io;
use std::path::PathBuf;

use crate::db::{NewsroomConn, Pools};
use crate::entities::queries::newsroom::hold_off_merges;
use crate::error::{Error, Result};
use crate::exchange::report::Report;
use crate::publishing::{Attribution, Change, Record as Written, Touched, Tx};

mod arrival;
mod load;
pub(in crate::exchange) mod queries;
pub mod updates;

pub(in crate::exchange) use self::arrival::{
    Arrival, Known, Person, Term, database_date, headline, html, plain,
};
use self::load::Loader;
use self::queries::Found;

/// What becomes of categories, or of the first tag where there are only tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Categories {
    /// The first of a post is its section, the others are topics
    Section,
    /// All are topics
    Topics,
}

/// How to import.
#[derive(Debug)]
pub struct Options {
    /// The export.
    pub file: PathBuf,
    /// Only tell what would happen.
    pub dry_run: bool,
    /// What becomes of categories.
    pub categories: Categories,
    /// Where every line of the report goes.
    pub report: Option<PathBuf>,
}

/// What is wrong with a file.
pub type Unreadable = Box<dyn std::error::Error + Send + Sync>;

/// Why an import broke off. What was committed before stays; running it again goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file can't be opened or read.
    #[error("can't read {path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is no export of that system, or is broken.
    #[error("{path}: {source}")]
    Read {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        source: Unreadable,
    },
    /// The newsroom can't be written.
    #[error("the import broke off: {0}. What was committed before stays; run it again to go on")]
    Newsroom(#[from] Error),
    /// The report can't be written.
    #[error("can't write the report: {0}")]
    Report(#[from] io::Error),
}

/// The records of a file, one after the other.
pub(in crate::exchange) trait Records {
    /// One of them.
    type Record;

    /// The next; after an error comes nothing more.
    async fn next_record(&mut self) -> Option<Result<Self::Record, Unreadable>>;

    /// How many bytes of the file have been read.
    fn position(&self) -> u64;
}

/// A record of an export's files.
type RecordOf<E> = <<E as Export>::Records as Records>::Record;

/// What the report says of two articles of one file that can't be told apart.
pub(in crate::exchange) struct Names {
    /// An article: `item`.
    pub article: &'static str,
    /// What it is known by: `post_id`.
    pub id: &'static str,
}

/// The files of another system.
pub(in crate::exchange) trait Export {
    /// The command, as audit and versions name it.
    const COMMAND: &'static str;
    /// What its files call an article, and what tells one from another in them.
    const NAMES: Names;
    /// How its files are read.
    type Records: Records;
    /// A post or page with all that belongs to it.
    type Item;

    /// Begins to read a file.
    fn open(&self, file: File) -> Self::Records;

    /// Makes the temporary tables of this connection.
    async fn lay_out(&mut self, conn: &mut NewsroomConn) -> Result<()>;

    /// First pass: lays aside what articles refer to.
    async fn lay_aside(
        &mut self,
        conn: &mut NewsroomConn,
        record: RecordOf<Self>,
        report: &mut Report,
    ) -> Result<(), ImportError>;

    /// The end of the first pass. Gives the name of the site that was exported, by which its records are known.
    async fn laid_aside(
        &mut self,
        conn: &mut NewsroomConn,
        report: &mut Report,
    ) -> Result<String, ImportError>;

    /// Second pass: the article of this record with what was laid aside for it; none when it is something else or is passed over, which the
    /// report is told.
    async fn find(
        &mut self,
        tx: &mut Tx,
        record: RecordOf<Self>,
        report: &mut Report,
    ) -> Result<Option<Known<Self::Item>>, ImportError>;

    /// What an editor would have written. Asked only of what is new or has changed.
    fn arrival(&self, item: Self::Item) -> Arrival;
}

/// How many articles a transaction holds.
const BATCH: usize = 50;

/// What a transaction has done so far.
#[derive(Default)]
struct Batch {
    written: Written,
    touched: Touched,
    seen: usize,
}

/// Where an import stands.
struct Run<'o, E> {
    options: &'o Options,
    export: E,
    loader: Loader,
}

/// Imports an export. `progress` is told how many bytes of how many have been read, both passes together.
///
/// # Errors
/// See [`ImportError`].
pub(in crate::exchange) async fn run<E: Export>(
    pools: &Pools,
    options: &Options,
    export: E,
    mut progress: impl FnMut(u64, u64),
) -> Result<Report, ImportError> {
    let failed = |source| ImportError::File {
        path: options.file.clone(),
        source,
    };
    let size = std::fs::metadata(&options.file).map_err(failed)?.len();
    let report = options.report.as_deref().map(File::create).transpose()?;
    let mut run = Run {
        options,
        export,
        loader: Loader::new(Report::with_file(report)),
    };
    let mut conn = pools.newsroom().await?;
    run.lay_aside(&mut conn, |read| progress(read, size * 2))
        .await?;
    run.load(conn, |read| progress(size + read, size * 2))
        .await?;
    let mut report = run.loader.report;
    report.finish()?;
    Ok(report)
}

impl<E: Export> Run<'_, E> {
    fn open(&self) -> Result<E::Records, ImportError> {
        let path = &self.options.file;
        let file = File::open(path).map_err(|source| ImportError::File {
            path: path.clone(),
            source,
        })?;
        Ok(self.export.open(file))
    }

    fn readable<T>(&self, record: Result<T, Unreadable>) -> Result<T, ImportError> {
        record.map_err(|source| ImportError::Read {
            path: self.options.file.clone(),
            source,
        })
    }

    /// The first pass: what posts refer to.
    async fn lay_aside(
        &mut self,
        conn: &mut NewsroomConn,
        mut progress: impl FnMut(u64),
    ) -> Result<(), ImportError> {
        queries::lay_out(conn).await?;
        self.export.lay_out(conn).await?;
        let mut records = self.open()?;
        while let Some(record) = records.next_record().await {
            let record = self.readable(record)?;
            self.export
                .lay_aside(conn, record, &mut self.loader.report)
                .await?;
            progress(records.position());
        }
        self.loader.source = self
            .export
            .laid_aside(conn, &mut self.loader.report)
            .await?;
        Ok(())
    }

    /// The second pass: posts and pages. A dry run is one transaction that is undone at its end.
    async fn load(
        &mut self,
        conn: NewsroomConn,
        mut progress: impl FnMut(u64),
    ) -> Result<(), ImportError> {
        let mut records = self.open()?;
        let mut tx = begin(conn, Attribution::command(E::COMMAND)).await?;
        let mut batch = Batch::default();
        while let Some(record) = records.next_record().await {
            let record = self.readable(record)?;
            let report = &mut self.loader.report;
            if let Some(known) = self.export.find(&mut tx, record, report).await?
                && is_first(&mut tx, &known, &E::NAMES, report).await?
            {
                let arrival = |item| self.export.arrival(item);
                self.loader
                    .take(&mut tx, known, arrival, &mut batch)
                    .await?;
                batch.seen += 1;
            }
            if batch.seen == BATCH && !self.options.dry_run {
                tx = commit(tx, std::mem::take(&mut batch)).await?;
            }
            progress(records.position());
        }
        if !self.options.dry_run {
            tx = commit(tx, batch).await?;
        }
        tx.roll_back().await;
        Ok(())
    }
}

/// Whether nothing of this id came before it in the file; tells the report when something did.
async fn is_first<T>(
    tx: &mut Tx,
    known: &Known<T>,
    Names { article, id }: &Names,
    report: &mut Report,
) -> Result<bool, ImportError> {
    let outcome = match queries::find_again(tx, &known.id, &known.fingerprint).await? {
        Found::First => return Ok(true),
        Found::Same => "skipped: stands in the file more than once, each time the same".to_owned(),
        Found::Other => format!(
            "skipped: another {article} of the file has the same {id}, and the first counts: export its site apart, or give it an id of its own"
        ),
    };
    let title = if known.title.is_empty() {
        format!("{article} without a title")
    } else {
        known.title.clone()
    };
    report.note(&outcome, &format!("{title} ({id} {})", known.id))?;
    Ok(false)
}

/// Commits a batch and begins the next on the same connection, which has the temporary tables.
async fn commit(mut tx: Tx, mut batch: Batch) -> Result<Tx, ImportError> {
    if !batch.touched.is_empty() {
        batch.written.change = Some(Change::bulk(batch.touched));
    }
    let by = tx.by.clone();
    tx.record(&batch.written).await?;
    begin(tx.commit().await?, by).await
}

async fn begin(conn: NewsroomConn, by: Attribution) -> Result<Tx, ImportError> {
    let mut tx = Tx::begin(conn, by).await?;
    queries::give_time(&mut tx).await?;
    hold_off_merges(&mut tx).await?;
    Ok(tx)
}
