//! Coming back: without a gap, without a repeat, on any node; and what happens where that can't be.

use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::future::join_all;
use kroniek::publishing::{Attribution, Record, begin_epoch, write};
use serde_json::json;

use super::{Client, append, two_nodes};
use crate::app::App;
use crate::watch::{head, heard};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_back_gets_what_it_missed_on_any_node_and_after_a_restart() {
    let (app, other) = two_nodes().await;
    let mut client = Client::now(&app, "").await;
    app.publish(json!({"headline": "Een"})).await;
    let id = client.next().await.id;
    drop(client);
    for text in ["a", "b", "c"] {
        append(&app, "een", text).await;
    }
    let texts = async |mut client: Client| {
        let mut texts = Vec::new();
        for _ in 0..3 {
            let event = client.next().await;
            let html = event.data["data"]["update"]["body"]["html"].clone();
            texts.push(html.as_str().unwrap().to_owned());
        }
        texts
    };
    let wanted = ["<p>a</p>", "<p>b</p>", "<p>c</p>"];
    heard(&other).await;
    for node in [&app, &other] {
        assert_eq!(texts(Client::open(node, "", Some(&id)).await).await, wanted);
    }
    // A browser's first connection can't set a header; a later one sends the header beside the address of the first.
    let first = format!("?last_event_id={id}");
    assert_eq!(
        texts(Client::open(&other, &first, None).await).await,
        wanted
    );
    let old = "?last_event_id=1-0-0";
    assert_eq!(
        texts(Client::open(&other, old, Some(&id)).await).await,
        wanted
    );
    // So does the Kroniek-Seq of an answer.
    let seq = id.trim_end_matches("-0");
    assert_eq!(texts(Client::open(&app, "", Some(seq)).await).await, wanted);

    let url = app.database_url.clone();
    app.stop().await;
    other.stop().await;
    let again = App::on(&url).await;
    assert_eq!(
        texts(Client::open(&again, "", Some(&id)).await).await,
        wanted
    );
    again.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_has_not_heard_of_a_change_waits_for_it_within_the_stream() {
    let (app, other) = two_nodes().await;
    let article = app.publish(json!({"headline": "Een"})).await;
    // Whatever the other node knows, it is asked at once.
    for round in 0..20 {
        append(&app, &article.id(), &round.to_string()).await;
        let here = format!("1-{}-0", head(&app).await);
        let mut client = Client::open(&other, "", Some(&here)).await;
        append(&app, &article.id(), "En nog een.").await;
        let event = client.next().await;
        assert_eq!(event.name, "update.appended", "{here}");
        assert_eq!(event.seq(), head(&app).await);
    }
    for app in [app, other] {
        app.stop().await;
    }
}

static DICE: AtomicU64 = AtomicU64::new(29);

fn dice(below: u64) -> u64 {
    let mut z = DICE.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) % below
}

/// Follows the stream to this number, leaving and coming back to any node after a few events; gives the numbers that it saw.
async fn follow(nodes: &[&App], until: i64) -> Vec<i64> {
    let (mut seen, mut id) = (Vec::new(), "1-0-0".to_owned());
    loop {
        let node = nodes[usize::try_from(dice(2)).unwrap()];
        let mut client = Client::open(node, "", Some(&id)).await;
        for _ in 0..=dice(12) {
            let event = client.next().await;
            assert_ne!(event.name, "reset");
            seen.push(event.seq());
            id = event.id;
            if seen.last() == Some(&until) {
                return seen;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_missed_and_nothing_comes_twice_while_many_write_and_clients_come_and_go() {
    const WRITERS: i64 = 8;
    const EACH: i64 = 12;
    let (app, other) = two_nodes().await;
    let nodes = [&app, &other];
    let until = WRITERS * (EACH + 1) + 1;
    let writer = async |number: i64| {
        let node = nodes[usize::try_from(number % 2).unwrap()];
        let article = node.publish(json!({"headline": "Een"})).await;
        for text in 0..EACH {
            append(node, &article.id(), &text.to_string()).await;
        }
    };
    let writing = async {
        join_all((0..WRITERS).map(writer)).await;
        app.publish(json!({"headline": "Het einde"})).await;
    };
    let readers = join_all((0..6).map(|_| follow(&nodes, until)));
    let ((), seen) = tokio::join!(writing, readers);
    let all: Vec<i64> = (1..=until).collect();
    for numbers in seen {
        assert_eq!(numbers, all);
    }
    for app in [app, other] {
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_a_client_cannot_go_on_it_is_told_so_and_the_stream_goes_on_from_the_end() {
    let app = App::start().await;
    for headline in ["Een", "Twee", "Drie"] {
        app.publish(json!({"headline": headline})).await;
    }
    let trimmed = "UPDATE delivery.head SET kept_from = 1";
    app.sql().await.batch_execute(trimmed).await.unwrap();
    for id in [
        "1-4-0",
        "1-0-0",
        "0-2-0",
        "2-2-0",
        "1-999999999999-0",
        "rommel",
        "1-2-x",
        "1-2-0-0",
        "-1-2-0",
        "1--2-0",
        "1-99999999999999999999-0",
        "\u{fd}",
    ] {
        let mut client = Client::open(&app, "", Some(id)).await;
        let reset = client.next().await;
        assert_eq!(reset.name, "reset", "{id}");
        let here = head(&app).await;
        assert_eq!(
            (reset.seq(), reset.id),
            (here, format!("1-{here}-0")),
            "{id}"
        );
        append(&app, "een", "Verder.").await;
        let event = client.next().await;
        assert_eq!(
            (event.name.as_str(), event.seq()),
            ("update.appended", here + 1),
            "{id}"
        );
    }
    // What is the last that is kept no longer may still be gone on from.
    let mut client = Client::open(&app, "", Some("1-1-0")).await;
    assert_eq!(client.next().await.seq(), 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_epoch_resets_every_stream_and_ids_of_before() {
    let (app, other) = two_nodes().await;
    app.publish(json!({"headline": "Een"})).await;
    heard(&other).await;
    let mut streams = Vec::new();
    for node in [&app, &other] {
        streams.push(Client::now(node, "").await);
    }
    let begun =
        async |tx: &mut kroniek::publishing::Tx| Ok((begin_epoch(tx).await?, Record::default()));
    let by = Attribution::command("test");
    write(&app.store.pools, by, begun).await.unwrap();
    for client in &mut streams {
        let reset = client.next().await;
        assert_eq!((reset.name.as_str(), reset.id.as_str()), ("reset", "2-1-0"));
    }
    app.publish(json!({"headline": "Twee"})).await;
    for client in &mut streams {
        let event = client.next().await;
        assert_eq!((event.headline(), event.id.as_str()), ("Twee", "2-2-0"));
    }
    let mut old = Client::open(&app, "", Some("1-1-0")).await;
    assert_eq!(old.next().await.name, "reset");
    for app in [app, other] {
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_back_from_before_what_a_node_still_holds_misses_nothing() {
    const EVENTS: i64 = 8;
    let (app, other) = two_nodes().await;
    for number in 1..=EVENTS {
        let article = json!({"headline": format!("Artikel {number}")});
        app.publish(article).await;
    }
    heard(&other).await;
    // Somebody listens all the time, so that both nodes hold what was last told: some four of these, and each as it still is.
    let forms = "?body=html,blocks,text";
    let mut listening = [
        Client::now(&app, forms).await,
        Client::now(&other, forms).await,
    ];
    let text = "Woord voor woord. ".repeat(15_000);
    for number in 1..=EVENTS {
        append(&app, &format!("artikel-{number}"), &text).await;
    }
    let end = 2 * EVENTS;
    for client in &mut listening {
        for seq in EVENTS + 1..=end {
            assert_eq!(client.next().await.seq(), seq);
        }
    }
    for after in [0, EVENTS, EVENTS + 1, EVENTS + 3, end - 2, end - 1] {
        for node in [&app, &other] {
            let id = format!("1-{after}-0");
            let mut client = Client::open(node, forms, Some(&id)).await;
            for seq in after + 1..=end {
                assert_eq!(client.next().await.seq(), seq, "from {id} on");
            }
        }
    }
    for app in [app, other] {
        app.stop().await;
    }
}
