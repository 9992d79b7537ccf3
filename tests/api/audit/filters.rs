//! Each filter, and filters together, give what looking at every row gives.

use kroniek::values::Timestamp;
use serde_json::Value;

use super::all;
use crate::app::App;

/// Rows of every kind, in a second each of which has several.
const ROWS: &str = "
    INSERT INTO newsroom.audit (id, at, key_id, key_name, actor, request_id, action, subject_kind, subject_id, version_from, version_to)
    SELECT gen_random_uuid(), timestamptz '2026-05-04 12:00:00Z' + (n / 4) * interval '1 second',
           CASE WHEN n % 5 > 0 THEN ('00000000-0000-4000-8000-00000000000' || n % 5)::uuid END, 'key ' || n % 5,
           CASE WHEN n % 3 > 0 THEN 'actor ' || n % 3 END, 'request-' || n / 2, 'action_' || n % 7,
           (ARRAY['article', 'update', 'donation_link', 'site'])[1 + n % 4],
           CASE WHEN n % 4 < 3 THEN ('00000000-0000-4000-8000-00000000010' || n % 6)::uuid END, NULL, n::text
    FROM generate_series(1, 240) AS n";

/// A value of each filter, and whether a row is in it.
type Filter = (&'static str, &'static str, fn(&Value) -> bool);

const FILTERS: &[Filter] = &[
    ("key", "00000000-0000-4000-8000-000000000002", |row| {
        row["key"]["id"] == "00000000-0000-4000-8000-000000000002"
    }),
    ("actor", "actor%201", |row| row["actor"] == "actor 1"),
    ("action", "action_3", |row| row["action"] == "action_3"),
    ("subject_kind", "donation_link", |row| {
        row["subject"]["kind"] == "donation_link"
    }),
    ("subject", "00000000-0000-4000-8000-000000000104", |row| {
        row["subject"]["id"] == "00000000-0000-4000-8000-000000000104"
    }),
    ("request_id", "request-51", |row| {
        row["request_id"] == "request-51"
    }),
    ("after", "2026-05-04T12:00:20Z", |row| {
        time(row) > time_of("2026-05-04T12:00:20Z")
    }),
    ("before", "2026-05-04T12:00:40Z", |row| {
        time(row) < time_of("2026-05-04T12:00:40Z")
    }),
];

fn time_of(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn time(row: &Value) -> Timestamp {
    time_of(row["at"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_combination_of_filters_gives_what_reading_everything_gives() {
    let app = App::start().await;
    app.sql().await.batch_execute(ROWS).await.unwrap();
    let everything = all(&app, "?limit=100").await;
    assert_eq!(everything.len(), 240);
    let mut found = 0;
    for chosen in 1_u32..1 << FILTERS.len() {
        let filters: Vec<&Filter> = (0..)
            .zip(FILTERS)
            .filter(|(bit, _)| chosen & (1 << bit) != 0)
            .map(|(_, filter)| filter)
            .collect();
        let query: Vec<String> = filters
            .iter()
            .map(|(name, value, _)| format!("{name}={value}"))
            .collect();
        let query = format!("?{}&limit=100", query.join("&"));
        let wanted: Vec<&Value> = everything
            .iter()
            .filter(|row| filters.iter().all(|(.., holds)| holds(row)))
            .collect();
        let got = all(&app, &query).await;
        assert_eq!(got.iter().collect::<Vec<_>>(), wanted, "{query}");
        found += usize::from(!got.is_empty());
    }
    assert!(found > 40, "{found} combinations find anything");
    app.stop().await;
}
