//! The embedded server by its public interface, with real servers; each test has a data folder of its own.

mod accounts;
mod crashes;
mod messages;
mod refusals;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio_postgres::{Client, NoTls};

use super::*;

/// Names the data folder for [`serves_until_killed`].
const FOLDER_VARIABLE: &str = "KRONIEK_TEST_SERVES";

/// A folder of one test's own, removed at its end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        let name: String = new_name();
        let path = std::env::temp_dir().join(format!("kroniek-test-{name}"));
        fs::create_dir(&path).unwrap();
        Self(path.canonicalize().unwrap())
    }

    fn options(&self) -> Options {
        Options {
            durable: false,
            download: false,
            ..Options::new(self.data())
        }
    }

    /// A data folder that does not exist yet.
    fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    fn cluster(&self) -> PathBuf {
        self.data().join("postgres")
    }

    /// A folder that looks like a cluster of `version`.
    fn imitate_cluster(&self, version: &str) {
        fs::create_dir_all(self.cluster()).unwrap();
        fs::write(self.cluster().join("PG_VERSION"), format!("{version}\n")).unwrap();
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn new_name() -> String {
    folder::new_password().unwrap().chars().take(12).collect()
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn number(client: &Client, query: &str) -> i32 {
    client.query_one(query, &[]).await.unwrap().get(0)
}

async fn text(client: &Client, query: &str) -> String {
    client.query_one(query, &[]).await.unwrap().get(0)
}

fn postmaster(cluster: &Path) -> u32 {
    pid_file::read(cluster).unwrap().unwrap().pid
}

/// Waits for something that comes about by itself soon.
fn wait_for(what: &str, mut come: impl FnMut() -> bool) {
    let began = Instant::now();
    while !come() {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "{what}: not after 20 s"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn kill(pid: u32) {
    let done = Command::new("kill")
        .args(["-KILL", &pid.to_string()])
        .status();
    assert!(done.unwrap().success());
}

/// Another Kroniek: this test program again, running [`serves_until_killed`]. Killed when dropped.
struct Other {
    child: Child,
    url: String,
}

impl Other {
    fn serve(data: &Path) -> Self {
        let mut child = test_process(&std::env::current_exe().unwrap(), "serves_until_killed")
            .args(["--ignored"])
            .env(FOLDER_VARIABLE, data)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.contains("serving ") {
            line.clear();
            assert_ne!(output.read_line(&mut line).unwrap(), 0, "it did not start");
        }
        let url = line.split("serving ").nth(1).unwrap().trim().to_owned();
        Self { child, url }
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A command that runs one test of this module in a process of its own.
fn test_process(program: &Path, test: &str) -> Command {
    let (_crate, module) = module_path!().split_once("::").unwrap();
    let mut command = Command::new(program);
    command.args(["--exact", &format!("{module}::{test}"), "--nocapture"]);
    command
}

#[tokio::test]
#[ignore = "other tests run it in a process of its own"]
async fn serves_until_killed() {
    let Some(data) = std::env::var_os(FOLDER_VARIABLE) else {
        return;
    };
    let server = Server::start(&Options {
        durable: false,
        download: false,
        ..Options::new(data)
    })
    .await
    .unwrap();
    println!("\nserving {}", server.url());
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn starts_and_goes_on_with_its_data() {
    let scratch = Scratch::new();
    assert_eq!(running(&scratch.data()).unwrap(), None);

    let server = Server::start(&scratch.options()).await.unwrap();
    let url = server.url().to_owned();
    assert_eq!(running(&scratch.data()).unwrap(), Some(url.clone()));
    let client = connect(&url).await;
    client
        .batch_execute("CREATE TABLE kept (n integer); INSERT INTO kept VALUES (7)")
        .await
        .unwrap();
    server.stop().await.unwrap();
    assert_eq!(running(&scratch.data()).unwrap(), None);

    let began = Instant::now();
    let server = Server::start(&scratch.options()).await.unwrap();
    println!("started again in {:?}", began.elapsed());
    assert_eq!(server.url(), url, "port and password are kept");
    assert_eq!(number(&connect(&url).await, "SELECT n FROM kept").await, 7);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn sorts_by_code_point_and_knows_letters_of_all_languages() {
    let scratch = Scratch::new();
    let server = Server::start(&scratch.options()).await.unwrap();
    let client = connect(server.url()).await;
    let setting = async |name: &str| text(&client, &format!("SHOW {name}")).await;
    assert_eq!(setting("server_encoding").await, "UTF8");
    assert_eq!(setting("listen_addresses").await, "127.0.0.1");
    assert_eq!(setting("unix_socket_directories").await, "");
    assert_eq!(setting("max_connections").await, "200");
    assert_eq!(setting("jit").await, "off");
    assert_eq!(setting("timezone").await, "UTC");
    assert_eq!(
        text(
            &client,
            "SELECT string_agg(x, '' ORDER BY x) FROM unnest('{b,é,A,a,B}'::text[]) x"
        )
        .await,
        "ABabé"
    );
    assert_eq!(text(&client, "SELECT lower('ÉÏ')").await, "éï");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn durable_unless_told_otherwise() {
    let scratch = Scratch::new();
    for (durable, expected) in [(true, "on"), (false, "off")] {
        let options = Options {
            durable,
            ..scratch.options()
        };
        let server = Server::start(&options).await.unwrap();
        let client = connect(server.url()).await;
        for name in ["fsync", "synchronous_commit", "full_page_writes"] {
            assert_eq!(
                text(&client, &format!("SHOW {name}")).await,
                expected,
                "{name}"
            );
        }
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn the_password_is_needed_and_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    let server = Server::start(&scratch.options()).await.unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&scratch.data().join("postgres-password")), 0o600);
    assert_eq!(mode(&scratch.data().join("postgres.log")), 0o600);
    assert_eq!(mode(&scratch.cluster()), 0o700);

    let kept = fs::read_to_string(scratch.data().join("postgres-password")).unwrap();
    let wrong = server.url().replace(kept.trim(), "wrong");
    assert!(tokio_postgres::connect(&wrong, NoTls).await.is_err());
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_lost_password_is_replaced_and_a_wrong_one_told() {
    let scratch = Scratch::new();
    let file = scratch.data().join("postgres-password");
    let server = Server::start(&scratch.options()).await.unwrap();
    server.stop().await.unwrap();

    fs::write(&file, "0".repeat(48)).unwrap();
    let error = Server::start(&scratch.options()).await.unwrap_err();
    assert!(matches!(&error, Error::Password { .. }), "{error}");
    assert_eq!(running(&scratch.data()).unwrap(), None);

    fs::remove_file(&file).unwrap();
    let server = Server::start(&scratch.options()).await.unwrap();
    assert_eq!(number(&connect(server.url()).await, "SELECT 1").await, 1);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_dropped_database_is_made_again() {
    let scratch = Scratch::new();
    let server = Server::start(&scratch.options()).await.unwrap();
    let client = connect(
        &server
            .url()
            .rsplit_once('/')
            .map(|(server, _)| format!("{server}/postgres"))
            .unwrap(),
    )
    .await;
    client
        .batch_execute("DROP DATABASE kroniek WITH (FORCE)")
        .await
        .unwrap();
    server.stop().await.unwrap();

    let server = Server::start(&scratch.options()).await.unwrap();
    assert_eq!(number(&connect(server.url()).await, "SELECT 1").await, 1);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_folder_in_use_is_refused() {
    let scratch = Scratch::new();
    let server = Server::start(&scratch.options()).await.unwrap();
    match Server::start(&scratch.options()).await.unwrap_err() {
        Error::InUse { folder, pid } => {
            assert_eq!(folder, scratch.data());
            assert_eq!(pid, Some(std::process::id()));
        }
        other => panic!("{other}"),
    }
    server.stop().await.unwrap();
}

#[tokio::test]
async fn of_two_that_start_at_once_one_makes_the_cluster() {
    let scratch = Scratch::new();
    let options = scratch.options();
    let (one, two) = tokio::join!(Server::start(&options), Server::start(&options));
    let (server, error) = match (one, two) {
        (Ok(server), Err(error)) | (Err(error), Ok(server)) => (server, error),
        other => panic!("{other:?}"),
    };
    assert!(matches!(error, Error::InUse { .. }), "{error}");
    assert_eq!(number(&connect(server.url()).await, "SELECT 1").await, 1);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_taken_port_is_told_when_it_was_asked_for_and_avoided_when_not() {
    let scratch = Scratch::new();
    let taken = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let options = Options {
        port: Some(port),
        ..scratch.options()
    };
    let error = Server::start(&options).await.unwrap_err();
    assert!(
        matches!(error, Error::PortTaken { port: told } if told == port),
        "{error}"
    );

    fs::write(scratch.data().join("postgres-port"), port.to_string()).unwrap();
    let server = Server::start(&scratch.options()).await.unwrap();
    assert!(!server.url().contains(&format!(":{port}/")));
    server.stop().await.unwrap();

    drop(taken);
    let server = Server::start(&options).await.unwrap();
    assert!(server.url().contains(&format!(":{port}/")));
    server.stop().await.unwrap();
}

#[tokio::test]
async fn an_unfinished_cluster_is_made_anew() {
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.data().join("postgres.new/base")).unwrap();
    let server = Server::start(&scratch.options()).await.unwrap();
    assert!(!scratch.data().join("postgres.new").exists());
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_download_is_found_at_the_next_start() {
    let scratch = Scratch::new();
    let packed = scratch.0.join("postgresql-99.1.0/bin");
    fs::create_dir_all(&packed).unwrap();
    for name in ["postgres", "initdb"] {
        let program = packed.join(name);
        fs::write(&program, "#!/bin/sh\necho 'postgres (PostgreSQL) 99.1'\n").unwrap();
        fs::set_permissions(
            &program,
            std::os::unix::fs::PermissionsExt::from_mode(0o755),
        )
        .unwrap();
    }
    let archive = Command::new("tar")
        .args(["-cz", "postgresql-99.1.0"])
        .current_dir(&scratch.0)
        .output()
        .unwrap();
    let data = DataFolder::at(&scratch.data()).unwrap();
    scratch.imitate_cluster("99");
    let folder = data.downloads().join("99");
    let bin = download::unpack(&archive.stdout, &folder).await.unwrap();
    assert_eq!(bin, folder.join("bin"));
    let account = Account::choose(data.path()).unwrap();
    let found = binaries::find(&scratch.options(), &data, &account)
        .await
        .unwrap();
    assert_eq!(found, Binaries { bin, major: 99 });
}
