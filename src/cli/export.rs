//! `kroniek export`.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, stdout};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{HumanBytes, ProgressBar};

use super::Failure;
use crate::config::StoreConfig;
use crate::db::Pools;
use crate::db::store::{Access, Store};
use crate::exchange::kroniek;

/// What it takes.
#[derive(Args, Debug)]
pub(super) struct ExportArgs {
    /// Where to: a file, which only its owner may read and which stands there when it is whole, or - for standard output
    #[arg(long, default_value = "-", value_name = "FILE|-")]
    output: PathBuf,
    #[command(flatten)]
    store: StoreConfig,
}

pub(super) async fn run(args: ExportArgs) -> Result<(), Failure> {
    let store = Store::open(&args.store, Access::There).await?;
    let done = export(&store.pools, &args.output).await;
    let closed = store.close().await;
    let rows = done?;
    eprintln!("exported {rows} rows");
    Ok(closed?)
}

async fn export(pools: &Pools, output: &Path) -> Result<u64, Failure> {
    let bar = ProgressBar::new_spinner();
    let progress = |rows: u64, bytes: u64| {
        if rows.is_multiple_of(100) {
            bar.set_message(format!("{rows} rows, {}", HumanBytes(bytes)));
            bar.tick();
        }
    };
    let rows = if output == Path::new("-") {
        kroniek::export(pools, BufWriter::new(stdout()), progress).await?
    } else {
        let mut name = output.as_os_str().to_owned();
        name.push(".part");
        let part = PathBuf::from(name);
        let failed = |error| format!("can't write {}: {error}", part.display());
        let file = create(&part).map_err(failed)?;
        let done = kroniek::export(pools, BufWriter::with_capacity(1 << 16, &file), progress).await;
        let kept = match done {
            Ok(rows) => file
                .sync_all()
                .and_then(|()| std::fs::rename(&part, output))
                .map(|()| rows)
                .map_err(failed),
            Err(error) => Err(error.to_string()),
        };
        if kept.is_err() {
            drop(std::fs::remove_file(&part));
        }
        kept?
    };
    bar.finish_and_clear();
    Ok(rows)
}

/// A new file that only its owner may read: there are drafts in it.
fn create(path: &Path) -> std::io::Result<File> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}
