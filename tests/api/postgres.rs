//! One Postgres for the test process, with a migrated template that each test's database is cloned from. It ends with the process, whatever ends it,
//! and its folder with it.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use clap::Parser;
use kroniek::config::StoreConfig;
use kroniek::db::embedded::{Options, Server};
use kroniek::db::store::{Access, Store};
use secrecy::SecretString;

/// What every test's server signs with.
pub const SECRET: &str = "a secret of the tests, thirty-two characters and more";

static SERVER: OnceLock<Cluster> = OnceLock::new();
static NEXT: AtomicU32 = AtomicU32::new(1);

struct Cluster {
    url: String,
    _server: Server,
}

#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    store: StoreConfig,
}

/// The settings of a store on this database.
pub fn settings(url: &str) -> StoreConfig {
    let mut store = Settings::parse_from(["test", "--pool-size", "8"]).store;
    store.database_url = Some(SecretString::from(url.to_owned()));
    store.delivery_database_url = None;
    store.database_replica_url = None;
    store.secret = Some(SecretString::from(SECRET.to_owned()));
    store.data_dir = folder().join(url.rsplit('/').next().unwrap_or_default());
    store
}

/// Where the data folders of this process's servers are, one for each database.
fn folder() -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| temporary_folder("data"))
}

/// A folder that goes when this process ends.
#[allow(clippy::zombie_processes)] // the sweeper outlives this process: that is what it is for
pub fn temporary_folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("kroniek-test-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut sweeper = Command::new("sh");
    sweeper
        .args([
            "-c",
            "trap '' INT TERM; cat > /dev/null; sleep 3; rm -rf \"$1\"",
            "sh",
        ])
        .arg(&folder);
    let mut sweeper = sweeper
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::mem::forget(sweeper.stdin.take());
    folder
}

fn cluster() -> &'static Cluster {
    SERVER.get_or_init(|| {
        std::thread::spawn(|| {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let options = Options {
                    durable: false,
                    ..Options::new(temporary_folder("postgres"))
                };
                let server = Server::start(&options).await.unwrap();
                let url = server.url().to_owned();
                let admin = connect(&url).await;
                admin
                    .batch_execute("CREATE DATABASE template_kroniek")
                    .await
                    .unwrap();
                let store = Store::open(&settings(&named(&url, "template_kroniek")), Access::Alone)
                    .await
                    .unwrap();
                store.close().await.unwrap();
                Cluster {
                    url,
                    _server: server,
                }
            })
        })
        .join()
        .unwrap()
    })
}

/// The same address with another database.
pub fn named(url: &str, database: &str) -> String {
    let mut url = url::Url::parse(url).unwrap();
    url.set_path(database);
    url.to_string()
}

/// A plain connection.
pub async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .unwrap();
    tokio::spawn(connection);
    client
}

/// A new migrated database, and its owner's address.
pub async fn database() -> String {
    create("TEMPLATE template_kroniek STRATEGY file_copy").await
}

/// A new database with nothing in it.
pub async fn empty_database() -> String {
    create("TEMPLATE template0").await
}

async fn create(how: &str) -> String {
    let url = tokio::task::spawn_blocking(|| cluster().url.clone())
        .await
        .unwrap();
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let admin = connect(&url).await;
    for _ in 0..50 {
        let created = admin
            .batch_execute(&format!("CREATE DATABASE {name} {how}"))
            .await;
        match created {
            Ok(()) => break,
            Err(error) if error.to_string().contains("being accessed") => {
                tokio::task::yield_now().await
            }
            Err(error) => panic!("{error}"),
        }
    }
    named(&url, &name)
}
