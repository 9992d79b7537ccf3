//! Hostile case 32: the disk of the database is full. Writes are refused with 503, nothing is half written, and when there is room again everything
//! goes on by itself, Postgres too, which may have given up meanwhile.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::app::{Answer, App};
use crate::command_line::program;
use crate::postgres::temporary_folder;
use crate::process::{Process, node, signal};
use crate::shorthand::html;
use crate::watch::expect_gapless;

/// How many articles are written.
const ARTICLES: usize = 60;

/// How long everything has to come up again.
const PATIENCE: Duration = Duration::from_secs(60);

/// A small disk in memory. It goes with the test, whatever ends that.
struct Disk {
    folder: PathBuf,
    _leash: ChildStdin,
}

impl Disk {
    /// Mounts one; none where that is not allowed.
    #[allow(clippy::zombie_processes)] // the leash ends with the disk
    fn mount() -> Option<Self> {
        let folder = temporary_folder("disk");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=320m,mode=0755", "kroniek-test"]);
        let mounted = mount.arg(&folder).stderr(Stdio::null()).status().ok()?;
        if !mounted.success() {
            return None;
        }
        let script = "trap '' INT TERM; cat > /dev/null; umount -l \"$1\"";
        let mut leash = Command::new("sh");
        let leash = leash.args(["-c", script, "sh"]).arg(&folder);
        let mut leash = leash.stdin(Stdio::piped()).spawn().unwrap();
        Some(Self {
            folder,
            _leash: leash.stdin.take()?,
        })
    }

    fn file(&self) -> PathBuf {
        self.folder.join("vol")
    }

    /// Fills it to the last byte.
    fn fill(&self) {
        let mut file = File::options()
            .create(true)
            .append(true)
            .open(self.file())
            .unwrap();
        for size in [1 << 20, 1 << 12] {
            let zeros = vec![0; size];
            while file.write_all(&zeros).is_ok() {}
        }
    }

    fn free(&self) {
        std::fs::remove_file(self.file()).unwrap();
    }
}

async fn postgres(folder: &Path) -> (Process, String) {
    let folder = folder.to_str().unwrap();
    let mut process = Process::start(program(&["postgres", "--data-dir", folder]));
    match process.said("postgres://").await {
        Some(url) => (process, url),
        None => panic!("Postgres does not start: {}", process.logged()),
    }
}

/// The number of Postgres' first process.
fn postmaster(data: &Path) -> u32 {
    let file = data.join("postgres/postmaster.pid");
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().next().unwrap().parse().unwrap()
}

/// Who writes.
struct Editor {
    base: String,
    key: String,
    /// How often it was told that the disk is full.
    told: AtomicUsize,
}

impl Editor {
    async fn at(base: String, database_url: &str) -> Self {
        let mut command = program(&["keys", "create", "--role=admin", "--name=redactie"]);
        command.env("DATABASE_URL", database_url);
        let made = tokio::task::spawn_blocking(move || command.output());
        let made = made.await.unwrap().unwrap();
        assert!(made.status.success(), "{made:?}");
        let key = String::from_utf8(made.stdout).unwrap().trim().to_owned();
        Self {
            base,
            key,
            told: AtomicUsize::new(0),
        }
    }

    /// Does it, or is told to try again; nothing else.
    async fn post(&self, path: &str, (once, body): (&str, &Value)) -> Option<Answer> {
        let call = reqwest::Client::new().post(format!("{}/v1/manage{path}", self.base));
        let call = call.bearer_auth(&self.key).header("if-match", "*");
        let call = call.header("idempotency-key", once);
        let call = call.header("content-type", "application/json");
        let sent = call.body(body.to_string()).send().await.unwrap();
        let answer = Answer::read(sent).await.unwrap();
        if answer.status < 300 {
            return Some(answer);
        }
        assert_eq!(answer.status, 503, "{path}: {}", answer.text);
        assert_eq!(answer.problem(), "unavailable");
        if answer.text.contains("disk of the database is full") {
            self.told.fetch_add(1, Ordering::Relaxed);
        }
        assert!(answer.header("retry-after").parse::<u32>().unwrap() > 0);
        None
    }

    /// Writes an article and publishes it; tells whether all of that was done.
    async fn publish(&self, number: usize) -> bool {
        let article = json!({"headline": format!("Artikel {number}"), "body": html(&text(number))});
        let (make, publish) = (format!("maak-{number}"), format!("publiceer-{number}"));
        let Some(made) = self.post("/articles", (&make, &article)).await else {
            return false;
        };
        let path = format!("/articles/{}/publish", made.id());
        let body = json!({});
        self.post(&path, (&publish, &body)).await.is_some()
    }

    async fn reads(&self) {
        let answer = reqwest::get(format!("{}/v1/articles/artikel-0", self.base));
        let status = answer.await.unwrap().status().as_u16();
        assert!([200, 503].contains(&status), "{status}");
    }
}

/// A text that no compression makes small.
fn text(number: usize) -> String {
    let mut state = number as u64 + 1;
    let words = (0..4000).map(|_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        format!("{:x}", state >> 8)
    });
    format!("<p>{}</p>", words.collect::<Vec<_>>().join(" "))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_writes_are_refused_and_all_goes_on_when_there_is_room() {
    let Some(disk) = Disk::mount() else {
        println!("SKIPPED: no disk of its own can be mounted here; that takes root, on Linux");
        return;
    };
    // The client wants one even where only http is spoken.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let data = disk.folder.join("data");
    let (mut postgres, url) = postgres(&data).await;
    let flags = ["--workers=1", "--log=error"];
    let (mut node, base) = node(&url, &flags).await.unwrap();
    let editor = Editor::at(base, &url).await;
    for number in 0..5 {
        assert!(editor.publish(number).await);
    }

    disk.fill();
    let mut refused = Vec::new();
    for number in 5..ARTICLES {
        if !editor.publish(number).await {
            refused.push(number);
        }
        editor.reads().await;
    }
    println!("{} of {ARTICLES} were refused", refused.len());
    assert!(refused.len() > 20, "{refused:?}");
    assert!(
        editor.told.load(Ordering::Relaxed) > 20,
        "nobody is told why"
    );
    // What Postgres writes ahead fills up too, at which it may end by itself; and it ends now in any case.
    let pid = postmaster(&data);
    for _ in 0..8 {
        disk.fill();
        if let Ok((sql, connection)) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await {
            tokio::spawn(connection);
            let _ = sql.batch_execute("SELECT pg_switch_wal()").await;
        }
    }
    signal("KILL", pid);
    for _ in 0..20 {
        assert!(!editor.publish(refused[0]).await);
        editor.reads().await;
        sleep(Duration::from_millis(100)).await;
    }

    let logged = std::fs::read_to_string(data.join("postgres.log")).unwrap();
    println!("{} panics of Postgres", logged.matches("PANIC").count());
    disk.free();
    let begun = Instant::now();
    for number in refused {
        while !editor.publish(number).await {
            assert!(begun.elapsed() < PATIENCE, "it does not go on");
            sleep(Duration::from_millis(50)).await;
        }
    }
    println!("all was written {:?} later", begun.elapsed());
    assert!(node.stop().await.success());
    let app = App::on(&url).await;
    let list = app.get("/v1/articles?limit=100&fields=slug").await;
    assert_eq!(list.json["data"].as_array().unwrap().len(), ARTICLES);
    for number in 0..ARTICLES {
        let path = format!("/v1/articles/artikel-{number}");
        let shown = app.get(&path).await.expect(200);
        assert_eq!(shown.json["body"]["html"], text(number).as_str());
    }
    expect_gapless(&app).await;
    app.stop().await;
    assert!(postgres.stop().await.success());
}
