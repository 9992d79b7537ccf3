//! Versions: what was written stays as it was written, and of many editors at once none loses a word.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::watch::run;

fn text(source: &str) -> Value {
    json!({"format": "markdown", "source": source})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_update_changes_a_version() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "Artikel", "standfirst": text("Eerst."), "body": text("Dan."), "language": "nl"})).await;
    app.make(
        &format!("/articles/{}/updates", article.id()),
        json!({"body": text("Later.")}),
    )
    .await;
    let sql = app.sql().await;
    for (table, keep) in [
        ("article_versions", ["body", "standfirst"].as_slice()),
        ("update_versions", ["body"].as_slice()),
    ] {
        let columns = format!(
            "SELECT attname::text, atttypid::regtype::text FROM pg_attribute WHERE attrelid = 'newsroom.{table}'::regclass AND attnum > 0"
        );
        for row in sql.query(&columns, &[]).await.unwrap() {
            let (column, kind): (String, String) = (row.get(0), row.get(1));
            let value = match kind.as_str() {
                "uuid" => "gen_random_uuid()",
                "integer" => "7",
                "json" => "'{\"format\": \"markdown\", \"source\": \"Anders.\"}'",
                "timestamp with time zone" => "now() + interval '1 day'",
                _ => match column.as_str() {
                    "type" => "'page'",
                    "kind" => "'correction'",
                    "donation_mode" => "'none'",
                    _ => "'anders'",
                },
            };
            let answer = run(
                &sql,
                &format!("UPDATE newsroom.{table} SET {column} = {value}"),
            )
            .await;
            assert!(
                answer
                    .as_ref()
                    .is_err_and(|error| error.contains("is immutable")),
                "{table}.{column}: {answer:?}"
            );
        }
        for column in keep {
            for other in ["format", "source"] {
                let anew = format!("jsonb_set({column}::jsonb, '{{{other}}}', '\"html\"')::json");
                let answer = run(
                    &sql,
                    &format!("UPDATE newsroom.{table} SET {column} = {anew}"),
                )
                .await;
                assert!(
                    answer
                        .as_ref()
                        .is_err_and(|error| error.contains("is immutable")),
                    "{table}.{column}.{other}: {answer:?}"
                );
            }
            let empty = run(
                &sql,
                &format!("UPDATE newsroom.{table} SET {column} = 'null'"),
            )
            .await;
            assert!(empty.is_err(), "{table}.{column}: {empty:?}");
            let rendered =
                format!("jsonb_set({column}::jsonb, '{{html}}', '\"<p>anew</p>\"')::json");
            run(
                &sql,
                &format!("UPDATE newsroom.{table} SET {column} = {rendered}"),
            )
            .await
            .unwrap();
        }
    }
    app.stop().await;
}

/// Adds a line to the text as an editor's tool does: reads, adds, writes what it read, and begins again when another was first.
async fn add_line(app: &App, path: &str, line: &str) -> usize {
    for attempt in 1..1000 {
        let seen = app.manage("GET", path).send().await.expect(200);
        let source = format!("{}{line}\n", seen.json["body"]["source"].as_str().unwrap());
        let answer: Answer = app.patch(path, &seen, json!({"body": text(&source)})).await;
        if answer.status == 200 {
            return attempt;
        }
        assert_eq!(
            (answer.status, answer.problem()),
            (412, "version-mismatch"),
            "{}",
            answer.text
        );
        assert!(
            answer.json["current_version"]
                .as_str()
                .is_some_and(|current| current != seen.etag())
        );
    }
    panic!("never written");
}

/// Eight editors, five lines each; gives how often one had to begin again.
async fn eight_editors(app: &App, path: &str) -> usize {
    let editors = (0..8).map(|editor| async move {
        let mut attempts = 0;
        for turn in 0..5 {
            attempts += add_line(app, path, &format!("regel {editor}-{turn}")).await - 1;
        }
        attempts
    });
    join_all(editors).await.into_iter().sum()
}

fn expect_each_line_once(source: &str) {
    let mut lines: Vec<&str> = source.lines().collect();
    lines.sort_unstable();
    let mut wanted: Vec<String> = (0..8)
        .flat_map(|editor| (0..5).map(move |turn| format!("regel {editor}-{turn}")))
        .collect();
    wanted.sort_unstable();
    assert_eq!(lines, wanted);
}

/// The sources of every version, in order, whose numbers have no gap.
async fn sources(app: &App, table: &str) -> Vec<String> {
    let rows = app
        .sql()
        .await
        .query(
            &format!("SELECT number, body ->> 'source' FROM newsroom.{table} ORDER BY number"),
            &[],
        )
        .await
        .unwrap();
    rows.iter()
        .zip(1..)
        .map(|(row, number)| {
            assert_eq!(row.get::<_, i32>(0), number);
            row.get(1)
        })
        .collect()
}

fn expect_one_line_more_each(sources: &[String]) {
    for pair in sources.windows(2) {
        assert!(
            pair[1].starts_with(&pair[0]) && pair[1].lines().count() == pair[0].lines().count() + 1,
            "{pair:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_editors_of_one_article_lose_no_line() {
    let app = App::start().await;
    let article = app
        .make(
            "/articles",
            json!({"headline": "Artikel", "body": text("")}),
        )
        .await;
    let path = format!("/articles/{}", article.id());

    let begun_again = eight_editors(&app, &path).await;

    assert!(
        begun_again > 0,
        "nobody met anybody, so this test proves nothing"
    );
    let last = app.manage("GET", &path).send().await;
    expect_each_line_once(last.json["body"]["source"].as_str().unwrap());
    let sources = sources(&app, "article_versions").await;
    assert_eq!((sources.len(), &last.json["version"]), (41, &json!(41)));
    expect_one_line_more_each(&sources);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_editors_of_one_shown_update_lose_no_line() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "Artikel"})).await;
    let update = app
        .make(
            &format!("/articles/{}/updates", article.id()),
            json!({"body": text("")}),
        )
        .await;
    let path = format!("/articles/{}/updates/{}", article.id(), update.id());

    eight_editors(&app, &path).await;

    expect_each_line_once(
        app.manage("GET", &path).send().await.json["body"]["source"]
            .as_str()
            .unwrap(),
    );
    let sources = sources(&app, "update_versions").await;
    assert_eq!(sources.len(), 41);
    expect_one_line_more_each(&sources);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acts_and_lists_on_an_older_version_are_refused() {
    let app = App::start().await;
    let old = app.make("/articles", json!({"headline": "Artikel"})).await;
    let path = format!("/articles/{}", old.id());
    let new = app
        .patch(&path, &old, json!({"headline": "Beter"}))
        .await
        .expect(200);
    for act in ["publish", "withdraw"] {
        let refused = app.act(&old, act, json!({})).await.expect(412);
        assert_eq!(refused.json["current_version"], new.etag());
    }
    for (list, body) in [
        ("entities", json!([])),
        ("related", json!([])),
        ("donation-links", json!("none")),
    ] {
        app.manage("PUT", &format!("{path}/{list}"))
            .if_match(&old.etag())
            .json(&body)
            .send()
            .await
            .expect(412);
        app.manage("PUT", &format!("{path}/{list}"))
            .json(&body)
            .send()
            .await
            .expect(428);
    }
    app.manage("DELETE", &path)
        .if_match(&old.etag())
        .send()
        .await
        .expect(412);
    app.act(&new, "publish", json!({})).await.expect(200);
    app.act(&new, "withdraw", json!({})).await.expect(412);
    app.stop().await;
}
