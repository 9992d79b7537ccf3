//! `kroniek export` and `import kroniek` as a user runs them.

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

use serde_json::json;

use crate::app::App;
use crate::postgres::{SECRET, database, temporary_folder};
use crate::shorthand::read;

async fn kroniek(database_url: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kroniek"));
    command
        .args(arguments)
        .env("DATABASE_URL", database_url)
        .env("KRONIEK_SECRET", SECRET)
        .env_remove("KRONIEK_DATA_DIR");
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_publication_moves_to_another_database_by_two_commands() {
    let app = App::start().await;
    app.publish(json!({"headline": "Slib"})).await;
    let file = temporary_folder("export-command").join("krant.jsonl");
    let path = file.to_str().unwrap();
    let done = kroniek(&app.database_url, &["export", "--output", path]).await;
    assert!(done.status.success(), "{}", text(&done.stderr));
    assert!(text(&done.stderr).contains("exported") && done.stdout.is_empty());
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "there are drafts in it");
    assert!(!file.with_extension("jsonl.part").exists());
    let piped = kroniek(&app.database_url, &["export"]).await;
    assert_eq!(text(&piped.stdout), std::fs::read_to_string(&file).unwrap());

    let other = database().await;
    let dry = kroniek(&other, &["import", "kroniek", path, "--dry-run"]).await;
    assert!(
        text(&dry.stdout).starts_with("Would happen (nothing was changed):"),
        "{}",
        text(&dry.stderr)
    );
    let done = kroniek(&other, &["import", "kroniek", path]).await;
    let told = text(&done.stdout);
    assert!(
        told.starts_with("Imported:") && told.contains("1  articles"),
        "{told}{}",
        text(&done.stderr)
    );
    let again = kroniek(&other, &["import", "kroniek", path]).await;
    assert!(!again.status.success() && text(&again.stderr).contains("not empty"));
    let elsewhere = App::on(&other).await;
    assert_eq!(
        read(&elsewhere, "/v1/articles/slib").await["headline"],
        "Slib"
    );

    let nowhere = file.join("below-a-file.jsonl");
    let refused = kroniek(
        &app.database_url,
        &["export", "--output", nowhere.to_str().unwrap()],
    )
    .await;
    assert!(!refused.status.success() && text(&refused.stderr).contains("can't write"));
    for app in [app, elsewhere] {
        app.stop().await;
    }
}
