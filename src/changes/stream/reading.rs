//! Reading the log for streams: what follows on a place, as delivery shows it now.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::sleep;
use uuid::Uuid;

use super::Streams;
use super::entry::Entry;
use super::model::PublicEvent;
use super::position::Place;
use super::queries::delivery as queries;
use crate::changes::{Log, Mark, Seq};
use crate::db::DeliveryConn;
use crate::error::{Error, Result};
use crate::http::State;
use crate::values::frontend::Frontend;

/// How many events are read at a time. After a failure it is one: a few long texts can be too much for one answer of the database.
pub const BATCH: i64 = 32;

/// The pause after a failure.
pub const PAUSE: Duration = Duration::from_millis(250);

/// How long is waited for the node to hear of what was read, so that what a client asks for next shows it too.
pub const PATIENCE: Duration = Duration::from_secs(1);

/// A part of the log: all events after one place and up to another.
#[derive(Debug)]
pub struct Part {
    /// Where it begins.
    pub after: Place,
    /// Where it ends.
    pub upto: Place,
    /// What happened between.
    pub entries: Vec<Arc<Entry>>,
    /// When it was begun to read it: under a contract, by what that then was.
    pub read_at: Instant,
}

/// What was read.
#[derive(Debug)]
pub enum Read {
    /// What follows.
    Part(Arc<Part>),
    /// Nothing follows on this place: what came after it is kept no longer, or the log has begun anew.
    Lost,
    /// The contract lets its partner read other things than before: these are its terms now.
    OtherTerms(i32),
    /// The contract lets nobody in any more.
    Over,
}

impl Part {
    /// The event that follows on this place.
    pub fn next(&self, place: Place) -> Option<&Arc<Entry>> {
        let at = self.entries.partition_point(|entry| entry.place <= place);
        self.entries.get(at)
    }

    /// Whether it leads on from this place, and all that it says of what follows is still so.
    fn leads_on(&self, place: Place, log: &Log) -> bool {
        let same = self.upto.seq.epoch == place.seq.epoch;
        let within = same && self.after <= place && place < self.upto;
        let follow = || self.entries.iter().filter(|entry| entry.place > place);
        within && follow().all(|entry| entry.is_current(log))
    }
}

/// Reads what follows on a place, at most so many events.
///
/// # Errors
/// The database.
pub async fn read(state: &State, after: Seq, limit: i64) -> Result<Read> {
    let (mut mark, read_at) = (state.log().mark(), Instant::now());
    let mut conn = state.delivery().await?;
    let found = queries::events(&mut conn, after.number, limit).await?;
    // It was read in one snapshot: nothing of it is older than that.
    mark.applied = found.seq;
    let log = found.rows;
    if found.seq.epoch != after.epoch || log.kept_from > after.number {
        return Ok(Read::Lost);
    }
    if found.seq.number < after.number {
        // A replica that has less than the node has seen elsewhere.
        return Err(Error::unavailable("The database read is behind the log."));
    }
    let entries = entries(&mut conn, log.events, (mark, found.site.as_deref())).await?;
    drop(conn);
    let entries: Vec<Arc<Entry>> = entries.into_iter().map(Arc::new).collect();
    let full = i64::try_from(entries.len()).is_ok_and(|count| count >= limit);
    let upto = entries
        .last()
        .filter(|_| full)
        .map_or(found.seq, |last| last.seq);
    state.log().reach(upto, PATIENCE).await;
    Ok(Read::Part(Arc::new(Part {
        after: Place::after(after),
        upto: Place::after(upto),
        entries,
        read_at,
    })))
}

/// The events that were read at `mark`, with what their articles and sections are or were called.
///
/// # Errors
/// The database.
pub async fn entries(
    conn: &mut DeliveryConn,
    events: Vec<PublicEvent>,
    (mark, site): (Mark, Option<&str>),
) -> Result<Vec<Entry>> {
    let site = site.ok_or_else(|| Error::internal("there is no site"))?;
    let frontend: Arc<Frontend> = Arc::new(serde_json::from_str(site).map_err(Error::internal)?);
    let concerned = events.iter().flat_map(|event| {
        let of_section = |key: &String| {
            let id = key.strip_prefix("articles:section:")?;
            id.parse::<Uuid>().ok()
        };
        let sections = event.keys.iter().filter_map(of_section);
        sections.chain([event.article_id])
    });
    let concerned: Vec<Uuid> = concerned.collect();
    let names = match concerned.is_empty() {
        true => Vec::new(),
        false => queries::names(conn, concerned).await?,
    };
    let entry = |event| Entry::new(event, &frontend, (mark, &names));
    Ok(events.into_iter().map(entry).collect())
}

/// Reads what follows on a place that the window has left behind, as soon as the database answers. One stream of a node reads at a time; those that
/// come back together from one place share what the first has read.
pub async fn catch_up(streams: &Streams, place: Place) -> Read {
    let mut limit = BATCH;
    loop {
        let mut last = streams.last_read.lock().await;
        if let Some(part) = last.as_ref()
            && part.leads_on(place, streams.state.log())
        {
            return Read::Part(part.clone());
        }
        match read(&streams.state, place.seq, limit).await {
            Ok(Read::Part(part)) => {
                *last = Some(part.clone());
                return Read::Part(part);
            }
            Ok(read) => return read,
            Err(error) => {
                drop(last);
                tracing::warn!(%error, "a stream can't read the log; it tries again");
                limit = 1;
                sleep(PAUSE).await;
            }
        }
    }
}
