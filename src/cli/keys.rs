//! `kroniek keys`.

use chrono::{DateTime, Duration, Utc};
use clap::{Args, Subcommand};
use secrecy::ExposeSecret;
use uuid::Uuid;

use super::Failure;
use crate::auth::{self, NewKey, Role};
use crate::config::StoreConfig;
use crate::db::NewsroomConn;
use crate::db::store::{Access, Store};
use crate::values::to_rfc3339;

/// What it takes.
#[derive(Args, Debug)]
pub(super) struct KeysArgs {
    #[command(subcommand)]
    command: KeysCommand,
}

#[derive(Subcommand, Debug)]
enum KeysCommand {
    /// Make a key and print it, the only time that it is seen
    Create {
        /// Its bundle of scopes
        #[arg(long, value_enum)]
        role: Role,
        /// For whom or what it is
        #[arg(long, value_parser = name)]
        name: String,
        /// After how many days it ends by itself
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..))]
        expires_in: Option<u16>,
        #[command(flatten)]
        store: StoreConfig,
    },
    /// List the keys, never their secrets
    List {
        #[command(flatten)]
        store: StoreConfig,
    },
    /// Revoke a key: from the next request on it is refused
    Revoke {
        /// Its id, as `keys list` shows it
        id: Uuid,
        #[command(flatten)]
        store: StoreConfig,
    },
}

fn name(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 100 || text.chars().any(char::is_control) {
        return Err("must be a name of 1 to 100 characters".to_owned());
    }
    Ok(text.to_owned())
}

pub(super) async fn run(args: KeysArgs) -> Result<(), Failure> {
    let (KeysCommand::Create { store, .. }
    | KeysCommand::List { store }
    | KeysCommand::Revoke { store, .. }) = &args.command;
    let store = Store::open(store, Access::Beside).await?;
    let done = execute(&args.command, &mut store.pools.newsroom().await?).await;
    let closed = store.close().await;
    done?;
    Ok(closed?)
}

async fn execute(command: &KeysCommand, conn: &mut NewsroomConn) -> Result<(), Failure> {
    match command {
        KeysCommand::Create {
            role,
            name,
            expires_in,
            ..
        } => {
            let expires_at = expires_in.map(|days| Utc::now() + Duration::days(days.into()));
            let key = auth::create(
                conn,
                &NewKey {
                    name,
                    role: *role,
                    expires_at,
                },
            )
            .await?;
            println!("{}", key.expose_secret());
        }
        KeysCommand::List { .. } => {
            let shown = |time: Option<DateTime<Utc>>| {
                time.as_ref().map_or_else(|| "-".to_owned(), to_rfc3339)
            };
            println!(
                "{:36}  {:8}  {:16}  {:24}  {:24}  {:24}  name",
                "id", "role", "key", "created", "expires", "revoked"
            );
            for key in auth::list(conn).await? {
                let (made, expires, revoked) = (
                    to_rfc3339(&key.created_at),
                    shown(key.expires_at),
                    shown(key.revoked_at),
                );
                println!(
                    "{:36}  {:8}  {:16}  {made:24}  {expires:24}  {revoked:24}  {}",
                    key.id,
                    key.role,
                    format!("{}…", key.hint),
                    key.name
                );
            }
        }
        KeysCommand::Revoke { id, .. } => {
            auth::revoke(conn, *id).await??;
            println!("revoked {id}");
        }
    }
    Ok(())
}
