//! `kroniek rebuild`: renders anew what an older renderer made, and projects all of delivery anew from the newsroom, while readers and writers
//! go on.
//!
//! In batches, each one transaction: the place of the rebuild is locked, some ids are done, the place moves on. So one that is stopped goes on
//! where it was, and two that run at once share the work. Projecting a batch locks the counter like any write; what comes out as it stood is
//! left as it stood, with its `seq`, and a batch in which nothing differs takes no number.

mod afresh;
mod cards;
mod complete;
mod fill;
mod kinds;
mod render;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::time::Duration;
use uuid::Uuid;

pub use self::cards::complete_cards;
pub use self::complete::complete_search;
pub use self::fill::fill;
use self::render::Text;
use super::change::Kind;
use super::tx::{Attribution, Tx};
use crate::db::Pools;
use crate::db::schema::newsroom::rebuild;
use crate::error::{Code, Result};

/// How many things are done in one transaction: writers of what readers see wait for it.
const BATCH: i64 = 50;

/// How often a batch is tried again when the database or a lock was not to be had.
const TRIES: u32 = 5;

/// The version of the program: what another left half done is begun anew.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// What a rebuild is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Rendering texts of this kind anew.
    Render(Text),
    /// Projecting things of this kind anew.
    Project(Kind),
}

impl Step {
    const FIRST: Step = Step::Render(Text::Articles);

    /// Every step in order. What others refer to comes before them.
    const ALL: [(Step, &'static str); 11] = [
        (Step::Render(Text::Articles), "render articles"),
        (Step::Render(Text::Updates), "render updates"),
        (Step::Render(Text::Biographies), "render biographies"),
        (Step::Render(Text::About), "render about"),
        (Step::Project(Kind::Site), "project site"),
        (Step::Project(Kind::Section), "project sections"),
        (Step::Project(Kind::Author), "project authors"),
        (Step::Project(Kind::Entity), "project entities"),
        (Step::Project(Kind::DonationLink), "project donation links"),
        (Step::Project(Kind::Article), "project articles"),
        // After all that uses them: none of those that nothing uses is left.
        (Step::Project(Kind::Media), "project media"),
    ];

    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        let named = Self::ALL.iter().find(|(step, _)| *step == self);
        named.map_or("", |(_, name)| name)
    }

    fn parse(name: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(_, known)| *known == name);
        found.map(|(step, _)| *step)
    }

    fn next(self) -> Option<Self> {
        let mut after = Self::ALL.iter().skip_while(|(step, _)| *step != self);
        after.nth(1).map(|(step, _)| *step)
    }
}

/// How far a rebuild has come.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// What it is at.
    pub step: Step,
    /// How many things it has looked at.
    pub seen: u64,
    /// Of how many, about.
    pub of: u64,
}

/// What a rebuild did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// Texts rendered anew.
    pub rendered: u64,
    /// Things looked at.
    pub seen: u64,
    /// Things of delivery that were not as the newsroom has them, and now are.
    pub changed: u64,
}

/// Where a rebuild is.
struct Place {
    step: Step,
    after: Uuid,
}

/// What a batch did, and how many there were.
#[derive(Debug, Default)]
struct Batch {
    last: Option<Uuid>,
    seen: u64,
    changed: u64,
}

/// When the rebuild that was stopped on the way began, if there is one that this program goes on with.
///
/// # Errors
/// The database.
pub async fn interrupted(pools: &Pools) -> Result<Option<DateTime<Utc>>> {
    let mut conn = pools.newsroom().await?;
    let begun = rebuild::table.filter(rebuild::program.eq(PROGRAM));
    Ok(begun
        .select(rebuild::begun_at)
        .first(&mut *conn)
        .await
        .optional()?)
}

/// Rebuilds; goes on with one that was stopped, unless it is to begin anew.
///
/// # Errors
/// 503 when the database or a lock is not to be had for long. What is done then is done; the next run goes on.
pub async fn run(pools: &Pools, anew: bool, mut progress: impl FnMut(Progress)) -> Result<Outcome> {
    let of = begin(pools, anew).await?;
    let mut outcome = Outcome::default();
    while let Some((step, batch)) = patiently(pools).await? {
        match step {
            Step::Render(_) => outcome.rendered += batch.changed,
            Step::Project(_) => outcome.changed += batch.changed,
        }
        outcome.seen += batch.seen;
        progress(Progress {
            step,
            seen: outcome.seen,
            of,
        });
    }
    Ok(outcome)
}

/// Lays down the place to begin at, and tells how many things there are.
async fn begin(pools: &Pools, anew: bool) -> Result<u64> {
    let mut tx = Tx::open(pools, Attribution::command("rebuild")).await?;
    let begun = async {
        let old = diesel::delete(rebuild::table);
        if anew {
            old.execute(&mut **tx).await?;
        } else {
            let others = old.filter(rebuild::program.ne(PROGRAM));
            others.execute(&mut **tx).await?;
        }
        diesel::insert_into(rebuild::table)
            .values((
                rebuild::program.eq(PROGRAM),
                rebuild::step.eq(Step::FIRST.as_str()),
                rebuild::after_id.eq(Uuid::nil()),
                rebuild::begun_at.eq(tx.now),
            ))
            .on_conflict_do_nothing()
            .execute(&mut **tx)
            .await?;
        kinds::adopt(&mut tx).await?;
        kinds::count(&mut tx).await
    };
    match begun.await {
        Ok(of) => tx.commit().await.map(|_| of),
        Err(error) => {
            tx.roll_back().await;
            Err(error)
        }
    }
}

/// Does one batch, however often the database or a lock is not to be had at first.
async fn patiently(pools: &Pools) -> Result<Option<(Step, Batch)>> {
    let mut tries = 0;
    loop {
        match once(pools).await {
            Err(error) if error.code() == Code::Unavailable && tries < TRIES => {
                tries += 1;
                tracing::warn!(%error, tries, "trying again");
                tokio::time::sleep(Duration::from_millis(200) * tries).await;
            }
            done => return done,
        }
    }
}

/// Does one batch in one transaction; nothing when there is nothing left.
async fn once(pools: &Pools) -> Result<Option<(Step, Batch)>> {
    let mut tx = Tx::open(pools, Attribution::command("rebuild")).await?;
    let done = async {
        let Some(place) = lock_place(&mut tx).await? else {
            return Ok(None);
        };
        let batch = match place.step {
            Step::Render(text) => {
                let batch = render::batch(&mut tx, text, place.after).await?;
                move_on(&mut tx, &place, batch.last).await?;
                batch
            }
            Step::Project(kind) => {
                let ids = kinds::ids(&mut tx, kind, place.after, BATCH).await?;
                // Nothing in newsroom is written after the counter is locked.
                move_on(&mut tx, &place, ids.last().copied()).await?;
                afresh::batch(&mut tx, kind, ids).await?
            }
        };
        Ok(Some((place.step, batch)))
    };
    match done.await {
        Ok(done) => tx.commit().await.map(|_| done),
        Err(error) => {
            tx.roll_back().await;
            Err(error)
        }
    }
}

async fn lock_place(tx: &mut Tx) -> Result<Option<Place>> {
    let row: Option<(String, Uuid)> = rebuild::table
        .select((rebuild::step, rebuild::after_id))
        .for_update()
        .first(&mut ***tx)
        .await
        .optional()?;
    Ok(row.and_then(|(step, after)| {
        Some(Place {
            step: Step::parse(&step)?,
            after,
        })
    }))
}

/// Moves the place behind the last thing done, or to the next step when nothing was left of this one.
async fn move_on(tx: &mut Tx, place: &Place, last: Option<Uuid>) -> Result<()> {
    let next = match last {
        Some(last) => Some((place.step, last)),
        None => place.step.next().map(|step| (step, Uuid::nil())),
    };
    match next {
        Some((step, after)) => {
            diesel::update(rebuild::table)
                .set((rebuild::step.eq(step.as_str()), rebuild::after_id.eq(after)))
                .execute(&mut ***tx)
                .await?
        }
        None => diesel::delete(rebuild::table).execute(&mut ***tx).await?,
    };
    Ok(())
}
