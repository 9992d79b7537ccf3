//! The program as a process of its own, which a test may kill. It ends with the test, however that ends.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::sleep;
use tokio_postgres::Client;

use crate::command_line::program;

/// How long a process has to start or to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running process.
pub struct Process {
    child: Child,
    /// Kills the process when this one is gone.
    leash: Child,
    lines: UnboundedReceiver<String>,
    log: Arc<Mutex<String>>,
}

impl Process {
    /// Starts the program.
    pub fn start(mut command: Command) -> Self {
        command.stdin(Stdio::null());
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let script = "trap '' INT TERM; cat > /dev/null; kill -KILL \"$1\"";
        let leash = Command::new("sh")
            .args(["-c", script, "sh", &child.id().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (told, lines) = unbounded_channel();
        let log = Arc::<Mutex<String>>::default();
        tell(child.stdout.take().unwrap(), told);
        collect(child.stderr.take().unwrap(), log.clone());
        Self {
            child,
            leash,
            lines,
            log,
        }
    }

    /// The next line that it says with this beginning; none when it ends before.
    pub async fn said(&mut self, beginning: &str) -> Option<String> {
        let line = async {
            loop {
                let line = self.lines.recv().await?;
                if line.starts_with(beginning) {
                    return Some(line);
                }
            }
        };
        let said = tokio::time::timeout(PATIENCE, line).await;
        said.unwrap_or_else(|_| panic!("it never says {beginning}"))
    }

    /// What it has logged.
    pub fn logged(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal, as `TERM`.
    pub fn signal(&self, name: &str) {
        signal(name, self.child.id());
    }

    /// Kills it as `kill -9` does.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// How it ended; it must within a minute.
    pub async fn ended(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end");
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Tells it to end, as a service manager does, and gives how it did.
    pub async fn stop(&mut self) -> ExitStatus {
        self.signal("TERM");
        self.ended().await
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // First the leash: the number of a process that has ended may become another's.
        let _ = self.leash.kill();
        let _ = self.leash.wait();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to any process.
pub fn signal(name: &str, process: u32) {
    let _ = Command::new("kill")
        .args([format!("-{name}"), process.to_string()])
        .stderr(Stdio::null())
        .status()
        .unwrap();
}

/// A node that is deaf: the process of Postgres at the other end of its listener is stopped. So it does not hear of what others have committed, and
/// keeps back for a second what it answers to who writes after that. It hears again when this is dropped.
pub struct Deaf(u32);

impl Deaf {
    /// Makes the node deaf whose connections are not among these; nothing when its listener is not at rest just now.
    pub async fn make(sql: &Client, others: &[i32]) -> Result<Option<Self>, tokio_postgres::Error> {
        let listener = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle' AND NOT pid = ANY ($1)
                        AND (query LIKE '%delivery.head h%' OR query LIKE 'LISTEN%') LIMIT 1";
        let Some(row) = sql.query_opt(listener, &[&others]).await? else {
            return Ok(None);
        };
        let process: i32 = row.get(0);
        let deaf = Self(u32::try_from(process).unwrap());
        signal("STOP", deaf.0);
        // One that is stopped in the midst of a statement may hold what others wait for.
        let resting = "SELECT state = 'idle' FROM pg_stat_activity WHERE pid = $1";
        let row = sql.query_opt(resting, &[&process]).await?;
        Ok(row.is_some_and(|row| row.get(0)).then_some(deaf))
    }
}

impl Drop for Deaf {
    fn drop(&mut self) {
        signal("CONT", self.0);
    }
}

/// Starts a node on this database, and gives it with its address; it may say that it can't, as while its database is starting.
pub async fn node(database_url: &str, flags: &[&str]) -> Result<(Process, String), String> {
    let listening = "listening on ";
    let arguments = ["serve", "--listen=127.0.0.1:0", "--rate-limit=off"];
    let mut command = program(&[&arguments, flags].concat());
    command.env("DATABASE_URL", database_url);
    let mut process = Process::start(command);
    match process.said(listening).await {
        Some(line) => Ok((process, line.trim_start_matches(listening).to_owned())),
        None => {
            process.ended().await;
            Err(process.logged())
        }
    }
}

fn tell(from: impl Read + Send + 'static, to: UnboundedSender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let _ = to.send(line);
        }
    });
}

fn collect(from: impl Read + Send + 'static, log: Arc<Mutex<String>>) {
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let mut log = log.lock().unwrap();
            log.push_str(&line);
            log.push('\n');
        }
    });
}
