//! All that delivery holds, but for the log and the numbers in it.

use std::collections::BTreeMap;

use crate::app::App;
use crate::watch::tables;

/// The rows of each table, without `seq`, in order.
pub type Snapshot = BTreeMap<String, Vec<String>>;

/// The log: it tells how delivery came to be as it is, not what it is.
const LOG: [&str; 4] = ["head", "changes", "departures", "releases"];

/// What delivery holds.
pub async fn snapshot(app: &App) -> Snapshot {
    let sql = app.sql().await;
    let mut all = Snapshot::new();
    for table in tables(app, "delivery").await {
        if LOG.contains(&table.as_str()) {
            continue;
        }
        // What words stand apart is of no account, what all words are is.
        if table == "appended_words" {
            let astray = "SELECT count(*) FROM delivery.article_search s FULL JOIN delivery.appended_words b USING (id) WHERE s.appended IS DISTINCT FROM (b.id IS NOT NULL)";
            let row = sql.query_one(astray, &[]).await.unwrap();
            assert_eq!(
                row.get::<_, i64>(0),
                0,
                "words stand apart of other articles"
            );
            continue;
        }
        // When a donation link went by the end of its campaign, only delivery knows.
        let but = match table.as_str() {
            // Any article that has a word may stand for it.
            "words" => " - 'article_id'",
            "tombstones" => " - CASE WHEN t.kind = 'donation_link' THEN 'deleted_at' ELSE '' END",
            _ => "",
        };
        let from = match table.as_str() {
            "article_search" => "article_words",
            table => table,
        };
        let rows =
            format!("SELECT (to_jsonb(t) - 'seq'{but})::text FROM delivery.{from} t ORDER BY 1");
        let rows = sql.query(&rows, &[]).await.unwrap();
        all.insert(table, rows.iter().map(|row| row.get(0)).collect());
    }
    all
}

/// Empties all of delivery but the log.
pub async fn empty(app: &App) {
    let tables: Vec<String> = tables(app, "delivery")
        .await
        .into_iter()
        .filter(|table| !LOG.contains(&table.as_str()))
        .map(|table| format!("delivery.{table}"))
        .collect();
    let sql = format!("TRUNCATE {}", tables.join(", "));
    app.sql().await.batch_execute(&sql).await.unwrap();
}

/// Tells each row that only one of them has.
#[track_caller]
pub fn expect_equal(before: &Snapshot, after: &Snapshot, when: &str) {
    let mut differing = Vec::new();
    for (table, old) in before {
        let new = &after[table];
        if old == new {
            continue;
        }
        let lost = old.iter().filter(|row| !new.contains(row));
        differing.extend(lost.map(|row| format!("- {table}: {row}")));
        let came = new.iter().filter(|row| !old.contains(row));
        differing.extend(came.map(|row| format!("+ {table}: {row}")));
    }
    assert!(differing.is_empty(), "{when}:\n{}", differing.join("\n"));
}
