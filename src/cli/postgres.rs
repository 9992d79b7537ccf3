//! `kroniek postgres`.

use std::path::PathBuf;

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use super::Failure;
use super::say::say;
use crate::db::embedded::{Options, Server};

/// What it takes.
#[derive(Args, Debug)]
pub(super) struct PostgresArgs {
    /// Folder for its data and password
    #[arg(
        long,
        env = "KRONIEK_DATA_DIR",
        default_value = "kroniek-data",
        value_name = "FOLDER"
    )]
    data_dir: PathBuf,
    /// Folder with the Postgres binaries, where they are not found by themselves
    #[arg(long, env = "KRONIEK_POSTGRES_BIN", value_name = "FOLDER")]
    postgres_bin: Option<PathBuf>,
    /// The port to listen on at 127.0.0.1; unless told, a free one that is kept
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// Trade safety for speed: data may be lost when Postgres or the machine ends suddenly. For tests
    #[arg(long)]
    not_durable: bool,
}

pub(super) async fn run(args: PostgresArgs) -> Result<(), Failure> {
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let options = Options {
        port: args.port,
        durable: !args.not_durable,
        bin_dir: args.postgres_bin,
        ..Options::new(&args.data_dir)
    };
    let server = Server::start(&options).await?;
    say(server.url())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(server.stop().await?)
}
