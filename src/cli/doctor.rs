//! `kroniek doctor`: one line a check, with what to do. It changes nothing, unless a new epoch is asked for.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use clap::Args;
use secrecy::SecretString;

use super::Failure;
use super::say::say;
use crate::auth::database_password;
use crate::config::{ServeConfig, StoreConfig};
use crate::db::Address;
use crate::db::doctor::{Check, Patient, State, examine};
use crate::db::store::{Access, Store, check_secrets, check_there, locate, secret};
use crate::media::store::MediaStore;
use crate::publishing::{Attribution, Record, begin_epoch, write};
use crate::server::check_settings;

/// How long the store of media may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What it takes.
#[derive(Args, Debug)]
pub(super) struct DoctorArgs {
    /// Begin a new epoch of the change log, after a restore or a failover that may have lost commits; then check
    #[arg(long)]
    new_epoch: bool,
    /// Print the checks as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    store: StoreConfig,
    #[command(flatten)]
    serve: ServeConfig,
}

pub(super) async fn run(args: DoctorArgs) -> Result<(), Failure> {
    if args.new_epoch {
        new_epoch(&args.store).await?;
    }
    let mut found = vec![settings(&args)];
    if found.iter().all(|check| check.state != State::Failed) {
        found.push(media(&args).await);
        found.extend(database(&args.store).await?);
    }
    if args.json {
        say(serde_json::json!({"checks": found}))?;
    } else {
        for Check {
            name,
            state,
            detail,
        } in &found
        {
            say(format_args!("{:8} {name:11} {detail}", state.as_str()))?;
        }
    }
    let failed = found.iter().filter(|check| check.state == State::Failed);
    match failed.count() {
        0 => Ok(()),
        1 => Err("1 check failed; its line says what to do".into()),
        count => Err(format!("{count} checks failed; their lines say what to do").into()),
    }
}

/// What the settings alone tell. One that can't be read has been told before this.
fn settings(args: &DoctorArgs) -> Check {
    let failed =
        |error: &dyn std::fmt::Display| Check::new("settings", State::Failed, error.to_string());
    if let Err(error) = check_secrets(&args.store) {
        return failed(&error);
    }
    if let Err(error) = check_settings(&args.serve, &args.store) {
        return failed(&error);
    }
    if let Err(error) = check_there(&args.store) {
        return failed(&error);
    }
    let folder = &args.store.data_dir;
    for name in ["secret", "demo-key", "postgres-password"] {
        let path = folder.join(name);
        let open =
            std::fs::metadata(&path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0);
        if open {
            let path = path.display();
            let detail = format!("others on this machine can read {path}. Run chmod 600 {path}");
            return Check::new("settings", State::Warning, detail);
        }
    }
    Check::new("settings", State::Ok, "can be used as they are")
}

/// Whether the files of pictures can be reached. A folder is made with the first.
async fn media(args: &DoctorArgs) -> Check {
    let failed = |detail: String| Check::new("media", State::Failed, detail);
    let store = match MediaStore::open(&args.serve.media, &args.store.data_dir) {
        Ok(store) => store,
        Err(error) => return failed(error.to_string()),
    };
    match tokio::time::timeout(PATIENCE, store.look()).await {
        Ok(Ok(())) => Check::new("media", State::Ok, format!("files are in {}", store.name())),
        Ok(Err(error)) => failed(format!("{} can't be read: {error}", store.name())),
        Err(_) => failed(format!("{} gives no answer", store.name())),
    }
}

async fn database(config: &StoreConfig) -> Result<Vec<Check>, Failure> {
    let (url, server) = match locate(config, Access::There).await {
        Ok(located) => located,
        Err(error) => {
            return Ok(vec![Check::new(
                "database",
                State::Failed,
                error.to_string(),
            )]);
        }
    };
    let found = examined(config, &url).await;
    if let Some(server) = server {
        server.stop().await?;
    }
    found
}

async fn examined(config: &StoreConfig, url: &SecretString) -> Result<Vec<Check>, Failure> {
    let failed = |error: &dyn std::fmt::Display| {
        Ok(vec![Check::new(
            "database",
            State::Failed,
            error.to_string(),
        )])
    };
    let owner = match Address::read(url, "DATABASE_URL") {
        Ok(owner) => owner,
        Err(error) => return failed(&error),
    };
    let told = config.delivery_database_url.as_ref();
    let delivery = match told.map(|url| Address::read(url, "KRONIEK_DELIVERY_DATABASE_URL")) {
        Some(Err(error)) => return failed(&error),
        told => told.and_then(Result::ok),
    };
    let replica = config.database_replica_url.as_ref();
    let replica = match replica.map(|url| Address::read(url, "DATABASE_REPLICA_URL")) {
        Some(Err(error)) => return failed(&error),
        told => told.and_then(Result::ok),
    };
    let password = database_password(&secret(config)?);
    let patient = Patient {
        owner: &owner,
        delivery: delivery.as_ref(),
        replica: replica.as_ref(),
        password: &password,
    };
    Ok(examine(&patient).await)
}

/// Begins the epoch and tells it on standard error, so that the checks stay alone on standard output.
async fn new_epoch(config: &StoreConfig) -> Result<(), Failure> {
    let store = Store::open(config, Access::There).await?;
    let begun = write(&store.pools, Attribution::command("doctor"), async |tx| {
        Ok((begin_epoch(tx).await?, Record::default()))
    })
    .await;
    let closed = store.close().await;
    let seq = begun?;
    eprintln!(
        "began epoch {}: clients start over, and caches are void",
        seq.epoch
    );
    Ok(closed?)
}
