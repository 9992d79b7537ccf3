//! The program itself, as an operator runs it: `kroniek keys` and `kroniek doctor`.

mod doctor;

use std::process::{Command, Output, Stdio};

use serde_json::json;

use crate::app::App;
use crate::postgres::{SECRET, empty_database, temporary_folder};

/// What a run of the program leaves.
pub struct Run {
    code: i32,
    out: String,
    err: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self {
            code: output.status.code().unwrap(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

impl Run {
    /// Goes on only with this exit code.
    #[track_caller]
    fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        self
    }

    /// The state and the sentence of a check of the doctor.
    #[track_caller]
    pub fn check(&self, name: &str) -> (&str, &str) {
        let line = self.out.lines().find_map(|line| {
            let (state, rest) = line.split_once(' ')?;
            let rest = rest.trim_start().strip_prefix(name)?;
            Some((state, rest.strip_prefix(' ')?.trim()))
        });
        line.unwrap_or_else(|| panic!("no check of {name} in {}{}", self.out, self.err))
    }
}

/// The program with these arguments, and none of the settings of who runs the tests.
pub fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kroniek"));
    command.args(arguments).env("KRONIEK_SECRET", SECRET);
    for variable in [
        "DATABASE_URL",
        "KRONIEK_DATA_DIR",
        "KRONIEK_DELIVERY_DATABASE_URL",
    ] {
        command.env_remove(variable);
    }
    command
}

pub async fn run(mut command: Command) -> Run {
    let output = tokio::task::spawn_blocking(move || command.output());
    output.await.unwrap().unwrap().into()
}

/// Runs it on this database.
async fn on(url: &str, arguments: &[&str]) -> Run {
    let mut command = program(arguments);
    command.env("DATABASE_URL", url);
    run(command).await
}

async fn status(app: &App, key: &str) -> u16 {
    let call = app.call("GET", "/v1/manage/articles").key(key);
    call.send().await.status
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_are_made_rotated_listed_and_revoked_on_the_command_line() {
    let app = App::start().await;
    let url = app.database_url.clone();
    let create = "keys create --name balie --scopes content:read,audit:read --expires-in 9";
    let create: Vec<&str> = create.split(' ').collect();
    let first = on(&url, &create).await.expect(0).out.trim().to_owned();
    assert_eq!(status(&app, &first).await, 200);
    let listed = app.manage("GET", "/keys?q=balie").send().await;
    let key = &listed.json["data"][0];
    assert_eq!(key["scopes"], json!(["content:read", "audit:read"]));
    assert!(key["expires_at"].is_string() && key["role"].is_null());
    let id = key["id"].as_str().unwrap();

    let second = on(&url, &["keys", "rotate", id, "--grace", "600"])
        .await
        .expect(0);
    let second = second.out.trim().to_owned();
    assert_eq!(
        (status(&app, &first).await, status(&app, &second).await),
        (200, 200)
    );
    let third = on(&url, &["keys", "rotate", id, "--grace", "0"])
        .await
        .expect(0);
    let third = third.out.trim().to_owned();
    for (key, wanted) in [(&first, 401), (&second, 401), (&third, 200)] {
        assert_eq!(status(&app, key).await, wanted);
    }
    let list = on(&url, &["keys", "list"]).await.expect(0).out;
    assert!(
        list.contains(id) && list.contains("custom") && !list.contains(&third),
        "{list}"
    );
    on(&url, &["keys", "revoke", id]).await.expect(0);
    assert_eq!(status(&app, &third).await, 401);
    let revoked = on(&url, &["keys", "revoke", id]).await.expect(0);
    assert!(
        revoked.out.contains("has been revoked since"),
        "{}",
        revoked.out
    );

    let again = on(&url, &["keys", "rotate", id]).await.expect(1);
    assert!(again.err.contains("was revoked"), "{}", again.err);
    let nobody = "00000000-0000-4000-8000-000000000000";
    for act in ["rotate", "revoke"] {
        let unknown = on(&url, &["keys", act, nobody]).await.expect(1);
        assert!(unknown.err.contains("kroniek keys list"), "{}", unknown.err);
    }
    let rows = "SELECT action, version_from, version_to FROM newsroom.audit WHERE subject_id::text = $1 ORDER BY id";
    let rows = app.sql().await.query(rows, &[&id]).await.unwrap();
    let told: Vec<(String, Option<String>, String)> = rows
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2)))
        .collect();
    let told: Vec<_> = told
        .iter()
        .map(|(action, from, to)| format!("{action} {} {to}", from.as_deref().unwrap_or("-")))
        .collect();
    assert_eq!(
        told,
        [
            "keys create - 1",
            "keys rotate 1 2",
            "keys rotate 2 3",
            "keys revoke 3 4"
        ]
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_flag_of_keys_is_named() {
    for (arguments, named) in [
        (vec!["create", "--name", "x"], "--role"),
        (vec!["create", "--name", "x", "--role", "owner"], "--role"),
        (
            vec![
                "create",
                "--name",
                "x",
                "--role",
                "editor",
                "--scopes",
                "content:read",
            ],
            "--scopes",
        ),
        (
            vec!["create", "--name", "x", "--scopes", "content:all"],
            "content:all",
        ),
        (vec!["create", "--name", "", "--role", "editor"], "--name"),
        (
            vec![
                "rotate",
                "00000000-0000-4000-8000-000000000000",
                "--grace",
                "-1",
            ],
            "-1",
        ),
        (
            vec![
                "rotate",
                "00000000-0000-4000-8000-000000000000",
                "--grace",
                "2592001",
            ],
            "--grace",
        ),
        (vec!["rotate", "x"], "<ID>"),
    ] {
        let told = run(program(&[&["keys"], &arguments[..]].concat()))
            .await
            .expect(2);
        assert!(told.err.contains(named), "{arguments:?}: {}", told.err);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_only_looks_makes_no_database_and_what_may_not_migrate_does_not_start() {
    let nowhere = temporary_folder("looks-nowhere");
    let folder = nowhere.to_str().unwrap();
    for look in ["keys list", "export", "rebuild"] {
        let mut look: Vec<&str> = look.split(' ').collect();
        look.extend(["--data-dir", folder]);
        let found = run(program(&look)).await.expect(1);
        assert!(found.err.contains("there is no database"), "{}", found.err);
    }
    assert_eq!(std::fs::read_dir(&nowhere).unwrap().count(), 0);

    let empty = empty_database().await;
    for (variable, value, advice) in [
        ("KRONIEK_MIGRATE", "false", "kroniek migrate"),
        ("KRONIEK_CORS_ORIGINS", "example.org", "https://example.org"),
    ] {
        let mut serve = program(&["serve", "--listen", "127.0.0.1:0"]);
        serve.env("DATABASE_URL", &empty).env(variable, value);
        let found = run(serve).await.expect(1);
        assert!(found.err.contains(advice), "{}", found.err);
    }
    let schemas = "SELECT count(*) FROM pg_namespace WHERE nspname IN ('newsroom', 'delivery')";
    let sql = crate::postgres::connect(&empty).await;
    let made = sql.query_one(schemas, &[]).await.unwrap().get::<_, i64>(0);
    assert_eq!(made, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_that_are_mistyped_are_told_with_what_is_meant() {
    for (arguments, advice) in [
        ("serve --api-url api.example.org", "https://api.example.org"),
        ("serve --media-url /srv/media", "file:///folder"),
        ("serve --listen localhost:8080", "127.0.0.1:8080"),
        ("serve --changes-kept-days 0", "1 to 65535"),
        ("keys revoke nobody", "kroniek keys list"),
        ("keys create --name x", "--scopes"),
        ("keys create --name x --scopes content:reed", "content:read"),
    ] {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        let found = run(program(&arguments)).await.expect(2);
        assert!(found.err.contains(advice), "{arguments:?}: {}", found.err);
    }
}

#[test]
fn who_reads_only_the_beginning_is_no_failure() {
    let mut openapi = program(&["openapi"]);
    let mut openapi = openapi
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(openapi.stdout.take());
    let left = Run::from(openapi.wait_with_output().unwrap()).expect(0);
    assert_eq!(left.err, "");
}
