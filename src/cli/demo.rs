//! `kroniek demo`.

use secrecy::{ExposeSecret, SecretString};

use super::Failure;
use super::say::say;
use super::serve::{self, ServeArgs};
use crate::auth::{Role, random_key};
use crate::db::store::{Access, Store, keep};
use crate::exchange::demo;
use crate::keys::model::NewKey;
use crate::keys::queries::newsroom::insert_known;
use crate::publishing::{Attribution, AuditEntry, Record, write};
use crate::server::check_settings;

pub(super) async fn run(args: ServeArgs) -> Result<(), Failure> {
    check_settings(&args.serve, &args.store)?;
    let store = Store::open(&args.store, Access::Alone).await?;
    let served = serve(&store, &args).await;
    let closed = store.close().await;
    served?;
    Ok(closed?)
}

async fn serve(store: &Store, args: &ServeArgs) -> Result<(), Failure> {
    if demo::load(&store.pools).await? {
        tracing::info!("loaded the demo publication");
    }
    let key = key(store, args).await?;
    serve::until_stopped(store, &args.serve, |address| {
        let base = format!("http://{address}");
        say("De Peilschaal, the demo publication of Kroniek\n")?;
        say(format_args!(
            "  a page     {base}/v1/articles/een-terminal-op-het-schor"
        ))?;
        say(format_args!("  the site   {base}/v1/site"))?;
        say(format_args!("  reference  {base}/docs/"))?;
        say(format_args!("  admin key  {}\n", key.expose_secret()))
    })
    .await
}

/// The same key each time, kept in the data folder for its owner alone.
async fn key(store: &Store, args: &ServeArgs) -> Result<SecretString, Failure> {
    std::fs::create_dir_all(&args.store.data_dir)?;
    let key = keep(&args.store.data_dir.join("demo-key"), || {
        random_key().map_err(crate::db::store::StoreError::Random)
    })?;
    let new = NewKey::of_role("demo", Role::Admin, None);
    write(&store.pools, Attribution::command("demo"), async |tx| {
        let made = insert_known(tx, &new, &key).await?;
        let entry = made.map(|made| AuditEntry::of_key(made.row.id).to(made.version()));
        let record = Record {
            audit: entry.into_iter().collect(),
            ..Record::default()
        };
        Ok(((), record))
    })
    .await?;
    Ok(key)
}
