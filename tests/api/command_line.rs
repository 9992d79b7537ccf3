//! The program itself, as an operator runs it: `kroniek keys` and `kroniek doctor`.

use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::app::App;
use crate::postgres::{SECRET, empty_database, temporary_folder};

/// What a run of the program leaves.
struct Run {
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
    fn check(&self, name: &str) -> (&str, &str) {
        let line = self.out.lines().find_map(|line| {
            let (state, rest) = line.split_once(' ')?;
            let rest = rest.trim_start().strip_prefix(name)?;
            Some((state, rest.strip_prefix(' ')?.trim()))
        });
        line.unwrap_or_else(|| panic!("no check of {name} in {}{}", self.out, self.err))
    }
}

fn program(arguments: &[&str]) -> Command {
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

async fn run(mut command: Command) -> Run {
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
async fn the_doctor_finds_nothing_wrong_where_nothing_is() {
    let app = App::start().await;
    app.publish(json!({"headline": "Een", "body": {"format": "markdown", "source": "Tekst."}}))
        .await;
    let found = on(&app.database_url, &["doctor"]).await.expect(0);
    for name in [
        "settings",
        "database",
        "tls",
        "clock",
        "migrations",
        "logins",
        "renderer",
        "log",
    ] {
        assert_eq!(found.check(name).0, "ok", "{}", found.out);
    }
    assert!(
        found.check("log").1.contains("epoch 1, 1 changes"),
        "{}",
        found.out
    );
    let as_json = on(&app.database_url, &["doctor", "--json"]).await.expect(0);
    let as_json: Value = serde_json::from_str(&as_json.out).unwrap();
    assert_eq!(as_json["checks"].as_array().unwrap().len(), 8);
    assert_eq!(as_json["checks"][0]["state"], "ok");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_tells_each_thing_that_is_wrong_and_what_to_do() {
    let app = App::start().await;
    let published = json!({"headline": "Een", "body": {"format": "markdown", "source": "Tekst."}});
    app.publish(published).await;
    let name = app.database_url.rsplit('/').next().unwrap().to_owned();
    for (harm, repair, check, state, advice) in [
        (
            "INSERT INTO public.__diesel_schema_migrations VALUES ('20300101000000')",
            "DELETE FROM public.__diesel_schema_migrations WHERE version = '20300101000000'",
            "migrations",
            "warning",
            "20300101000000",
        ),
        (
            "UPDATE public.__diesel_schema_migrations SET version = 'x' || version WHERE version = '20261124102000'",
            "UPDATE public.__diesel_schema_migrations SET version = '20261124102000' WHERE version LIKE 'x%'",
            "migrations",
            "failed",
            "kroniek migrate",
        ),
        (
            "UPDATE delivery.articles SET renderer_version = -1",
            "UPDATE delivery.articles SET renderer_version = 9999",
            "renderer",
            "warning",
            "1 texts were made by an older renderer. Run `kroniek rebuild`",
        ),
        (
            "SELECT 1",
            "UPDATE delivery.articles SET renderer_version = 1",
            "renderer",
            "warning",
            "newer renderer",
        ),
        (
            "GRANT USAGE ON SCHEMA newsroom TO $",
            "REVOKE USAGE ON SCHEMA newsroom FROM $",
            "logins",
            "failed",
            "USAGE",
        ),
        (
            "ALTER ROLE $ PASSWORD 'anders'",
            "SELECT 1",
            "logins",
            "failed",
            "KRONIEK_SECRET",
        ),
        (
            "CREATE TABLE public.kept AS TABLE delivery.head; DELETE FROM delivery.head",
            "INSERT INTO delivery.head TABLE public.kept",
            "log",
            "failed",
            "backup",
        ),
    ] {
        let role = format!("kroniek_delivery_{name}");
        let sql = app.sql().await;
        sql.batch_execute(&harm.replace('$', &role)).await.unwrap();
        let found = on(&app.database_url, &["doctor"]).await;
        let told = found.check(check);
        assert!(
            told.0 == state && told.1.contains(advice),
            "{harm}: {}{}",
            found.out,
            found.err
        );
        found.expect(i32::from(state == "failed"));
        sql.batch_execute(&repair.replace('$', &role))
            .await
            .unwrap();
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_changes_nothing_and_holds_no_password() {
    let empty = empty_database().await;
    let found = on(&empty, &["doctor"]).await.expect(1);
    assert!(found.check("migrations").1.contains("kroniek migrate"));
    let sql = crate::postgres::connect(&empty).await;
    let schemas = "SELECT count(*) FROM pg_namespace WHERE nspname IN ('newsroom', 'delivery')";
    assert_eq!(
        sql.query_one(schemas, &[]).await.unwrap().get::<_, i64>(0),
        0
    );

    let mut wrong = url::Url::parse(&empty).unwrap();
    wrong.set_password(Some("mosterd")).unwrap();
    for url in [
        wrong.as_str(),
        "postgres://u:mosterd@127.0.0.1:1/x",
        "postgres://u:mosterd@127.0.0.1/x?sslmode=on",
    ] {
        let found = on(url, &["doctor"]).await.expect(1);
        assert_eq!(found.check("database").0, "failed");
        assert!(!format!("{}{}", found.out, found.err).contains("mosterd"));
    }
    for (variable, value, named) in [
        ("KRONIEK_SECRET", "short", "32 characters"),
        ("KRONIEK_CORS_ORIGINS", "example", "KRONIEK_CORS_ORIGINS"),
    ] {
        let mut command = program(&["doctor"]);
        command.env("DATABASE_URL", &empty).env(variable, value);
        let found = run(command).await.expect(1);
        assert!(found.check("settings").1.contains(named), "{}", found.out);
    }
    let nowhere = temporary_folder("doctor-nowhere");
    let folder = nowhere.to_str().unwrap();
    let found = run(program(&["doctor", "--data-dir", folder]))
        .await
        .expect(1);
    assert!(
        found.check("settings").1.contains("kroniek serve"),
        "{}",
        found.out
    );
    assert_eq!(std::fs::read_dir(&nowhere).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_epoch_shows_on_the_next_answer_and_stands_in_the_audit() {
    let app = App::start().await;
    app.publish(json!({"headline": "Een"})).await;
    assert_eq!(app.get("/v1/site").await.header("kroniek-seq"), "1-1");
    let found = on(&app.database_url, &["doctor", "--new-epoch"])
        .await
        .expect(0);
    assert!(found.err.contains("began epoch 2"), "{}", found.err);
    assert!(found.check("log").1.starts_with("epoch 2"));
    assert_eq!(app.get("/v1/site").await.header("kroniek-seq"), "2-1");
    app.publish(json!({"headline": "Twee"})).await;
    assert_eq!(app.get("/v1/site").await.header("kroniek-seq"), "2-2");
    let row =
        "SELECT key_name, version_from, version_to FROM newsroom.audit WHERE subject_kind = 'log'";
    let row = app.sql().await.query_one(row, &[]).await.unwrap();
    assert_eq!(
        (
            row.get::<_, &str>(0),
            row.get::<_, &str>(1),
            row.get::<_, &str>(2)
        ),
        ("kroniek doctor", "1-1", "2-1")
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_and_keys_run_beside_a_server_on_the_same_folder() {
    let folder = temporary_folder("beside");
    let folder = folder.to_str().unwrap().to_owned();
    let mut server = program(&["serve", "--listen", "127.0.0.1:0", "--data-dir", &folder]);
    let mut server = server
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    assert!(
        lines
            .next()
            .unwrap()
            .unwrap()
            .starts_with("listening on http://")
    );
    let found = run(program(&["doctor", "--data-dir", &folder]))
        .await
        .expect(0);
    assert_eq!(found.check("database").0, "ok");
    assert!(
        found.check("tls").1.contains("this machine"),
        "{}",
        found.out
    );
    let made = program(&[
        "keys",
        "create",
        "--role",
        "author",
        "--name",
        "x",
        "--data-dir",
        &folder,
    ]);
    assert!(run(made).await.expect(0).out.starts_with("kroniek_"));
    let stop = Command::new("kill")
        .arg(server.id().to_string())
        .status()
        .unwrap();
    assert!(stop.success() && server.wait().unwrap().success());

    // And alone, on what the server left.
    let found = run(program(&["doctor", "--data-dir", &folder]))
        .await
        .expect(0);
    assert_eq!(found.check("logins").0, "ok");
}
