//! A streaming replica: delivery reads from it while it has all that the node knows of, and from the primary otherwise.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::fs::chown;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use kroniek::db::embedded::{Options, Server};
use secrecy::SecretString;
use serde_json::json;
use url::Url;
use uuid::Uuid;

use crate::app::App;
use crate::command_line::{program, run};
use crate::postgres::{connect, settings, temporary_folder};

/// A primary and its replica.
pub struct Pair {
    pub primary: Server,
    pub replica: Server,
}

impl Pair {
    /// A new server, and a copy of it that follows it.
    pub async fn start() -> Self {
        let pair = Uuid::new_v4();
        let [here, there] =
            ["primary", "replica"].map(|name| temporary_folder(&format!("{name}-{pair}")));
        let options = |folder: &Path| Options {
            durable: false,
            ..Options::new(folder)
        };
        let first = Server::start(&options(&here)).await.unwrap();
        first.stop().await.unwrap();
        let copied = Command::new("cp")
            .arg("-a")
            .arg(here.join("."))
            .arg(&there)
            .status();
        assert!(copied.unwrap().success());
        let primary = Server::start(&options(&here)).await.unwrap();
        let url = Url::parse(primary.url()).unwrap();
        let cluster = there.join("postgres");
        let conf = cluster.join("postgresql.conf");
        let conninfo = format!(
            "primary_conninfo = 'host=127.0.0.1 port={} user={} password={}'\n",
            url.port().unwrap(),
            url.username(),
            url.password().unwrap()
        );
        let told = fs::read_to_string(&conf).unwrap();
        fs::write(&conf, format!("{told}\n{conninfo}hot_standby = on\n")).unwrap();
        let signal = cluster.join("standby.signal");
        fs::write(&signal, "").unwrap();
        let owner = fs::metadata(&cluster).unwrap();
        chown(&signal, Some(owner.uid()), Some(owner.gid())).unwrap();
        let replica = Server::start(&options(&there)).await.unwrap();
        Self { primary, replica }
    }

    pub async fn replica_runs(&self, sql: &str) {
        connect(self.replica.url())
            .await
            .batch_execute(sql)
            .await
            .unwrap();
    }

    /// How many rows of delivery's articles the replica has sent from its table since the start.
    async fn read_from_replica(&self) -> i64 {
        let client = connect(self.replica.url()).await;
        let query = "SELECT coalesce(sum(xact_commit), 0)::bigint FROM pg_stat_database WHERE datname = current_database()";
        client.query_one(query, &[]).await.unwrap().get(0)
    }
}

/// Answers until the replica is seen to be read from; it must be within ten seconds.
async fn expect_replica_is_read(pair: &Pair, app: &App) {
    let (before, begun) = (pair.read_from_replica().await, Instant::now());
    while pair.read_from_replica().await < before + 200 {
        for _ in 0..50 {
            app.get("/v1/authors").await.expect(200);
        }
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "the replica is not read from"
        );
    }
}

/// What the doctor says of this replica.
async fn judged(primary: &str, replica: &str) -> (String, String) {
    let mut doctor = program(&["doctor"]);
    doctor.env("DATABASE_URL", primary);
    doctor.env("DATABASE_REPLICA_URL", replica);
    let found = run(doctor).await;
    let (state, detail) = found.check("replica");
    (state.to_owned(), detail.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_replica_lacks_is_read_from_the_primary() {
    let pair = Pair::start().await;
    let mut store = settings(pair.primary.url());
    store.database_replica_url = Some(SecretString::from(pair.replica.url().to_owned()));
    // Nothing is kept, so that each answer is read.
    let flags = ["--workers=1", "--cache-size=0"];
    let app = App::serving(pair.primary.url(), &store, &flags).await;
    app.make("/authors", json!({"name": "A0", "slug": "a"}))
        .await;
    app.publish(json!({"headline": "X", "authors": ["a"]}))
        .await;
    expect_replica_is_read(&pair, &app).await;

    for (phase, sql) in [
        ("running", "SELECT 1"),
        ("paused", "SELECT pg_wal_replay_pause()"),
        ("resumed", "SELECT pg_wal_replay_resume()"),
    ] {
        pair.replica_runs(sql).await;
        if phase == "running" {
            let found = judged(pair.primary.url(), pair.replica.url()).await;
            assert_eq!(found.0, "ok", "{found:?}");
        }
        for count in 1..=20 {
            let name = format!("{phase} {count}");
            let change = app.manage("PATCH", "/authors/a").if_match("*");
            change.json(&json!({"name": name})).send().await.expect(200);
            for path in ["/v1/authors/a", "/v1/articles/x?include=authors"] {
                let answer = app.get(path).await.expect(200);
                assert!(answer.text.contains(&name), "{name}: {}", answer.text);
            }
        }
    }
    expect_replica_is_read(&pair, &app).await;

    pair.replica_runs("SELECT pg_wal_replay_pause()").await;
    app.publish(json!({"headline": "Y"})).await;
    let found = judged(pair.primary.url(), pair.replica.url()).await;
    assert!(
        found.0 == "warning" && found.1.contains("1 changes behind"),
        "{found:?}"
    );
    pair.replica_runs("SELECT pg_wal_replay_resume()").await;
    let found = judged(pair.primary.url(), pair.primary.url()).await;
    assert!(
        found.0 == "warning" && found.1.contains("no standby"),
        "{found:?}"
    );

    // Without its replica the node goes on.
    let Pair { primary, replica } = pair;
    replica.stop().await.unwrap();
    let begun = Instant::now();
    let mut answered = 0;
    while answered < 50 {
        answered = match app.get("/v1/authors/a").await.status {
            200 => answered + 1,
            status => {
                assert_eq!(status, 503);
                0
            }
        };
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "it does not go on"
        );
    }
    app.stop().await;
    primary.stop().await.unwrap();
}
