//! `kroniek rebuild`.

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::Failure;
use super::say::say;
use crate::config::StoreConfig;
use crate::db::Pools;
use crate::db::store::{Access, Store};
use crate::publishing::rebuild::{self, Outcome};
use crate::values::to_rfc3339;

/// What it takes.
#[derive(Args, Debug)]
pub(super) struct RebuildArgs {
    /// Begin anew, also where one was stopped on the way
    #[arg(long)]
    restart: bool,
    #[command(flatten)]
    store: StoreConfig,
}

pub(super) async fn run(args: RebuildArgs) -> Result<(), Failure> {
    let store = Store::open(&args.store, Access::There).await?;
    let done = rebuild(&store.pools, args.restart).await;
    let closed = store.close().await;
    let Outcome {
        rendered,
        seen,
        changed,
    } = done?;
    say(format_args!(
        "rendered {rendered} texts anew; looked at {seen} things, of which {changed} were not as they should be and now are"
    ))?;
    Ok(closed?)
}

async fn rebuild(pools: &Pools, restart: bool) -> Result<Outcome, Failure> {
    if !restart && let Some(begun) = rebuild::interrupted(pools).await? {
        eprintln!(
            "going on with the rebuild that was begun at {}; --restart begins anew",
            to_rfc3339(&begun)
        );
    }
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template(
        "{bar:40} {pos} of {len}, {msg}, {eta} left",
    )?);
    let done = rebuild::run(pools, restart, |progress| {
        bar.set_length(progress.of.max(progress.seen));
        bar.set_position(progress.seen);
        bar.set_message(progress.step.as_str());
    })
    .await;
    bar.finish_and_clear();
    Ok(done?)
}
