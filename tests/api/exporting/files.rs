//! Files that are broken, older, or read while others write.

use kroniek::exchange::kroniek as exchange;
use serde_json::{Value, json};

use super::publication::{export, import, kept, publication};
use crate::app::App;
use crate::postgres::temporary_folder;
use crate::shorthand::managed;

/// One line of a file changed.
fn changed(text: &str, kind: &str, change: impl Fn(&mut Value)) -> (String, usize) {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = lines
        .iter()
        .rposition(|line| line.starts_with(&format!("{{\"kind\":\"{kind}\",")))
        .unwrap();
    let mut line: Value = serde_json::from_str(&lines[at]).unwrap();
    change(&mut line["row"]);
    lines[at] = line.to_string();
    (lines.join("\n") + "\n", at + 1)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_file_that_is_not_right_nothing_is_imported_and_the_line_is_told() {
    let app = publication().await;
    let text = String::from_utf8(export(&app).await).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let other = App::start().await;
    let unknown_author = changed(&text, "article_version_authors", |row| {
        row["author_id"] = json!("7f3f2a52-6c1e-4e0a-9d58-0a4b2b9f5a11")
    });
    let no_id = changed(&text, "articles", |row| row["id"] = json!("seven"));
    let nul = changed(&text, "entities", |row| {
        row["image"] = json!({"url": "https://example.org/\u{0}"})
    });
    let column = changed(&text, "sections", |row| row["mood"] = json!("blue"));
    let twice = changed(&text, "slugs", |row| {
        *row = serde_json::from_str::<Value>(
            lines
                .iter()
                .find(|line| line.contains("\"slugs\""))
                .unwrap(),
        )
        .unwrap()["row"]
            .clone()
    });
    let known = changed(&text, "old_addresses", |row| row["pattern"] = json!(null));
    let audited = lines
        .iter()
        .find(|line| line.starts_with("{\"kind\":\"audit\""))
        .unwrap();
    let number = lines.len() - 1;
    let cut_line = text.get(..text.len() * 2 / 3).unwrap().to_owned();
    for (name, (broken, line), told) in [
        ("unknown-author.jsonl", unknown_author, "foreign key"),
        ("no-id.jsonl", no_id, "invalid input syntax for type uuid"),
        ("nul.jsonl", nul, "Unicode"),
        (
            "column.jsonl",
            column,
            "\"mood\" of relation \"sections\" does not exist",
        ),
        ("twice.jsonl", twice, "duplicate key"),
        ("known.jsonl", known, "null value"),
        (
            "cut.jsonl",
            (lines[..lines.len() / 2].join("\n") + "\n", lines.len() / 2),
            "cut off",
        ),
        (
            "cut-line.jsonl",
            (cut_line.clone(), cut_line.lines().count()),
            "cut off",
        ),
        (
            "newer.jsonl",
            (text.replacen("\"format\":1", "\"format\":2", 1), 0),
            "format 2",
        ),
        (
            "gap.jsonl",
            (text.replacen(&format!("{}\n", audited), "", 1), number),
            "lines are missing",
        ),
        (
            "no-site.jsonl",
            (
                format!("{}\n{{\"kind\":\"end\",\"rows\":0}}\n", lines[0]),
                0,
            ),
            "no site",
        ),
    ] {
        let file = kept(name, broken.as_bytes());
        let error = import(&other, &file).await.unwrap_err();
        assert!(
            error.contains(told) && error.contains(name) && error.contains("Nothing was imported"),
            "{error}"
        );
        if line > 0 {
            assert!(
                error.contains(&format!("line {line}")),
                "{name}, line {line}: {error}"
            );
        }
    }
    let error = import(&other, &temporary_folder("exporting").join("nowhere.jsonl"))
        .await
        .unwrap_err();
    assert!(
        error.contains("nowhere.jsonl") && error.contains("No such file"),
        "{error}"
    );
    let sql = "SELECT (SELECT count(*) FROM newsroom.audit) + (SELECT count(*) FROM newsroom.sections) + (SELECT count(*) FROM delivery.slugs) + (SELECT seq FROM delivery.head)";
    assert_eq!(
        other
            .sql()
            .await
            .query_one(sql, &[])
            .await
            .unwrap()
            .get::<_, i64>(0),
        0
    );

    let whole = kept("right.jsonl", text.as_bytes());
    let error = import(&app, &whole).await.unwrap_err();
    assert!(
        error.contains("not empty") && error.contains("article versions"),
        "{error}"
    );
    other.make("/sections", json!({"name": "Al iets"})).await;
    let error = import(&other, &whole).await.unwrap_err();
    assert!(error.contains("there is sections, slugs."), "{error}");
    for app in [app, other] {
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn columns_that_an_older_file_does_not_have_get_their_defaults() {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Water"})).await;
    let text = String::from_utf8(export(&app).await).unwrap();
    let (older, _) = changed(&text, "sections", |row| {
        drop(row.as_object_mut().unwrap().remove("names"))
    });
    let other = App::start().await;
    import(&other, &kept("older.jsonl", older.as_bytes()))
        .await
        .unwrap();
    assert_eq!(
        managed(&other, "/sections/water").await.json["names"],
        json!({})
    );
    for app in [app, other] {
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_while_an_export_runs_is_not_half_in_it() {
    let app = publication().await;
    let before = export(&app).await;
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let pools = app.store.pools.clone();
    let running = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut file = Vec::new();
            let progress = |rows, _| {
                if rows == 1 {
                    told.send(()).unwrap();
                    wait.recv().unwrap();
                }
            };
            exchange::export(&pools, &mut file, progress).await.unwrap();
            file
        })
    });
    heard.recv().await.unwrap();
    app.publish(
        json!({"headline": "Ondertussen", "entities": [{"kind": "topic", "name": "Nieuw"}]}),
    )
    .await;
    go.send(()).unwrap();
    let during = tokio::task::spawn_blocking(|| running.join().unwrap())
        .await
        .unwrap();
    assert!(before == during, "it is one snapshot");
    assert!(before != export(&app).await);
    app.stop().await;
}
