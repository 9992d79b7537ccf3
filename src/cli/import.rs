//! `kroniek import`.

use clap::Args;

use super::Failure;

/// What it takes.
#[derive(Args, Debug)]
pub(super) struct ImportArgs {}

pub(super) async fn run(_: ImportArgs) -> Result<(), Failure> {
    Ok(())
}
