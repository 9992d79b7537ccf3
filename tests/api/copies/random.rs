//! Copies after random histories of every kind of write.

use super::{Copy, expect_fresh, expect_whole};
use crate::app::App;
use crate::history::Newsroom;
use crate::postgres::{database, settings};

const SEEDS: [u64; 2] = [20_261_127, 3];
const STEPS: usize = 240;

/// What copies are kept of, and how many things come at a time.
const QUERIES: [&str; 6] = [
    "limit=7",
    "limit=100&body=blocks,text",
    "limit=3&section=haven,water",
    "limit=20&language=nl",
    "limit=11&section=zout&language=en&fields=headline,updates",
    "limit=1&fields=slug",
];

async fn history(seed: u64) {
    let database = database().await;
    let origin = App::on(&database).await;
    let other = App::with(&database, &settings(&database)).await;
    let mut newsroom = Newsroom::new(&origin, seed);
    newsroom.begin().await;
    let mut copies: Vec<Copy> = QUERIES.map(Copy::of).into();
    for step in 1..=STEPS {
        newsroom.step().await;
        // Each copy follows at its own pace, some in the midst of things.
        for (place, copy) in copies.iter_mut().enumerate() {
            match newsroom.dice.below(6) {
                0 => copy.follow(&origin).await,
                1 | 2 => drop(copy.step(&other).await),
                _ if place == 0 => copy.follow(&origin).await,
                _ => {}
            }
        }
        let when = format!("seed {seed}, step {step}");
        if step % 4 == 0 {
            copies[0].follow(&origin).await;
            expect_whole(&origin, &copies[0], &when).await;
        }
        if step % 40 == 0 {
            for copy in &mut copies {
                copy.follow(&origin).await;
                expect_fresh(&origin, copy, &when).await;
            }
        }
    }
    // Copies are kept by what changes, not by beginning again.
    assert!(copies[0].told < 40 * STEPS, "{}", copies[0].told);
    origin.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_any_history_a_copy_shows_what_delivery_shows() {
    for seed in SEEDS {
        history(seed).await;
    }
}
