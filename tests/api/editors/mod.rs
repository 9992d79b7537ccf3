//! Fifty editors write at once on a few articles while the node and its Postgres are killed under them, again and again. Each acknowledged write
//! is there afterwards, once, as it was sent; and readers never got a text that nobody had published.
//!
//! `KRONIEK_EDITORS_SECONDS` makes it last longer. Whatever the dice and the machine do, the outcome is the same; `--nocapture` shows what
//! they did.

mod desk;
mod editor;
mod machine;
mod proof;
mod reader;

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use futures_util::future::join_all;

use self::desk::{Desk, Fate};
use self::editor::Editor;
use self::machine::{Kills, Machine};
use self::proof::{Counts, prove};
use self::reader::read;
use crate::app::App;
use crate::command_line::program;
use crate::history::Dice;

const EDITORS: usize = 50;
const READERS: usize = 4;

/// How long things are killed.
const TIME: Duration = Duration::from_secs(25);

/// What all else may take: starting, coming to an end, and looking at what was kept.
const PATIENCE: Duration = Duration::from_secs(240);

fn time() -> Duration {
    let seconds = std::env::var("KRONIEK_EDITORS_SECONDS").ok();
    seconds.map_or(TIME, |text| Duration::from_secs(text.parse().unwrap()))
}

/// A key with every scope, made on the command line.
async fn key(database_url: &str) -> String {
    let mut command = program(&["keys", "create", "--role=admin", "--name=redactie"]);
    command.env("DATABASE_URL", database_url);
    let made = tokio::task::spawn_blocking(move || command.output());
    let made = made.await.unwrap().unwrap();
    assert!(made.status.success(), "{made:?}");
    String::from_utf8(made.stdout).unwrap().trim().to_owned()
}

async fn work(machine: &mut Machine, desk: &Desk) {
    let editors = join_all((0..EDITORS).map(|number| Editor::new(desk, number).work()));
    let readers = join_all((0..READERS).map(|number| read(desk, number)));
    let trouble = async {
        machine.suffer(time(), &mut Dice(20_261_126)).await;
        desk.close();
    };
    tokio::join!(editors, readers, trouble);
}

fn tell(desk: &Desk, kills: Kills, counts: &Counts, took: Duration) {
    let ledger = desk.ledger.lock().unwrap();
    let acts = |name: &str| {
        let acknowledged = |fate: &Fate| matches!(fate, Fate::Acknowledged { .. });
        let of = ledger.iter().filter(|deed| deed.act == name);
        of.filter(|deed| acknowledged(&deed.fate)).count()
    };
    let gone = |fate: Fate| ledger.iter().filter(|deed| deed.fate == fate).count();
    let load = |count: &std::sync::atomic::AtomicUsize| count.load(Ordering::Relaxed);
    for (what, count) in [
        ("editors", EDITORS),
        ("seconds", usize::try_from(took.as_secs()).unwrap()),
        ("kills of the node", kills.node),
        ("kills of Postgres", kills.postmaster),
        ("kills of a backend", kills.backend),
        ("kills of both", kills.both),
        ("articles saved", acts("change_article")),
        ("published", acts("publish_article")),
        ("withdrawn", acts("withdraw_article")),
        ("updates appended", acts("append_update")),
        ("updates revised", acts("revise_update")),
        ("entities changed", acts("change_entity")),
        ("answers of 412", load(&desk.mismatches)),
        ("requests without an answer, or 503", load(&desk.broken)),
        ("written and not heard of", counts.unheard),
        ("editors who went home", gone(Fate::Unknown)),
        ("retries that got the first answer", counts.first_answers),
        ("versions of articles", counts.article_versions),
        ("versions of updates", counts.update_versions),
        ("audit rows", counts.audit),
        ("answers that readers got", load(&desk.readings)),
    ] {
        println!("{what:<36}{count:>8}");
    }
    assert!(load(&desk.mismatches) > 0, "nobody met anybody");
    for act in ["change_article", "publish_article", "append_update"] {
        assert!(acts(act) > 0, "nobody came to {act}");
    }
    assert!(kills.node > 0 && kills.postmaster > 0 && kills.backend > 0);
    assert!(load(&desk.broken) > 0, "nobody noticed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_editors_lose_no_acknowledged_word_whatever_is_killed() {
    let begun = Instant::now();
    let whole = async {
        let mut machine = Machine::start().await;
        let desk = Desk::open(machine.base(), key(&machine.url).await).await;
        work(&mut machine, &desk).await;
        machine.stop_node().await;
        let app = App::on(&machine.url).await;
        let counts = prove(&app, &desk).await;
        app.stop().await;
        tell(&desk, machine.kills, &counts, begun.elapsed());
        machine.stop().await;
    };
    let ended = tokio::time::timeout(time() + PATIENCE, whole).await;
    ended.expect("it does not come to an end");
}
