//! A stream under a contract: it reads the log for itself, and each time under what the contract is at that moment.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::Streams;
use super::entry::Entry;
use super::model::PublicEvent;
use super::noticed::{noticed, with_beyond};
use super::position::{EventId, Place};
use super::queries::delivery as queries;
use super::reading::{BATCH, PATIENCE, PAUSE, Part, Read, entries};
use super::watch::Watched;
use crate::auth::Extent;
use crate::error::{Code, Error, Result};
use crate::http::State;
use crate::partners::admission::{Admitted, Entrance, look};
use crate::partners::model::Contract;

/// How long what was read under a contract is sent under it: the contract may have changed meanwhile.
const FRESH: Duration = Duration::from_secs(2);

/// How often something is read anew at most that is out of date when it has been read.
const TRIES: u32 = 4;

/// The contract that a stream was opened under.
pub struct Under {
    /// Who came, and from where.
    pub entrance: Entrance,
    /// Which terms of it the client has read under.
    pub terms: i32,
    /// Whether it still runs.
    pub contract: Arc<Watched>,
    /// When the contract was last looked at to read the log for it: what was read is sent under the contract of then, so not for long.
    pub read_at: Instant,
    /// How often it was then out of date in a row.
    pub tries: u32,
}

impl Under {
    /// Whether what was read may be sent now: soon, and while it is what delivery shows. What is written all the time would never be told, so the first
    /// that was read is taken as it was just read, once that has been tried some times.
    pub fn holds(&mut self, is_first: bool, is_current: bool) -> bool {
        let is_recent = self.read_at.elapsed() < FRESH;
        if is_recent && is_current {
            self.tries = 0;
            return true;
        }
        self.tries += 1;
        is_recent && is_first && self.tries > TRIES
    }

    /// The partner has now heard of what an event tells. Of updates they have that one, and of others there is no knowing.
    pub fn note_sent(&self, entry: &Entry, state: &State) {
        if entry.tells_of_article() {
            let told = [(entry.article(), Extent::default())];
            let reads = state.reads();
            reads.note(self.entrance.partner(), told, entry.as_of);
        }
    }
}

/// Reads what follows on a place as the contract lets its partner hear of it, as soon as the database answers. Few of these read at a time.
pub async fn read_on(streams: &Streams, (entrance, terms): (Entrance, i32), place: Place) -> Read {
    let mut limit = BATCH;
    loop {
        let turn = streams.partner_reads.acquire().await;
        let read = read(&streams.state, (&entrance, terms), (place, limit)).await;
        drop(turn);
        match read {
            Ok(Read::Part(part)) => {
                // Never ahead of the node: who reads here after an event sees what it tells of.
                let log = streams.state.log();
                log.reach(part.upto.seq, PATIENCE).await;
                return Read::Part(part);
            }
            Ok(read) => return read,
            Err(error) if is_over(&error) => return Read::Over,
            Err(error) => {
                tracing::warn!(%error, "a partner's stream can't read the log; it tries again");
                limit = 1;
                sleep(PAUSE).await;
            }
        }
    }
}

/// Whether an error says that the contract lets nobody in.
fn is_over(error: &Error) -> bool {
    let over = [
        Code::NoContract,
        Code::ContractNotRunning,
        Code::NetworkNotAllowed,
    ];
    over.contains(&error.code())
}

async fn read(
    state: &State,
    (entrance, terms): (&Entrance, i32),
    (place, limit): (Place, i64),
) -> Result<Read> {
    // First: what it was a moment before the log is read lets nobody see what they may not, and where it has changed since, the next reading tells.
    let mut conn = state.newsroom().await?;
    let read_at = Instant::now();
    let standing = look(&mut conn, entrance).await?;
    drop(conn);
    if standing.partner.terms != terms {
        return Ok(Read::OtherTerms(standing.partner.terms));
    }
    let admitted = Admitted::of(&standing);
    let (audience, contract) = (admitted.audience(), admitted.contract());
    let mut mark = state.log().mark();
    let found = queries::told(&mut state.delivery().await?, &audience, (place, limit + 1)).await?;
    mark.applied = found.seq;
    if found.seq.epoch != place.seq.epoch || found.rows.kept_from > place.whole().number {
        return Ok(Read::Lost);
    }
    if found.seq.number < place.seq.number {
        // A replica that has less than the node has seen elsewhere.
        return Err(Error::unavailable("The database read is behind the log."));
    }
    let looked = found.rows.looked(found.seq.epoch);
    let mut events = found.rows.events;
    noticed(state, contract.id, &mut events).await?;
    let between = (place, looked);
    let mut events = with_beyond(state, contract.id, (events, limit + 1), between).await?;
    if !contract.media {
        let bare = events.into_iter().map(PublicEvent::without_pictures);
        events = bare.collect::<Result<_>>()?;
    }
    let site = found.site.as_deref();
    let entries = entries(&mut state.delivery().await?, events, (mark, site)).await?;
    let part = part(entries, (place, looked, limit), (contract, read_at));
    Ok(Read::Part(Arc::new(part)))
}

/// A part of the log from a place on, of which it was looked so far unless there is an event more than was asked for. With the last event of a change
/// comes its number; with those before, that of the change before, since that is where its client can go on from.
fn part(
    mut read: Vec<Entry>,
    (after, looked, limit): (Place, Place, i64),
    (contract, read_at): (&Arc<Contract>, Instant),
) -> Part {
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = (read.len() > most).then(|| read.split_off(most));
    let next = more.and_then(|more| more.first().map(|entry| entry.seq));
    let mut whole = after.whole();
    let mut entries = Vec::with_capacity(read.len());
    let mut read = read.into_iter().peekable();
    while let Some(entry) = read.next() {
        let following = read.peek().map(|entry| entry.seq).or(next);
        if following.map_or(
            looked > Place::after(entry.seq) || looked.is_whole(),
            |next| next > entry.seq,
        ) {
            whole = entry.seq;
        }
        let id = EventId {
            seq: whole,
            terms: Some(contract.terms),
        };
        entries.push(Arc::new(entry.under(contract, id)));
    }
    let last = entries.last().map(|entry| entry.place);
    Part {
        after,
        upto: last.filter(|_| next.is_some()).unwrap_or(looked),
        entries,
        read_at,
    }
}
