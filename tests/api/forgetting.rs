//! The log is kept for so long: what is older goes, and whoever follows the log misses nothing unawares.

use std::num::NonZeroU16;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use actix_web::HttpResponse;
use futures_util::future::join_all;
use kroniek::publishing::forget_changes;
use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::copies::{Copy, expect_fresh, expect_whole};
use crate::postgres::{database, settings};
use crate::process;
use crate::shorthand::{append, markdown, republish};
use crate::stream::Client;
use crate::watch::{head, heard, waiting_with};
use crate::webhooks::Receiver;

const FLAGS: [&str; 2] = ["--workers=1", "--allowed-networks=127.0.0.1"];

async fn node(database: &str) -> App {
    App::serving(database, &settings(database), &FLAGS).await
}

/// Makes all changes up to this one so many days old.
async fn age(app: &App, until: i64, days: i32) {
    let aged = "UPDATE delivery.changes SET committed_at = now() - make_interval(days => $2) WHERE seq <= $1";
    let sql = app.sql().await;
    sql.execute(aged, &[&until, &days]).await.unwrap();
}

/// Forgets what is older than the default, and tells how many changes went.
async fn forget(app: &App) -> i64 {
    let days = NonZeroU16::new(90).unwrap();
    forget_changes(&app.store.pools, days).await.unwrap()
}

/// Whether somebody has a lock that others wait for.
async fn is_forgetting(app: &App) -> bool {
    let query = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock'
                                AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))";
    app.sql().await.query_one(query, &[]).await.unwrap().get(0)
}

/// Up to where the log is kept no longer. What it still holds is all that follows.
async fn kept_from(app: &App) -> i64 {
    let query = "SELECT h.kept_from, (SELECT count(*) FROM delivery.changes), (SELECT min(seq) FROM delivery.changes), h.seq FROM delivery.head h";
    let row = app.sql().await.query_one(query, &[]).await.unwrap();
    let (from, count, first, last): (i64, i64, Option<i64>, i64) =
        (row.get(0), row.get(1), row.get(2), row.get(3));
    assert_eq!(
        (count, first.unwrap_or(last + 1)),
        (last - from, from + 1),
        "the log has gaps"
    );
    from
}

async fn make_hook(app: &App, receiver: &Receiver) -> String {
    let made = app.make("/webhooks", json!({"url": receiver.url})).await;
    format!("/webhooks/{}", made.id())
}

/// Waits until the webhook is so.
async fn becomes(app: &App, hook: &str, wanted: impl Fn(&Value) -> bool) -> Answer {
    let begun = Instant::now();
    loop {
        let shown = app.manage("GET", hook).send().await.expect(200);
        if wanted(&shown.json) {
            return shown;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{}", shown.text);
    }
}

/// A receiver that is away for as long as is told.
async fn away() -> (Receiver, Arc<AtomicBool>) {
    let is_away = Arc::new(AtomicBool::new(true));
    let told = is_away.clone();
    let receiver = Receiver::new(move |_, _| match told.load(Ordering::SeqCst) {
        true => HttpResponse::ServiceUnavailable().finish(),
        false => HttpResponse::NoContent().finish(),
    });
    (receiver.await, is_away)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_seen_less_is_told_to_begin_anew_and_everybody_else_goes_on() {
    let app = App::start().await;
    let gone = app.publish(json!({"headline": "Weg"})).await;
    app.act(&gone, "withdraw", json!({})).await.expect(200);
    let mut copy = Copy::of("limit=100");
    copy.follow(&app).await;
    for headline in ["Een", "Twee", "Drie", "Vier"] {
        app.publish(json!({"headline": headline})).await;
    }
    age(&app, 4, 89).await;
    assert_eq!((forget(&app).await, kept_from(&app).await), (0, 0));
    age(&app, 4, 91).await;
    assert_eq!((forget(&app).await, kept_from(&app).await), (4, 4));
    assert_eq!(forget(&app).await, 0);

    for old in ["1-0-0", "1-3-0"] {
        let mut client = Client::open(&app, "", Some(old)).await;
        let reset = client.next().await;
        assert_eq!((reset.name.as_str(), reset.seq()), ("reset", 6), "{old}");
    }
    let mut client = Client::open(&app, "", Some("1-4-0")).await;
    let told = [client.next().await, client.next().await];
    assert_eq!(told.map(|event| event.seq()), [5, 6]);
    // Tombstones stay for good, and cursors with them.
    app.get("/v1/articles/weg").await.expect(410);
    copy.follow(&app).await;
    assert_eq!(copy.ids("article").len(), 4);
    expect_whole(&app, &copy, "after the log was cut").await;
    expect_fresh(&app, &copy, "after the log was cut").await;
    // All of it may go.
    age(&app, 6, 91).await;
    assert_eq!((forget(&app).await, kept_from(&app).await), (2, 6));
    let mut client = Client::open(&app, "", Some("1-6-0")).await;
    app.publish(json!({"headline": "Vijf"})).await;
    assert_eq!(client.next().await.seq(), 7);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_webhook_has_yet_to_be_told_stays_in_the_log() {
    let app = node(&database().await).await;
    let (receiver, is_away) = away().await;
    let hook = make_hook(&app, &receiver).await;
    let article = app.publish(json!({"headline": "Een"})).await;
    for text in ["Een.", "Twee."] {
        append(&app, &article, json!({"body": markdown(text)})).await;
    }
    // The first has been tried, so that its body is kept; those behind it have none yet.
    becomes(&app, &hook, |shown| {
        shown["pending"] == 3 && shown["failing_since"].is_string()
    })
    .await;
    age(&app, 3, 400).await;
    assert_eq!((forget(&app).await, kept_from(&app).await), (1, 1));

    is_away.store(false, Ordering::SeqCst);
    let before = receiver.so_far().len();
    let due = "UPDATE newsroom.webhook_deliveries SET next_at = now() WHERE state = 'pending' AND lease IS NULL";
    app.sql().await.batch_execute(due).await.unwrap();
    let got = receiver.got(before + 3).await.split_off(before);
    let told: Vec<i64> = got.iter().map(|one| one.told().1).collect();
    assert_eq!(told, [1, 2, 3]);
    becomes(&app, &hook, |shown| shown["pending"] == 0).await;
    assert_eq!((forget(&app).await, kept_from(&app).await), (2, 3));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disabled_webhook_is_waited_for_as_long_as_one_is_tried_and_then_told_what_it_missed() {
    let app = node(&database().await).await;
    let receiver = Receiver::taking().await;
    let hook = make_hook(&app, &receiver).await;
    let enable = async |enabled: bool| {
        let seen = app.manage("GET", &hook).send().await;
        let set = json!({"enabled": enabled});
        app.patch(&hook, &seen, set).await.expect(200);
    };
    let since = async |hours: i32| {
        let sql = "UPDATE newsroom.webhooks SET disabled_at = now() - make_interval(hours => $1)";
        app.sql().await.execute(sql, &[&hours]).await.unwrap();
    };
    enable(false).await;
    app.publish(json!({"headline": "Een"})).await;
    age(&app, 1, 400).await;
    since(71).await;
    assert_eq!(forget(&app).await, 0);
    enable(true).await;
    assert_eq!(receiver.got(1).await[0].told().1, 1);
    becomes(&app, &hook, |shown| shown["cursor"] == "1-1").await;

    enable(false).await;
    app.publish(json!({"headline": "Twee"})).await;
    age(&app, 2, 400).await;
    since(73).await;
    assert_eq!((forget(&app).await, kept_from(&app).await), (2, 2));
    enable(true).await;
    let shown = becomes(&app, &hook, |shown| shown["missed"].is_object()).await;
    let missed = &shown.json["missed"];
    assert_eq!(
        (&missed["after"], &missed["until"]),
        (&json!("1-1"), &json!("1-2"))
    );
    app.publish(json!({"headline": "Drie"})).await;
    assert_eq!(receiver.got(2).await[1].told().1, 3);

    let replay = async |since: &str| {
        let call = app.manage("POST", &format!("{hook}/replay"));
        call.json(&json!({"since": since})).send().await
    };
    let over = replay("1-1").await.expect(410);
    assert_eq!(over.problem(), "epoch-over");
    let detail = over.json["detail"].as_str().unwrap();
    assert!(detail.contains("told again from 1-2 on"), "{detail}");
    replay("1-2").await.expect(200);
    assert_eq!(receiver.got(3).await[2].told().1, 3);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_a_replay_is_begun_nothing_is_forgotten_that_it_needs() {
    let app = node(&database().await).await;
    let receiver = Receiver::taking().await;
    let hook = make_hook(&app, &receiver).await;
    app.publish(json!({"headline": "Een"})).await;
    receiver.got(1).await;
    becomes(&app, &hook, |shown| shown["pending"] == 0).await;
    age(&app, 1, 400).await;
    // It has found the log whole, and then its webhook is held up.
    let hand = app.sql().await;
    let lock = "BEGIN; LOCK TABLE newsroom.webhook_deliveries IN EXCLUSIVE MODE";
    hand.batch_execute(lock).await.unwrap();
    let call = app.manage("POST", &format!("{hook}/replay"));
    let replay = call.json(&json!({"since": "1-0"})).send();
    let forgetting = async {
        // Workers and chores wait for that table too.
        waiting_with(&app, "UPDATE \"newsroom\".\"webhook_deliveries\"%").await;
        let forgotten = forget(&app);
        let freed = async {
            waiting_with(&app, "%advisory%").await;
            hand.batch_execute("COMMIT").await.unwrap();
        };
        tokio::join!(forgotten, freed).0
    };
    let (replayed, forgotten) = tokio::join!(replay, forgetting);
    replayed.expect(200);
    assert_eq!(forgotten, 0);
    assert_eq!(receiver.got(2).await[1].told().1, 1);
    app.stop().await;
}

/// Each change is as old as the log may be when it is made.
const OLD: &str = "
    CREATE FUNCTION delivery.old() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN NEW.committed_at := now() - interval '400 days'; RETURN NEW; END $$;
    CREATE TRIGGER old BEFORE INSERT ON delivery.changes FOR EACH ROW EXECUTE FUNCTION delivery.old();";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_log_is_cut_all_the_time_writers_go_on_and_webhooks_and_copies_miss_nothing() {
    const WRITERS: usize = 8;
    const WRITES: usize = 8;
    let url = database().await;
    let (app, other) = (node(&url).await, node(&url).await);
    let receiver = Receiver::taking().await;
    make_hook(&app, &receiver).await;
    app.sql().await.batch_execute(OLD).await.unwrap();
    let mut copy = Copy::of("limit=3");
    copy.follow(&app).await;
    let written = AtomicBool::new(false);
    let nodes = [&app, &other];
    let writer = async |number: usize| {
        let node = nodes[number % 2];
        let headline = format!("Schrijver {number}");
        let article = node.publish(json!({"headline": headline})).await;
        for text in 1..WRITES {
            let body = json!({"body": markdown(&text.to_string())});
            append(node, &article, body).await;
        }
    };
    let writing = async {
        join_all((0..WRITERS).map(writer)).await;
        written.store(true, Ordering::SeqCst);
    };
    let cutting = async |node: &App| {
        let mut forgotten = 0;
        while !written.load(Ordering::SeqCst) {
            forgotten += forget(node).await;
        }
        forgotten
    };
    let ((), first, second) = tokio::join!(writing, cutting(&app), cutting(&other));
    assert!(first + second > 0, "nothing was cut meanwhile");
    let got = receiver.got(WRITERS * WRITES).await;
    let mut told: Vec<i64> = got.iter().map(|one| one.told().1).collect();
    told.sort_unstable();
    let all: Vec<i64> = (1..=head(&app).await).collect();
    assert_eq!(told, all);
    heard(&other).await;
    copy.follow(&other).await;
    expect_fresh(&other, &copy, "at rest").await;
    kept_from(&app).await;
    app.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_slept_while_changes_were_made_and_forgotten_shows_nothing_of_before() {
    let app = App::start().await;
    let article = app.publish(json!({"headline": "Oud"})).await;
    let (mut sleeper, base) = process::node(&app.database_url, &["--log=error"])
        .await
        .unwrap();
    let read = async |seq: i64| {
        let request = reqwest::Client::new().get(format!("{base}/v1/articles/oud"));
        let least = format!("1-{seq}");
        let answer = request.header("kroniek-min-seq", least).send().await;
        let answer = Answer::read(answer.unwrap()).await.unwrap().expect(200);
        answer.json["headline"].as_str().unwrap().to_owned()
    };
    // It keeps the answer.
    for _ in 0..3 {
        assert_eq!(read(1).await, "Oud");
    }
    // It may just be forgetting something itself, as a node does when it starts: then nobody else can.
    sleeper.signal("STOP");
    while is_forgetting(&app).await {
        sleeper.signal("CONT");
        tokio::time::sleep(Duration::from_millis(50)).await;
        sleeper.signal("STOP");
    }
    republish(&app, &article, json!({"headline": "Nieuw", "slug": "oud"})).await;
    app.publish(json!({"headline": "Ander"})).await;
    age(&app, 2, 400).await;
    assert_eq!((forget(&app).await, kept_from(&app).await), (2, 2));
    sleeper.signal("CONT");
    assert_eq!(read(3).await, "Nieuw");
    assert!(sleeper.stop().await.success());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_forgets_by_itself_what_is_older_than_it_is_told_to_keep() {
    let app = App::start().await;
    for headline in ["Een", "Twee", "Drie"] {
        app.publish(json!({"headline": headline})).await;
    }
    age(&app, 3, 3).await;
    age(&app, 1, 6).await;
    let url = &app.database_url;
    let flags = ["--workers=1", "--changes-kept-days=5"];
    let other = App::serving(url, &settings(url), &flags).await;
    let begun = Instant::now();
    while kept_from(&app).await != 1 {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "it is still kept"
        );
    }
    other.stop().await;
    app.stop().await;
}
