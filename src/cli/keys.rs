//! `kroniek keys`: what `/v1/manage/keys` does, as the owner, who has no limits.

use chrono::{DateTime, Duration, Utc};
use clap::{ArgGroup, Args, Subcommand};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::Failure;
use super::say::say;
use crate::auth::{Role, Scope};
use crate::config::StoreConfig;
use crate::db::Pools;
use crate::db::store::{Access, Store};
use crate::error::{Code, Error};
use crate::keys::model::{Grace, Key, NewKey};
use crate::keys::queries::newsroom as queries;
use crate::publishing::{Attribution, AuditEntry, Record, write};
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
    #[command(group = ArgGroup::new("rights").required(true).args(["role", "scopes"]))]
    Create {
        /// Its bundle of scopes
        #[arg(long, value_enum)]
        role: Option<Role>,
        /// Its scopes one by one, separated by commas, in place of a role
        #[arg(long, value_name = "SCOPES", value_delimiter = ',')]
        scopes: Vec<Scope>,
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
    /// Give a key a new secret and print it, the only time that it is seen; the one of now stays good for a while
    Rotate {
        /// Its id, as `keys list` shows it
        #[arg(value_parser = key_id)]
        id: Uuid,
        /// How long the secret of now stays good, in seconds: 0 to 2592000 (30 days)
        #[arg(long, value_name = "SECONDS", default_value = "86400", value_parser = grace)]
        grace: Grace,
        #[command(flatten)]
        store: StoreConfig,
    },
    /// Revoke a key: from the next request on it is refused
    Revoke {
        /// Its id, as `keys list` shows it
        #[arg(value_parser = key_id)]
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

fn key_id(text: &str) -> Result<Uuid, String> {
    let id = text.parse();
    id.map_err(|_| "is no id of a key; `kroniek keys list` shows them".to_owned())
}

fn grace(text: &str) -> Result<Grace, String> {
    let seconds = text.parse().ok().and_then(Grace::of_seconds);
    seconds.ok_or_else(|| "must be a number of seconds from 0 to 2592000 (30 days)".to_owned())
}

pub(super) async fn run(args: KeysArgs) -> Result<(), Failure> {
    let (KeysCommand::Create { store, .. }
    | KeysCommand::List { store }
    | KeysCommand::Rotate { store, .. }
    | KeysCommand::Revoke { store, .. }) = &args.command;
    let access = match args.command {
        KeysCommand::Create { .. } => Access::Beside,
        _ => Access::There,
    };
    let store = Store::open(store, access).await?;
    let done = execute(args.command, &store.pools).await;
    let closed = store.close().await;
    done?;
    Ok(closed?)
}

async fn execute(command: KeysCommand, pools: &Pools) -> Result<(), Failure> {
    match command {
        KeysCommand::Create {
            role,
            scopes,
            name,
            expires_in,
            ..
        } => {
            let new = match role {
                Some(role) => NewKey::of_role(name, role, None),
                None => NewKey::of_scopes(name, scopes, None),
            };
            if role == Some(Role::Partner) {
                eprintln!(
                    "this key belongs to no partner yet, and reads nothing under /v1/syndication: POST /v1/manage/partners/{{id}}/keys makes one that does"
                );
            }
            say(create(pools, new, expires_in).await?.expose_secret())?;
        }
        KeysCommand::List { .. } => show(&queries::all(&mut pools.newsroom().await?).await?)?,
        KeysCommand::Rotate { id, grace, .. } => {
            say(rotate(pools, id, grace).await?.expose_secret())?;
        }
        KeysCommand::Revoke { id, .. } => match revoke(pools, id).await? {
            None => say(format_args!("revoked {id}"))?,
            Some(time) => say(format_args!(
                "{id} has been revoked since {}",
                to_rfc3339(&time)
            ))?,
        },
    }
    Ok(())
}

/// What a write leaves in the audit.
fn record(entry: AuditEntry) -> Record {
    Record {
        audit: vec![entry],
        ..Record::default()
    }
}

/// It ends after so many days by the database's clock, as all keys do.
async fn create(pools: &Pools, mut new: NewKey, days: Option<u16>) -> Result<SecretString, Error> {
    write(
        pools,
        Attribution::command("keys create"),
        async move |tx| {
            new.expires_at = days.map(|days| tx.now + Duration::days(days.into()));
            let (key, secret) = queries::insert(tx, &new).await?;
            let entry = AuditEntry::of_key(key.row.id).to(key.version());
            Ok((secret, record(entry)))
        },
    )
    .await
}

async fn rotate(pools: &Pools, id: Uuid, grace: Grace) -> Result<SecretString, Failure> {
    let rotated = write(
        pools,
        Attribution::command("keys rotate"),
        async move |tx| {
            let (before, _) = queries::lock(tx, id).await?;
            before.require_active()?;
            let (key, secret) = queries::rotate(tx, &before, grace).await?;
            let entry = AuditEntry::of_key(id).from(before.version());
            Ok((secret, record(entry.to(key.version()))))
        },
    );
    rotated.await.map_err(|error| told(error, id))
}

/// Gives since when it has been revoked, if it was before this.
async fn revoke(pools: &Pools, id: Uuid) -> Result<Option<DateTime<Utc>>, Failure> {
    let revoked = write(
        pools,
        Attribution::command("keys revoke"),
        async move |tx| {
            let (before, _) = queries::lock(tx, id).await?;
            if before.row.revoked_at.is_some() {
                return Ok((before.row.revoked_at, Record::default()));
            }
            let key = queries::revoke(tx, &before).await?;
            let entry = AuditEntry::of_key(id).from(before.version());
            Ok((None, record(entry.to(key.version()))))
        },
    );
    revoked.await.map_err(|error| told(error, id))
}

fn told(error: Error, id: Uuid) -> Failure {
    if error.code() == Code::NotFound {
        return format!("no key has the id {id}; `kroniek keys list` shows all").into();
    }
    error.into()
}

fn show(keys: &[Key]) -> Result<(), Failure> {
    let shown =
        |time: Option<DateTime<Utc>>| time.as_ref().map_or_else(|| "-".to_owned(), to_rfc3339);
    say(format_args!(
        "{:36}  {:8}  {:12}  {:24}  {:24}  {:24}  {:24}  name",
        "id", "role", "key", "created", "expires", "last used", "revoked"
    ))?;
    for Key {
        row, last_used_at, ..
    } in keys
    {
        say(format_args!(
            "{:36}  {:8}  {:12}  {:24}  {:24}  {:24}  {:24}  {}",
            row.id,
            row.role,
            format!("{}…", row.hint),
            to_rfc3339(&row.created_at),
            shown(row.expires_at),
            shown(*last_used_at),
            shown(row.revoked_at),
            row.name
        ))?;
    }
    Ok(())
}
