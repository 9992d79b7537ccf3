//! `kroniek import`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use super::Failure;
use crate::config::StoreConfig;
use crate::db::store::{Access, Store};
use crate::entities::queries::newsroom::complete_names;
use crate::exchange::import::{Categories, ImportError, Options};
use crate::exchange::report::Report;
use crate::exchange::{ghost, wordpress};
use crate::values::WebUrl;

/// What it takes.
#[derive(Args, Debug)]
pub(super) struct ImportArgs {
    #[command(subcommand)]
    source: Source,
}

#[derive(Subcommand, Debug)]
enum Source {
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

pub(super) async fn run(args: ImportArgs) -> Result<(), Failure> {
    let common = match &args.source {
        Source::Wordpress { common } | Source::Ghost { common, .. } => common,
    };
    let dry_run = common.dry_run;
    let store = Store::open(&common.store, Access::Beside).await?;
    complete_names(&store.pools).await?;
    let done = import(&store, args.source).await;
    let closed = store.close().await;
    let report = done?;
    println!(
        "{}\n",
        if dry_run {
            "Would happen (nothing was changed):"
        } else {
            "Imported:"
        }
    );
    print!("{report}");
    Ok(closed?)
}

async fn import(store: &Store, source: Source) -> Result<Report, Failure> {
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template(
        "{bar:40} {bytes} of {total_bytes}, {eta} left",
    )?);
    let progress = |read, total| {
        bar.set_length(total);
        bar.set_position(read);
    };
    let done: Result<Report, ImportError> = match source {
        Source::Wordpress { common } => {
            wordpress::import(&store.pools, &common.options(), progress).await
        }
        Source::Ghost { common, url } => {
            let common = common.options();
            let options = ghost::Options { common, url };
            ghost::import(&store.pools, &options, progress).await
        }
    };
    bar.finish_and_clear();
    Ok(done?)
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
