//! Versions through a change of the database: the migration that begins to keep them, an export and an import.

use serde_json::json;

use crate::app::App;
use crate::exporting::publication::{export, import, kept, publication};
use crate::shorthand::managed;
use crate::version_kept::{numbers, one_of_each};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_there_before_versions_were_kept_has_its_present_one() {
    let url = crate::postgres::database().await;
    let app = App::on(&url).await;
    let paths = one_of_each(&app).await;
    let mut before = Vec::new();
    for (path, _) in &paths {
        before.push(managed(&app, path).await);
    }
    let sql = app.sql().await;
    let down = include_str!("../../migrations/2026-11-26-100000_kept_versions/down.sql");
    sql.batch_execute(down).await.unwrap();
    let forget = "DELETE FROM __diesel_schema_migrations WHERE version = '20261126100000'";
    assert_eq!(sql.execute(forget, &[]).await.unwrap(), 1);
    app.stop().await;

    let app = App::on(&url).await;

    for ((path, _), before) in paths.iter().zip(before) {
        let number = before.json["version"].as_i64().unwrap();
        assert_eq!(numbers(&app, path).await, [number], "{path}");
        let listed = managed(&app, &format!("{path}/versions")).await;
        assert_eq!(listed.json["data"][0]["key"], json!(null));
        assert_eq!(managed(&app, path).await.text, before.text);
    }
    app.stop().await;
}

/// Every kept version as a line.
async fn lines(app: &App) -> Vec<String> {
    let sql = "SELECT kind || ' ' || owner_id || ' ' || number || ' ' || content || ' ' || created_at FROM newsroom.kept_versions ORDER BY 1";
    let rows = app.sql().await.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn export_and_import_keep_the_versions_and_an_older_file_gets_its_present_ones() {
    let app = publication().await;
    let zand = app
        .make(
            "/entities",
            json!({"kind": "topic", "name": "Van voor de reis"}),
        )
        .await;
    let path = format!("/entities/{}", zand.id());
    let seen = managed(&app, &path).await;
    app.patch(&path, &seen, json!({"name": "Van daarna"}))
        .await
        .expect(200);
    let file = export(&app).await;

    let other = App::start().await;
    import(&other, &kept("versions.jsonl", &file))
        .await
        .unwrap();
    assert_eq!(lines(&other).await, lines(&app).await);
    assert_eq!(numbers(&other, &path).await, [2, 1]);
    let first = managed(&other, &format!("{path}/versions/1")).await;
    assert_eq!(first.json["name"], "Van voor de reis");

    let text = String::from_utf8(file).unwrap();
    let mut older: Vec<&str> = text
        .lines()
        .filter(|line| !line.contains("\"kind\":\"kept_versions\""))
        .collect();
    let end = json!({"kind": "end", "rows": older.len() - 2}).to_string();
    older.pop();
    older.push(&end);
    let third = App::start().await;
    import(
        &third,
        &kept("older.jsonl", (older.join("\n") + "\n").as_bytes()),
    )
    .await
    .unwrap();
    assert_eq!(numbers(&third, &path).await, [2]);
    let present = lines(&third).await;
    let all = lines(&app).await;
    assert!(present.iter().all(|line| all.contains(line)), "{present:?}");
    for app in [app, other, third] {
        app.stop().await;
    }
}
