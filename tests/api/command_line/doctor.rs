//! `kroniek doctor`: what is so, what is wrong, and what to do.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{on, program, run};
use crate::app::App;
use crate::postgres::{empty_database, temporary_folder};
use crate::watch::heard;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_finds_nothing_wrong_where_nothing_is() {
    let app = App::start().await;
    app.publish(json!({"headline": "Een", "body": {"format": "markdown", "source": "Tekst."}}))
        .await;
    let found = on(&app.database_url, &["doctor"]).await.expect(0);
    let (state, advice) = found.check("site");
    assert!(
        state == "warning" && advice.contains("PATCH /v1/manage/site"),
        "{}",
        found.out
    );
    let told = app.manage("PATCH", "/site").if_match("*");
    let told = told.json(&json!({"public_url": "https://example.org"}));
    told.send().await.expect(200);
    let found = on(&app.database_url, &["doctor"]).await.expect(0);
    for name in [
        "settings",
        "media",
        "database",
        "tls",
        "clock",
        "migrations",
        "logins",
        "renderer",
        "search",
        "log",
        "site",
    ] {
        assert_eq!(found.check(name).0, "ok", "{}", found.out);
    }
    assert!(
        found.check("log").1.contains("epoch 1, 2 changes"),
        "{}",
        found.out
    );
    let as_json = on(&app.database_url, &["doctor", "--json"]).await.expect(0);
    let as_json: Value = serde_json::from_str(&as_json.out).unwrap();
    assert_eq!(as_json["checks"].as_array().unwrap().len(), 11);
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
        ("KRONIEK_MEDIA_URL", "ftp://example.org/x", "s3://bucket"),
        ("DATABASE_REPLICA_URL", "junk", "DATABASE_REPLICA_URL"),
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
    heard(&app).await;
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
