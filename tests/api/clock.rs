//! Hostile case 32: a clock that is an hour off. All times that count are the database's, so that no node's clock matters; and where the database's own is
//! put back, what follows the log still goes by its numbers.
//!
//! Here nodes are wrong by the same hour: in their sessions the database's functions give another time than this machine's.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::copies::Copy;
use crate::postgres::{connect, database, named, settings};
use crate::shorthand::{append, managed, markdown};
use crate::stream::Client;
use crate::watch::heard;
use crate::webhooks::Receiver;

/// What asks for the time without saying of which schema gets ours.
const OTHER_CLOCK: &str = "
    CREATE SCHEMA clock;
    GRANT USAGE ON SCHEMA clock TO PUBLIC;
    CREATE TABLE clock.off (by interval NOT NULL);
    GRANT SELECT ON clock.off TO PUBLIC;
    INSERT INTO clock.off VALUES ('0');
    CREATE FUNCTION clock.now() RETURNS timestamptz STABLE LANGUAGE sql AS 'SELECT pg_catalog.now() + by FROM clock.off';
    CREATE FUNCTION clock.transaction_timestamp() RETURNS timestamptz STABLE LANGUAGE sql AS 'SELECT pg_catalog.now() + by FROM clock.off';
    CREATE FUNCTION clock.statement_timestamp() RETURNS timestamptz STABLE LANGUAGE sql AS 'SELECT pg_catalog.statement_timestamp() + by FROM clock.off';
    CREATE FUNCTION clock.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql AS 'SELECT pg_catalog.clock_timestamp() + by FROM clock.off';";

/// A node on a database of its own, whose clock can be moved.
pub async fn node() -> App {
    serving(&["--workers=1", "--allowed-networks=127.0.0.1"]).await
}

/// The same with these flags.
pub async fn serving(flags: &[&str]) -> App {
    let url = database().await;
    connect(&url)
        .await
        .batch_execute(OTHER_CLOCK)
        .await
        .unwrap();
    let name = url.rsplit('/').next().unwrap();
    let path = format!("ALTER DATABASE {name} SET search_path = public, clock, pg_catalog");
    let admin = connect(&named(&url, "postgres")).await;
    admin.batch_execute(&path).await.unwrap();
    App::serving(&url, &settings(&url), flags).await
}

/// Puts the database's clock off by so many minutes.
pub async fn put_minutes(app: &App, minutes: i32) {
    let off = "UPDATE clock.off SET by = make_interval(mins => $1)";
    app.sql().await.execute(off, &[&minutes]).await.unwrap();
}

/// Puts the database's clock off by so many hours from the nodes'.
pub async fn put(app: &App, hours: i32) {
    let off = "UPDATE clock.off SET by = make_interval(hours => $1)";
    app.sql().await.execute(off, &[&hours]).await.unwrap();
}

async fn now(app: &App) -> DateTime<Utc> {
    let query = "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";
    let row = app.sql().await.query_one(query, &[]).await.unwrap();
    row.get::<_, String>(0).parse().unwrap()
}

/// Must be the database's time, within a minute.
#[track_caller]
fn expect_now(time: &Value, now: DateTime<Utc>, what: &str) {
    let text = time.as_str().unwrap_or_else(|| panic!("{what}: {time}"));
    let time: DateTime<Utc> = text.parse().unwrap();
    assert!(
        (time - now).abs() < TimeDelta::minutes(1),
        "{what}: {text}, and it is {now}"
    );
}

/// Waits until the article is published.
async fn published(app: &App, article: &Answer) -> Answer {
    let begun = Instant::now();
    loop {
        let seen = managed(app, &format!("/articles/{}", article.id())).await;
        if seen.json["status"] == "published" {
            return seen;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{}", seen.text);
    }
}

/// Waits until the webhook has been told so many events and all of it is written down.
async fn delivered(app: &App, hook: &Answer, wanted: usize) {
    let begun = Instant::now();
    let path = format!("/webhooks/{}/deliveries", hook.id());
    loop {
        let told = managed(app, &path).await;
        let told = told.json["data"].as_array().unwrap();
        let done = told.iter().all(|one| one["state"] == "delivered");
        if done && told.len() >= wanted {
            assert_eq!(told.len(), wanted);
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{told:#?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_whose_clock_is_an_hour_off_tells_the_databases_time_and_goes_by_it() {
    let app = node().await;
    put(&app, -1).await;
    let receiver = Receiver::taking().await;
    let hook = app.make("/webhooks", json!({"url": receiver.url})).await;
    for (turn, hours) in [-1, 1].into_iter().enumerate() {
        // What is being sent when the clock jumps has outlived its lease at once, and may come twice.
        delivered(&app, &hook, turn * 4).await;
        put(&app, hours).await;
        let now = now(&app).await;
        let mut client = Client::now(&app, "").await;
        let headline = format!("Artikel {turn}");
        let article = app.publish(json!({"headline": headline})).await;
        let update = append(&app, &article, json!({"body": markdown("Later.")})).await;
        expect_now(&article.json["published_at"], now, "published");
        expect_now(&update.json["published_at"], now, "appended");
        expect_now(&client.next().await.data["timestamp"], now, "the event");
        let audit = app.manage("GET", "/audit?limit=1").send().await.expect(200);
        expect_now(&audit.json["data"][0]["at"], now, "the audit");
        let got = receiver.got(2 + turn * 4).await;
        let got = got.last().unwrap();
        expect_now(&got.json["timestamp"], now, "the webhook's event");
        let sent: i64 = got.header("webhook-timestamp").parse().unwrap();
        assert!(
            (sent - now.timestamp()).abs() < 60,
            "sent at {sent}, and it is {now}"
        );

        // What is due in half an hour is not due yet, and what is due now is.
        let ahead = |time: TimeDelta| json!({"at": (now + time).to_rfc3339()});
        let later = app.make("/articles", json!({"headline": "Straks"})).await;
        let half = ahead(TimeDelta::minutes(30));
        let later = app.act(&later, "publish", half).await.expect(200);
        let soon = app.make("/articles", json!({"headline": "Zo"})).await;
        let soon = app
            .act(&soon, "publish", ahead(TimeDelta::seconds(2)))
            .await;
        let soon = published(&app, &soon.expect(200)).await;
        expect_now(&soon.json["published_at"], now, "what was due");
        let path = format!("/articles/{}", later.id());
        assert_eq!(managed(&app, &path).await.json["status"], "draft");
        append(&app, &soon, json!({"body": markdown("Later.")})).await;
    }
    // Four of each turn; and what was due half an hour after the first turn is due in the second.
    delivered(&app, &hook, 9).await;
    assert_eq!(receiver.so_far().len(), 9);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_clock_is_put_back_everything_still_comes_in_the_order_of_its_numbers() {
    let app = node().await;
    let receiver = Receiver::taking().await;
    app.make("/webhooks", json!({"url": receiver.url})).await;
    let mut client = Client::now(&app, "").await;
    let mut copy = Copy::of("limit=2");
    copy.follow(&app).await;
    let article = app.publish(json!({"headline": "Een"})).await;
    let mut wanted = vec![1];
    for (round, hours) in [1, -1, 0, 2, -2].into_iter().enumerate() {
        put(&app, hours).await;
        for text in 0..3 {
            append(
                &app,
                &article,
                json!({"body": markdown(&format!("{round} {text}"))}),
            )
            .await;
            wanted.push(wanted.len() as i64 + 1);
        }
        copy.step(&app).await;
        // What is due by a clock that is put back then is due when it stands there again.
        receiver.got(wanted.len()).await;
    }
    for seq in &wanted {
        assert_eq!(client.next().await.seq(), *seq);
    }
    let mut again = Client::open(&app, "", Some("1-0-0")).await;
    for seq in &wanted {
        assert_eq!(again.next().await.seq(), *seq);
    }
    let got = receiver.got(wanted.len()).await;
    let told: Vec<i64> = got.iter().map(|one| one.told().1).collect();
    assert_eq!(told, wanted);
    heard(&app).await;
    copy.follow(&app).await;
    let page = app.get("/v1/articles/een").await.expect(200);
    let shown = page.json["updates"].as_array().unwrap();
    let numbers: Vec<i64> = shown
        .iter()
        .map(|update| update["number"].as_i64().unwrap())
        .collect();
    assert!(
        numbers.is_sorted() || numbers.iter().rev().is_sorted(),
        "{numbers:?}"
    );
    assert_eq!(numbers.len(), wanted.len() - 1);
    let (seq, _) = copy.things.values().max_by_key(|(seq, _)| *seq).unwrap();
    assert_eq!(seq, wanted.last().unwrap());
    app.stop().await;
}

/// What may ask this machine for the time, and why.
const MAY_ASK: [(&str, &str); 3] = [
    ("src/http/metrics/mod.rs", "tells when this process began"),
    (
        "src/db/doctor/questions.rs",
        "compares it with the database's",
    ),
    (
        "src/media/cleanup.rs",
        "compares it with that of the store's files, by weeks",
    ),
];

#[test]
fn nothing_else_asks_the_machine_of_a_node_for_the_time() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut folders, mut asking) = (vec![root.join("src")], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            if ["Utc::now(", "Local::now(", "SystemTime::now("]
                .iter()
                .any(|asks| text.contains(asks))
            {
                let path = path.strip_prefix(root).unwrap();
                asking.push(path.to_str().unwrap().to_owned());
            }
        }
    }
    asking.retain(|path| MAY_ASK.iter().all(|(may, _)| path != may));
    assert_eq!(asking, [] as [&str; 0], "take the database's time");
}
