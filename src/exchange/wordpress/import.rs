//! Loading an export: two passes over the file, the second in batches.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use super::convert::passed_over;
use super::queries::{self, Attachment};
use super::reader::{Channel, Item, ItemKind, ReadError, Reader, Record};
use crate::db::{NewsroomConn, Pools};
use crate::error::Error;
use crate::exchange::report::Report;
use crate::publishing::{Attribution, Change, Record as Written, Touched, Tx};

mod load;

/// What becomes of categories.
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
    /// The file is not a WordPress export, or is broken.
    #[error("{path}: {source}")]
    Read {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        source: ReadError,
    },
    /// The newsroom can't be written.
    #[error("the import broke off: {0}. What was committed before stays; run it again to go on")]
    Newsroom(#[from] Error),
    /// The report can't be written.
    #[error("can't write the report: {0}")]
    Report(#[from] io::Error),
}

/// How many articles a transaction holds.
const BATCH: usize = 50;

/// Where an import stands.
struct Run<'o> {
    options: &'o Options,
    /// The site that was exported, by which its records are known.
    source: String,
    channel: Channel,
    report: Report,
}

/// Imports an export. `progress` is told how many bytes of how many have been read, both passes together.
///
/// # Errors
/// See [`ImportError`].
pub async fn import(
    pools: &Pools,
    options: &Options,
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
        source: String::new(),
        channel: Channel::default(),
        report: Report::with_file(report),
    };
    let mut conn = pools.newsroom().await?;
    run.lay_aside(&mut conn, |read| progress(read, size * 2))
        .await?;
    run.load(conn, |read| progress(size + read, size * 2))
        .await?;
    run.report.finish()?;
    Ok(run.report)
}

fn open(path: &Path) -> Result<Reader<BufReader<File>>, ImportError> {
    let file = File::open(path).map_err(|source| ImportError::File {
        path: path.to_owned(),
        source,
    })?;
    Ok(Reader::new(BufReader::with_capacity(1 << 16, file)))
}

impl Run<'_> {
    /// The first pass: what posts refer to.
    async fn lay_aside(
        &mut self,
        conn: &mut NewsroomConn,
        mut progress: impl FnMut(u64),
    ) -> Result<(), ImportError> {
        queries::lay_out(conn).await?;
        let mut reader = open(&self.options.file)?;
        let mut attachments = Vec::new();
        while let Some(record) = reader.next() {
            match record.map_err(|source| ImportError::Read {
                path: self.options.file.clone(),
                source,
            })? {
                Record::Channel(channel) => self.channel = channel,
                Record::Author(author) => {
                    queries::lay_author(conn, &author.login, &author.display_name).await?
                }
                Record::Item(item) if item.kind == ItemKind::Attachment => {
                    attachments.extend(attachment(*item))
                }
                Record::Skipped(skipped) => self
                    .report
                    .note(&format!("skipped: {}", skipped.reason), &skipped.what)?,
                Record::Item(_) | Record::Term(_) => {}
            }
            if attachments.len() >= 500 {
                queries::lay_attachments(conn, &attachments).await?;
                attachments.clear();
            }
            progress(reader.position());
        }
        queries::lay_attachments(conn, &attachments).await?;
        let base = if self.channel.base_blog_url.is_empty() {
            &self.channel.link
        } else {
            &self.channel.base_blog_url
        };
        self.source = format!("wordpress:{}", base.trim_end_matches('/'));
        Ok(())
    }

    /// The second pass: posts and pages. A dry run is one transaction that is undone at its end.
    async fn load(
        &mut self,
        conn: NewsroomConn,
        mut progress: impl FnMut(u64),
    ) -> Result<(), ImportError> {
        let mut reader = open(&self.options.file)?;
        let mut tx = Tx::begin(conn, Attribution::command("import wordpress")).await?;
        let (mut written, mut touched, mut waiting) = (Written::default(), Touched::default(), 0);
        while let Some(record) = reader.next() {
            let record = record.map_err(|source| ImportError::Read {
                path: self.options.file.clone(),
                source,
            })?;
            if let Record::Item(item) = record {
                match passed_over(&item) {
                    Some(reason) => self.pass_over(&item, &reason)?,
                    None => {
                        self.item(&mut tx, &item, &mut written, &mut touched)
                            .await?
                    }
                }
                waiting += 1;
            }
            if waiting == BATCH && !self.options.dry_run {
                tx = self.commit(tx, &mut written, &mut touched).await?;
                waiting = 0;
            }
            progress(reader.position());
        }
        if self.options.dry_run {
            tx.roll_back().await;
            return Ok(());
        }
        self.commit(tx, &mut written, &mut touched)
            .await?
            .roll_back()
            .await;
        Ok(())
    }

    fn pass_over(&mut self, item: &Item, reason: &str) -> io::Result<()> {
        let name = if item.title.is_empty() {
            format!("item {}", item.wp_id)
        } else {
            item.title.clone()
        };
        self.report.note(&format!("skipped: {reason}"), &name)
    }

    /// Commits a batch and begins the next on the same connection, which has the temporary tables.
    async fn commit(
        &self,
        mut tx: Tx,
        written: &mut Written,
        touched: &mut Touched,
    ) -> Result<Tx, ImportError> {
        let touched = std::mem::take(touched);
        let mut written = std::mem::take(written);
        if !touched.is_empty() {
            written.change = Some(Change::bulk(touched));
        }
        let by = tx.by.clone();
        tx.record(&written).await?;
        Ok(Tx::begin(tx.commit().await?, by).await?)
    }
}

fn attachment(item: Item) -> Option<Attachment> {
    let caption = Some(item.excerpt).filter(|caption| !caption.is_empty());
    Some(Attachment {
        wp_id: item.wp_id,
        url: item.attachment_url?,
        alt: item.alt_text,
        caption,
    })
}
