//! `kroniek import`.

use std::fmt::Display;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use super::Failure;
use super::say::say;
use crate::config::StoreConfig;
use crate::db::store::{Access, Store};
use crate::entities::queries::newsroom::complete_names;
use crate::exchange::import::{Categories, ImportError, Options};
use crate::exchange::report::Report;
use crate::exchange::{ghost, kroniek, wordpress};
use crate::values::WebUrl;

/// What it takes.
#[derive(Args, Debug)]
pub(super) struct ImportArgs {
    #[command(subcommand)]
    source: Source,
}

#[derive(Subcommand, Debug)]
enum Source {
    /// An export of `kroniek export`, into an empty newsroom, whole or not at all
    Kroniek {
        /// The export
        file: PathBuf,
        /// Check everything and change nothing
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        store: StoreConfig,
    },
    /// A WordPress export (WXR 1.0 to 1.2, from Tools > Export). A second run of the same file changes nothing
    Wordpress {
        #[command(flatten)]
        common: CommonArgs,
    },
    /// A Ghost export (JSON, from Settings > Migration tools > Export content). A second run of the same file changes nothing
    Ghost {
        #[command(flatten)]
        common: CommonArgs,
        /// The address of the Ghost site, which the export does not tell: for links and pictures. The publication's own unless told
        #[arg(long, value_name = "URL", value_parser = web_url)]
        url: Option<WebUrl>,
    },
}

/// What every import takes.
#[derive(Args, Debug)]
struct CommonArgs {
    /// The export
    file: PathBuf,
    /// Tell what would happen and change nothing
    #[arg(long)]
    dry_run: bool,
    /// What becomes of categories, or of the first tag where there are only tags
    #[arg(long, value_enum, default_value_t = Categories::Section)]
    categories: Categories,
    /// Write every line of the report to this file, one JSON object a line
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    store: StoreConfig,
}

fn web_url(text: &str) -> Result<WebUrl, String> {
    WebUrl::parse(text).map_err(|fault| fault.detail().to_owned())
}

impl Source {
    fn store(&self) -> (&StoreConfig, bool) {
        match self {
            Self::Kroniek { store, dry_run, .. } => (store, *dry_run),
            Self::Wordpress { common } | Self::Ghost { common, .. } => {
                (&common.store, common.dry_run)
            }
        }
    }
}

pub(super) async fn run(args: ImportArgs) -> Result<(), Failure> {
    let (store, dry_run) = args.source.store();
    let store = Store::open(store, Access::Beside).await?;
    complete_names(&store.pools).await?;
    let done = import(&store, args.source).await;
    let closed = store.close().await;
    let report = done?;
    let done = if dry_run {
        "Would happen (nothing was changed):"
    } else {
        "Imported:"
    };
    say(format_args!("{done}\n\n{}", report.to_string().trim_end()))?;
    Ok(closed?)
}

async fn import(store: &Store, source: Source) -> Result<Box<dyn Display>, Failure> {
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template(
        "{bar:40} {bytes} of {total_bytes}, {eta} left",
    )?);
    let progress = |read, total| {
        bar.set_length(total);
        bar.set_position(read);
    };
    let done: Result<Box<dyn Display>, Failure> = match source {
        Source::Kroniek { file, dry_run, .. } => {
            match kroniek::import(&store.pools, &file, dry_run, progress).await {
                Ok(counts) => complete_names(&store.pools)
                    .await
                    .map(|()| Box::new(counts) as _)
                    .map_err(Into::into),
                Err(error) => Err(error.into()),
            }
        }
        Source::Wordpress { common } => {
            told(wordpress::import(&store.pools, &common.options(), progress).await)
        }
        Source::Ghost { common, url } => {
            let common = common.options();
            let options = ghost::Options { common, url };
            told(ghost::import(&store.pools, &options, progress).await)
        }
    };
    bar.finish_and_clear();
    done
}

fn told(done: Result<Report, ImportError>) -> Result<Box<dyn Display>, Failure> {
    Ok(Box::new(done?))
}

impl CommonArgs {
    fn options(self) -> Options {
        Options {
            file: self.file,
            dry_run: self.dry_run,
            categories: self.categories,
            report: self.report,
        }
    }
}
