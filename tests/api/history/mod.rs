//! What delivery holds is told by the newsroom alone: after any history of writes, delivery equals what a rebuild of it from nothing gives, and
//! a rebuild over it changes nothing.
//!
//! The histories are random and the same each time: `KRONIEK_HISTORY_SEED` and `KRONIEK_HISTORY_STEPS` choose others.

mod cdn;
mod rebuild;
mod render;
mod snapshot;
mod steps;
mod things;

use std::env;

pub use self::snapshot::{empty, expect_equal, snapshot};
use self::things::Counts;
pub use self::things::{Dice, Newsroom};
use crate::app::App;
use crate::watch::{expect_gapless, head, heard};

const SEEDS: [u64; 2] = [20_260_504, 7];
const STEPS: usize = 300;

fn setting<T: std::str::FromStr>(name: &str) -> Option<T> {
    env::var(name)
        .ok()
        .map(|text| text.parse().unwrap_or_else(|_| panic!("{name}: {text}")))
}

/// Rebuilds.
pub async fn rebuilt(app: &App) -> kroniek::publishing::rebuild::Outcome {
    let outcome = kroniek::publishing::rebuild::run(&app.store.pools, false, |_| ()).await;
    heard(app).await;
    outcome.unwrap()
}

/// Plays one history, and tells how often each kind of step was done.
async fn history(seed: u64, steps: usize) -> Counts {
    println!("KRONIEK_HISTORY_SEED={seed} KRONIEK_HISTORY_STEPS={steps}");
    let app = App::start().await;
    let mut newsroom = Newsroom::new(&app, seed);
    newsroom.begin().await;
    for step in 1..=steps {
        newsroom.step().await;
        if step % 100 == 0 || step == steps {
            let (before, seq) = (snapshot(&app).await, head(&app).await);
            let outcome = rebuilt(&app).await;
            expect_equal(
                &before,
                &snapshot(&app).await,
                &format!("seed {seed}, step {step}"),
            );
            assert_eq!(outcome.changed, 0, "seed {seed}, step {step}");
            assert_eq!(head(&app).await, seq, "seed {seed}, step {step}");
        }
    }
    println!("done: {:?}\nrefused: {:?}", newsroom.done, newsroom.refused);
    let done = newsroom.done;
    let before = snapshot(&app).await;
    empty(&app).await;
    rebuilt(&app).await;
    expect_equal(
        &before,
        &snapshot(&app).await,
        &format!("seed {seed}, rebuilt from nothing"),
    );
    expect_gapless(&app).await;
    app.stop().await;
    done
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_any_history_delivery_equals_its_rebuild() {
    let steps = setting("KRONIEK_HISTORY_STEPS").unwrap_or(STEPS);
    match setting("KRONIEK_HISTORY_SEED") {
        Some(seed) => drop(history(seed, steps).await),
        None => {
            let mut done = Counts::new();
            for seed in SEEDS {
                for (step, count) in history(seed, steps).await {
                    *done.entry(step).or_default() += count;
                }
            }
            // A history of refusals would show nothing.
            let all = steps::STEPS.map(|(step, _)| step);
            let idle: Vec<_> = all
                .iter()
                .filter(|step| !done.contains_key(*step))
                .collect();
            assert!(idle.is_empty(), "never done: {idle:?}");
        }
    }
}
