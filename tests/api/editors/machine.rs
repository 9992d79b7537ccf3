//! The machine that the newsroom runs on: a durable Postgres and a node, each a process of its own, that are killed and started again.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::time::sleep;
use tokio_postgres::{Client, NoTls};

use crate::command_line::program;
use crate::history::Dice;
use crate::postgres::temporary_folder;
use crate::process::{Deaf, Process, node, signal};

/// How long what was killed has to come up again.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long a node that is about to be killed hears nothing, less than the second that it waits for it.
const UNHEARD: Duration = Duration::from_millis(400);

/// How many times each was killed.
#[derive(Debug, Default, Clone, Copy)]
pub struct Kills {
    pub node: usize,
    pub postmaster: usize,
    pub backend: usize,
    /// Node and Postgres at once.
    pub both: usize,
}

/// A running Postgres and a running node.
pub struct Machine {
    folder: PathBuf,
    postgres: Process,
    node: Process,
    /// The address of the database.
    pub url: String,
    base: watch::Sender<String>,
    /// What it went through.
    pub kills: Kills,
}

/// A change as another node makes one: what follows on it, nobody is told of who has not heard of it.
const OF_ANOTHER: &str = "
    WITH counted AS (UPDATE delivery.head SET seq = seq + 1 RETURNING seq)
    INSERT INTO delivery.changes (seq, committed_at, kind, event, quiet, keys)
    SELECT seq, clock_timestamp(), 'site', 'changed', true, ARRAY['any', 'site'] FROM counted";

impl Machine {
    /// Starts both on a new folder.
    pub async fn start() -> Self {
        let folder = temporary_folder("editors");
        let (postgres, url) = postgres(&folder).await;
        let (node, base) = patiently(&url).await;
        Self {
            folder,
            postgres,
            node,
            url,
            base: watch::Sender::new(base),
            kills: Kills::default(),
        }
    }

    /// Where the node now listens.
    pub fn base(&self) -> watch::Receiver<String> {
        self.base.subscribe()
    }

    /// Kills one thing after another, each half a second to three after what was killed before has been started again.
    pub async fn suffer(&mut self, time: Duration, dice: &mut Dice) {
        let end = Instant::now() + time;
        for turn in 0.. {
            let pause = Duration::from_millis(500 + dice.below(2500) as u64);
            if Instant::now() + pause > end {
                return;
            }
            sleep(pause).await;
            match turn % 4 {
                0 => self.lose_node().await,
                1 => self.lose_backend().await,
                2 => self.lose_postmaster().await,
                _ => self.lose_both().await,
            }
        }
    }

    /// Kills the node, if it can be arranged at a time when it has committed what it has not answered yet.
    async fn lose_node(&mut self) {
        let deaf = async {
            let sql = self.sql().await?;
            let deaf = Deaf::make(&sql, &[]).await.ok()??;
            sql.batch_execute(OF_ANOTHER).await.ok()?;
            Some(deaf)
        };
        let deaf = deaf.await;
        if deaf.is_some() {
            sleep(UNHEARD).await;
        }
        self.node.kill();
        drop(deaf);
        self.kills.node += 1;
        self.start_node().await;
    }

    /// Postgres then ends all its other processes, and comes up again by itself.
    async fn lose_backend(&mut self) {
        let busiest = "SELECT pid FROM pg_stat_activity WHERE application_name = 'kroniek' AND backend_type = 'client backend'
                       ORDER BY (state = 'active') DESC NULLS LAST, random() LIMIT 1";
        let process = async {
            let sql = self.sql().await?;
            let row = sql.query_opt(busiest, &[]).await.ok()??;
            u32::try_from(row.get::<_, i32>(0)).ok()
        };
        if let Some(process) = process.await {
            signal("KILL", process);
            self.kills.backend += 1;
        }
    }

    /// A connection, if Postgres takes any just now.
    async fn sql(&self) -> Option<Client> {
        let connected = tokio_postgres::connect(&self.url, NoTls).await;
        let (client, connection) = connected.ok()?;
        tokio::spawn(connection);
        Some(client)
    }

    async fn lose_postmaster(&mut self) {
        self.kill_postmaster();
        self.kills.postmaster += 1;
        self.start_postgres().await;
    }

    async fn lose_both(&mut self) {
        self.kill_postmaster();
        self.node.kill();
        self.kills.both += 1;
        self.start_postgres().await;
        self.start_node().await;
    }

    fn kill_postmaster(&self) {
        let file = self.folder.join("postgres/postmaster.pid");
        let text = std::fs::read_to_string(&file).unwrap();
        let process = text.lines().next().and_then(|line| line.parse().ok());
        signal("KILL", process.unwrap());
    }

    async fn start_postgres(&mut self) {
        self.postgres.stop().await;
        let (postgres, url) = postgres(&self.folder).await;
        self.postgres = postgres;
        if url != self.url {
            // Another program has taken the port meanwhile.
            self.url = url;
            self.node.kill();
            self.start_node().await;
        }
    }

    async fn start_node(&mut self) {
        let (node, base) = patiently(&self.url).await;
        self.node = node;
        self.base.send_replace(base);
    }

    /// Stops the node as a service manager does.
    pub async fn stop_node(&mut self) {
        let ended = self.node.stop().await;
        assert!(ended.success(), "{ended}: {}", self.node.logged());
    }

    /// Stops Postgres, and takes its folder away.
    pub async fn stop(mut self) {
        let ended = self.postgres.stop().await;
        assert!(ended.success(), "{ended}: {}", self.postgres.logged());
        std::fs::remove_dir_all(&self.folder).unwrap();
    }
}

async fn postgres(folder: &std::path::Path) -> (Process, String) {
    let mut process = Process::start(program(&[
        "postgres",
        "--data-dir",
        folder.to_str().unwrap(),
    ]));
    match process.said("postgres://").await {
        Some(url) => (process, url),
        None => panic!("Postgres does not start: {}", process.logged()),
    }
}

/// A node, as soon as its database lets it start.
async fn patiently(url: &str) -> (Process, String) {
    let begun = Instant::now();
    loop {
        match node(url, &["--pool-size=24", "--log=error"]).await {
            Ok(started) => return started,
            Err(log) => assert!(begun.elapsed() < PATIENCE, "no node starts: {log}"),
        }
        sleep(Duration::from_millis(50)).await;
    }
}
