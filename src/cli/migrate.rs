//! `kroniek migrate`.

use clap::Args;

use super::Failure;
use super::say::say;
use crate::config::StoreConfig;
use crate::db::store::{Access, Store};
use crate::entities::queries::newsroom::complete_names;

/// What it takes.
#[derive(Args, Debug)]
pub(super) struct MigrateArgs {
    #[command(flatten)]
    store: StoreConfig,
}

pub(super) async fn run(args: MigrateArgs) -> Result<(), Failure> {
    let config = StoreConfig {
        migrate: true,
        ..args.store
    };
    let store = Store::open(&config, Access::Beside).await?;
    complete_names(&store.pools).await?;
    say("the database is at its newest shape")?;
    Ok(store.close().await?)
}
