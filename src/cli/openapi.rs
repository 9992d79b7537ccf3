//! `kroniek openapi`.

use std::path::PathBuf;

use clap::Args;

use super::Failure;
use super::say::say;
use crate::{api, openapi};

/// What it takes.
#[derive(Args, Debug)]
pub(super) struct OpenapiArgs {
    /// Write the document to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &OpenapiArgs) -> Result<(), Failure> {
    let text = openapi::text(&api::document()?)?;
    match &args.output {
        Some(path) => std::fs::write(path, text)
            .map_err(|error| format!("can't write {}: {error}", path.display()))?,
        None => say(text.trim_end())?,
    }
    Ok(())
}
