//! `kroniek serve`.

use std::net::SocketAddr;

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use super::Failure;
use super::say::say;
use crate::config::{ServeConfig, StoreConfig};
use crate::db::store::{Access, Store};
use crate::server;

/// What `serve` and `demo` take.
#[derive(Args, Debug)]
pub(super) struct ServeArgs {
    #[command(flatten)]
    pub store: StoreConfig,
    #[command(flatten)]
    pub serve: ServeConfig,
}

pub(super) async fn run(args: ServeArgs) -> Result<(), Failure> {
    server::check_settings(&args.serve, &args.store)?;
    let store = Store::open(&args.store, Access::Alone).await?;
    let served = until_stopped(&store, &args.serve, |_| Ok(())).await;
    let closed = store.close().await;
    served?;
    Ok(closed?)
}

/// Serves until SIGTERM or SIGINT, then shuts down in order. What is to be announced of the address comes before the line that tells it.
pub(super) async fn until_stopped(
    store: &Store,
    config: &ServeConfig,
    announce: impl FnOnce(SocketAddr) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let mut running = server::start(store, config).await?;
    announce(running.address)?;
    say(format_args!("listening on http://{}", running.address))?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        failed = running.failed() => return Ok(failed?),
    }
    tracing::info!("shutting down");
    running.stop().await;
    Ok(())
}
