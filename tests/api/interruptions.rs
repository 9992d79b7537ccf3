//! Hostile case 29, for who follows the log: listeners that end, and a node that stands still for a while. Streams, long polls and webhooks tell
//! everything once, in order, and soon.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::time::{sleep, timeout};

use crate::app::{Answer, App};
use crate::copies::{Copy, expect_fresh};
use crate::postgres::{database, settings};
use crate::process;
use crate::shorthand::{append, markdown};
use crate::stream::Client;
use crate::watch::{end_listeners, head};
use crate::webhooks::{Got, Receiver};

/// What a change may take on its way to who waits for it, on a busy machine and while listeners are ended.
const PROMPT: Duration = Duration::from_secs(5);

const FLAGS: [&str; 2] = ["--workers=1", "--allowed-networks=127.0.0.1"];

async fn node(database: &str) -> App {
    App::serving(database, &settings(database), &FLAGS).await
}

/// What a webhook got: all numbers up to this one, and of each article in order, a message that came again left out.
fn expect_all(got: &[Got], until: i64) {
    let (mut ids, mut told) = (BTreeSet::new(), Vec::new());
    for one in got.iter().filter(|one| ids.insert(one.id())) {
        let article = one.json["data"]["article"]["id"].as_str().unwrap();
        told.push((article, one.told().1));
    }
    // A stable sort: within an article the order stays as it came.
    told.sort_by_key(|(article, _)| *article);
    assert!(told.is_sorted(), "out of order: {told:?}");
    let mut numbers: Vec<i64> = told.into_iter().map(|(_, seq)| seq).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=until).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_listeners_are_ended_again_and_again_everything_is_told_once_and_soon() {
    const ROUNDS: i64 = 30;
    let url = database().await;
    let (app, other) = (node(&url).await, node(&url).await);
    let receiver = Receiver::taking().await;
    app.make("/webhooks", json!({"url": receiver.url})).await;
    let article = app.publish(json!({"headline": "Een"})).await;
    let mut client = Client::open(&other, "", Some("1-0-0")).await;
    assert_eq!(client.next().await.seq(), 1);
    let mut copy = Copy::of("limit=100");
    copy.follow(&app).await;

    let over = AtomicBool::new(false);
    let trouble = async {
        let mut ended = 0;
        while !over.load(Ordering::SeqCst) {
            ended += end_listeners(&app).await;
            sleep(Duration::from_millis(30)).await;
        }
        ended
    };
    let following = async {
        for round in 1..=ROUNDS {
            let path = format!("{}&wait=30", copy.path());
            let polling = timeout(PROMPT, other.get(&path));
            let writing = async {
                let body = json!({"body": markdown(&round.to_string())});
                append(&app, &article, body).await;
                client.next().await.seq()
            };
            // The time begins with the write, whose answer waits for its node to hear of it.
            let (page, seq) = tokio::join!(polling, timeout(PROMPT, writing));
            assert_eq!(seq.expect("the stream tells nothing"), 1 + round);
            let page = page.expect("who waits hears nothing").expect(200);
            assert_ne!(page.json["data"], json!([]), "who waits is told nothing");
            copy.take(&page.json);
            // Whoever waited had nothing before; who asks again has it.
            copy.follow(&app).await;
            let (seq, _) = copy.things.values().max_by_key(|(seq, _)| *seq).unwrap();
            assert_eq!(*seq, 1 + round);
        }
        over.store(true, Ordering::SeqCst);
    };
    let (ended, ()) = tokio::join!(trouble, following);
    println!("{ended} listeners were ended");
    assert!(ended > 20, "{ended}");
    expect_fresh(&app, &copy, "at rest").await;
    let got = receiver.got(usize::try_from(1 + ROUNDS).unwrap()).await;
    expect_all(&got, 1 + ROUNDS);
    for app in [app, other] {
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_stood_still_goes_on_without_a_gap_or_a_repeat() {
    let url = database().await;
    let app = node(&url).await;
    let receiver = Receiver::taking().await;
    app.make("/webhooks", json!({"url": receiver.url})).await;
    let article = app.publish(json!({"headline": "Een"})).await;
    let flags = ["--log=error", "--allowed-networks=127.0.0.1"];
    let (mut still, base) = process::node(&url, &flags).await.unwrap();
    let mut client = Client::at(&base, "", Some("1-0-0")).await;
    let mut copy = Copy::of("limit=100");
    copy.follow(&app).await;
    let write = async |count: usize| {
        for _ in 0..count {
            append(&app, &article, json!({"body": markdown("Later.")})).await;
        }
    };
    let mut seen = Vec::new();
    for _ in 0..3 {
        write(4).await;
        copy.follow(&app).await;
        // It has one who waits, and some on their way.
        let path = format!("{base}{}&wait=30", copy.path());
        let polling = tokio::spawn(async move {
            let answer = reqwest::get(path).await.unwrap();
            Answer::read(answer).await.unwrap()
        });
        still.signal("STOP");
        write(8).await;
        sleep(Duration::from_secs(2)).await;
        still.signal("CONT");
        let page = timeout(PROMPT * 2, polling).await;
        let page = page.expect("who waits hears nothing").unwrap().expect(200);
        copy.take(&page.json);
        write(4).await;
        let until = head(&app).await;
        while seen.last() != Some(&until) {
            let event = timeout(PROMPT, client.next()).await;
            let event = event.expect("the stream tells nothing");
            assert_ne!(event.name, "reset");
            seen.push(event.seq());
        }
    }
    let until = head(&app).await;
    assert_eq!(seen, (1..=until).collect::<Vec<_>>());
    copy.follow(&app).await;
    expect_fresh(&app, &copy, "at rest").await;
    let got = receiver.got(usize::try_from(until).unwrap()).await;
    expect_all(&got, until);
    assert!(still.stop().await.success());
    app.stop().await;
}
