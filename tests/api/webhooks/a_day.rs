//! A target that is down for a day, through every retry.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use futures_util::future::join_all;
use serde_json::json;

use super::failing::away;
use super::{Got, Receiver, hook, start, tried};
use crate::app::App;
use crate::shorthand::{append, markdown};

const ARTICLES: usize = 5;
const UPDATES: usize = 20;
const EVENTS: usize = ARTICLES * (1 + UPDATES);

/// Seconds in a day.
const DAY: f64 = 86_400.0;

/// How many seconds it takes until all that is to be tried again is due.
async fn until_due(app: &App) -> f64 {
    let query = "SELECT extract(epoch FROM max(next_at) - now())::float8 FROM newsroom.webhook_deliveries WHERE state = 'pending' AND NOT waits";
    let row = app.sql().await.query_one(query, &[]).await.unwrap();
    row.get::<_, f64>(0).max(0.0)
}

/// Lets so many seconds pass: whatever has been is so much longer ago, and what is to come so much sooner.
async fn pass(app: &App, seconds: f64) {
    let ago = format!("- make_interval(secs => {})", seconds + 0.1);
    let moved = format!(
        "UPDATE newsroom.webhook_deliveries SET next_at = next_at {ago}, first_at = first_at {ago}, created_at = created_at {ago};
         UPDATE newsroom.webhook_attempts SET at = at {ago};
         UPDATE newsroom.webhooks SET failing_since = failing_since {ago}, last_success_at = last_success_at {ago}"
    );
    super::sql(app, &moved).await;
}

/// What came of an article.
fn of<'g>(got: &'g [Got], article: &str) -> Vec<&'g Got> {
    let is_of = |one: &&Got| one.json["data"]["article"]["id"] == json!(article);
    got.iter().filter(is_of).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_events_wait_a_day_for_their_target_and_come_in_order_and_others_wait_for_nothing()
 {
    let (app, (receiver, is_away)) = (start().await, away().await);
    let other = Receiver::taking().await;
    hook(&app, &other, json!({})).await;
    let hook = hook(&app, &receiver, json!({})).await;
    let write = async |number: usize| {
        let headline = format!("Artikel {number}");
        let article = app.publish(json!({"headline": headline})).await;
        for text in 0..UPDATES {
            let body = json!({"body": markdown(&text.to_string())});
            append(&app, &article, body).await;
        }
        article.id()
    };
    let articles = join_all((0..ARTICLES).map(write)).await;
    assert_eq!(other.got(EVENTS).await.len(), EVENTS, "undelayed");

    let (mut passed, mut times) = (0.0, 1);
    let next = loop {
        tried(&app, times).await;
        let next = until_due(&app).await;
        if passed + next > DAY {
            break next;
        }
        pass(&app, next).await;
        passed += next;
        times += 1;
    };
    println!("after {:.1} hours tried {times} times", passed / 3600.0);
    assert!(times >= 7, "{times}");
    // Only the first of each article was tried, each time as the same message.
    let tries = receiver.so_far();
    assert_eq!(tries.len(), ARTICLES * usize::try_from(times).unwrap());
    let ids: BTreeSet<&str> = tries.iter().map(Got::id).collect();
    assert_eq!(ids.len(), ARTICLES);
    let shown = hook.shown(&app).await.json;
    assert_eq!(
        (&shown["status"], &shown["pending"]),
        (&json!("enabled"), &json!(EVENTS))
    );

    is_away.store(false, Ordering::SeqCst);
    pass(&app, next).await;
    let got = receiver.got(tries.len() + EVENTS).await;
    let got = got.get(tries.len()..).unwrap();
    for article in &articles {
        for whole in [got, &other.so_far()[..]] {
            let told: Vec<(String, i64)> =
                of(whole, article).iter().map(|one| one.told()).collect();
            assert_eq!(told.len(), 1 + UPDATES);
            assert_eq!(told[0].0, "article.published");
            assert!(told.is_sorted_by_key(|(_, seq)| *seq), "{told:?}");
        }
    }
    hook.becomes(&app, |shown| shown["pending"] == 0).await;
    assert_eq!(
        (receiver.so_far().len(), other.so_far().len()),
        (tries.len() + EVENTS, EVENTS)
    );
    app.stop().await;
}
