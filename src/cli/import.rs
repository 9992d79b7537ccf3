//! `kroniek import`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use super::Failure;
use crate::config::StoreConfig;
use crate::db::store::{Access, Store};
use crate::exchange::import::{Categories, Options};
use crate::exchange::wordpress;

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
        /// The export
        file: PathBuf,
        /// Tell what would happen and change nothing
        #[arg(long)]
        dry_run: bool,
        /// What becomes of categories
        #[arg(long, value_enum, default_value_t = Categories::Section)]
        categories: Categories,
        /// Write every line of the report to this file, one JSON object a line
        #[arg(long, value_name = "FILE")]
        report: Option<PathBuf>,
        #[command(flatten)]
        store: StoreConfig,
    },
}

pub(super) async fn run(args: ImportArgs) -> Result<(), Failure> {
    let Source::Wordpress {
        file,
        dry_run,
        categories,
        report,
        store,
    } = args.source;
    let store = Store::open(&store, Access::Beside).await?;
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template(
        "{bar:40} {bytes} of {total_bytes}, {eta} left",
    )?);
    let options = Options {
        file,
        dry_run,
        categories,
        report,
    };
    let done = wordpress::import(&store.pools, &options, |read, total| {
        bar.set_length(total);
        bar.set_position(read);
    })
    .await;
    bar.finish_and_clear();
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
