//! No change is missed and none comes twice, however long transactions are open, in whatever order they end, and on whichever node is asked.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::join_all;
use serde_json::json;

use super::{Copy, expect_fresh};
use crate::app::App;
use crate::postgres::{database, settings};
use crate::watch::expect_gapless;

const WRITERS: usize = 16;
const WRITES: usize = 8;

/// Every new section keeps its transaction open for up to half a second, and one in ten comes to nothing.
const SLOW: &str = "
    CREATE FUNCTION newsroom.slow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_sleep(random() / 2);
        IF random() < 0.1 THEN
            RAISE EXCEPTION 'canceling statement due to lock timeout' USING ERRCODE = 'lock_not_available';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER slow BEFORE INSERT ON newsroom.sections FOR EACH ROW EXECUTE FUNCTION newsroom.slow();";

/// Writes sections, and tells which came to be.
async fn writer(app: &App, number: usize) -> Vec<String> {
    let mut made = Vec::new();
    for write in 0..WRITES {
        let body = json!({"name": format!("Deel {number} {write}")});
        let answer = app.manage("POST", "/sections").json(&body).send().await;
        match answer.status {
            201 => made.push(answer.id()),
            status => assert_eq!(status, 503, "{}", answer.text),
        }
    }
    made
}

/// Follows until all is written, and then to the end.
async fn reader(app: &App, mut copy: Copy, written: &AtomicBool) -> Copy {
    loop {
        let last = written.load(Ordering::SeqCst);
        copy.follow(app).await;
        if last {
            return copy;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_writers_and_readers_of_three_nodes_who_miss_nothing_and_get_nothing_twice() {
    let database = database().await;
    let mut nodes = vec![App::on(&database).await];
    for _ in 0..2 {
        nodes.push(App::with(&database, &settings(&database)).await);
    }
    nodes[0].sql().await.batch_execute(SLOW).await.unwrap();
    let written = AtomicBool::new(false);
    let writers = async {
        let writers = (0..WRITERS).map(|number| writer(&nodes[number % 3], number));
        let made = join_all(writers).await.concat();
        written.store(true, Ordering::SeqCst);
        made
    };
    let mut begun = Copy::of("limit=3");
    begun.follow(&nodes[0]).await;
    let readers = nodes
        .iter()
        .map(|node| reader(node, begun.clone(), &written));
    let readers = join_all(readers);
    let (made, copies) = tokio::join!(writers, readers);
    assert!(
        (40..WRITERS * WRITES).contains(&made.len()),
        "{}",
        made.len()
    );
    let made: BTreeSet<String> = made.into_iter().collect();
    for copy in &copies {
        let seen: BTreeSet<String> = copy.ids("section").into_iter().collect();
        let missed: Vec<_> = made.difference(&seen).collect();
        assert!(
            missed.is_empty(),
            "missed {} of {}",
            missed.len(),
            made.len()
        );
        assert_eq!(seen, made);
        // The site, and each section once.
        assert_eq!(copy.told, 1 + made.len(), "some came twice");
        expect_fresh(&nodes[0], copy, "at rest").await;
    }
    expect_gapless(&nodes[0]).await;
    for node in nodes {
        node.stop().await;
    }
}
