//! No change is missed and none comes twice, however long transactions are open, in whatever order they end, and whichever node is asked: by who
//! keeps a copy, by who listens to the stream, and by who is told by a webhook.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::copies::{Copy, expect_fresh};
use crate::postgres::{database, settings};
use crate::stream::Client;
use crate::watch::{expect_gapless, heard};
use crate::webhooks::Receiver;

const WRITERS: usize = 16;
const WRITES: usize = 6;

/// Every publication keeps its transaction open for up to half a second, and one in ten comes to nothing.
const SLOW: &str = "
    CREATE FUNCTION newsroom.slow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_sleep(random() / 2);
        IF random() < 0.1 THEN
            RAISE EXCEPTION 'canceling statement due to lock timeout' USING ERRCODE = 'lock_not_available';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER slow BEFORE UPDATE ON newsroom.articles FOR EACH ROW EXECUTE FUNCTION newsroom.slow();";

/// Publishes drafts, and tells which were.
async fn writer(app: &App, drafts: &[Answer]) -> Vec<String> {
    let mut published = Vec::new();
    for draft in drafts {
        let answer = app.act(draft, "publish", json!({})).await;
        match answer.status {
            200 => published.push(draft.id()),
            status => assert_eq!(status, 503, "{}", answer.text),
        }
    }
    published
}

/// Keeps a copy until all is written, and then to the end.
async fn copying(app: &App, mut copy: Copy, written: &AtomicBool) -> Copy {
    loop {
        let last = written.load(Ordering::SeqCst);
        if last {
            // What another node has just been told may be a moment away here.
            heard(app).await;
        }
        copy.follow(app).await;
        if last {
            return copy;
        }
    }
}

/// Listens, now to one node and now to the next, and gives the number and the article of each event, up to the last change.
async fn listening(
    nodes: &[App],
    first: usize,
    from: &str,
    last: impl Future<Output = i64>,
) -> Vec<(i64, String)> {
    let (mut told, mut id, mut at) = (Vec::new(), from.to_owned(), first);
    let mut last = std::pin::pin!(last);
    let mut end = None;
    loop {
        let mut client = Client::open(&nodes[at % nodes.len()], "", Some(&id)).await;
        for _ in 0..5 {
            let event = tokio::select! {
                event = client.event() => event.unwrap(),
                seq = &mut last, if end.is_none() => {
                    end = Some(seq);
                    if told.last().is_some_and(|(told, _)| *told >= seq) {
                        return told;
                    }
                    continue;
                }
            };
            assert_eq!(event.name, "article.published");
            let article = event.data["data"]["article"]["id"].as_str().unwrap();
            told.push((event.seq(), article.to_owned()));
            if end.is_some_and(|end| event.seq() >= end) {
                return told;
            }
        }
        id = client.id.clone();
        at += 1;
    }
}

fn once(mut ids: Vec<String>, who: &str) -> BTreeSet<String> {
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "{who}: some came twice");
    ids.into_iter().collect()
}

fn article_of(body: &Value) -> String {
    body["data"]["article"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_sixteen_writers_readers_of_three_nodes_miss_nothing_and_get_nothing_twice() {
    let database = database().await;
    let mut nodes = Vec::new();
    for _ in 0..3 {
        let flags = ["--workers=1", "--allowed-networks=127.0.0.1"];
        nodes.push(App::serving(&database, &settings(&database), &flags).await);
    }
    let receiver = Receiver::taking().await;
    nodes[0]
        .make("/webhooks", json!({"url": receiver.url}))
        .await;
    let mut drafts = Vec::new();
    for number in 0..WRITERS * WRITES {
        let draft = json!({"headline": format!("Nummer {number}")});
        drafts.push(nodes[0].make("/articles", draft).await);
    }
    let mut begun = Copy::of("limit=3");
    begun.follow(&nodes[0]).await;
    let from = nodes[0]
        .get("/v1/site")
        .await
        .header("kroniek-seq")
        .to_owned();
    nodes[0].sql().await.batch_execute(SLOW).await.unwrap();

    let written = AtomicBool::new(false);
    let (done, _) = tokio::sync::watch::channel(0);
    let writers = async {
        let drafts = drafts.chunks(WRITES).enumerate();
        let writers = drafts.map(|(number, drafts)| writer(&nodes[number % 3], drafts));
        let published = join_all(writers).await.concat();
        written.store(true, Ordering::SeqCst);
        done.send_replace(crate::watch::head(&nodes[0]).await);
        published
    };
    let copying = join_all(
        nodes
            .iter()
            .map(|node| copying(node, begun.clone(), &written)),
    );
    let listening = (0..3).map(|first| {
        let mut done = done.subscribe();
        let last = async move { *done.wait_for(|seq| *seq > 0).await.unwrap() };
        listening(&nodes, first, &from, last)
    });
    let (published, copies, heard) = tokio::join!(writers, copying, join_all(listening));

    assert!(
        (40..WRITERS * WRITES).contains(&published.len()),
        "{}",
        published.len()
    );
    let published = once(published, "the writers");
    for copy in &copies {
        let seen: BTreeSet<String> = copy.ids("article").into_iter().collect();
        let missed = published.difference(&seen).count();
        assert_eq!(missed, 0, "a copy missed {missed} of {}", published.len());
        assert_eq!(seen, published);
        // The site, and each article once.
        assert_eq!(copy.told, 1 + published.len(), "some came twice");
        expect_fresh(&nodes[0], copy, "at rest").await;
    }
    for told in heard {
        assert!(told.is_sorted_by_key(|(seq, _)| *seq), "out of order");
        let seen = once(told.into_iter().map(|(_, id)| id).collect(), "a stream");
        let missed = published.difference(&seen).count();
        assert_eq!(missed, 0, "a stream missed {missed} of {}", published.len());
        assert_eq!(seen, published);
    }
    let got = receiver.got(published.len()).await;
    let seen = once(
        got.iter().map(|got| article_of(&got.json)).collect(),
        "a webhook",
    );
    assert_eq!(seen, published, "a webhook missed some");
    expect_gapless(&nodes[0]).await;
    for node in nodes {
        node.stop().await;
    }
}
