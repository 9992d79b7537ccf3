//! The body of a stream: where it stands in the log, and what it sends next. Written by hand, since there may be very many.

mod beginning;
mod idle;

pub use idle::NoEvents;

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use actix_web::body::{BodySize, MessageBody};
use actix_web::web;
use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::Streams;
use super::ending::Ending;
use super::entry::Entry;
use super::filter::Filter;
use super::position::{Asked, EventId, Place};
use super::reading::{Part, Read, catch_up};
use super::seats::Seat;
use super::under::{Under, read_on};
use super::watch::Watched;
use super::window::{Head, Next};
use crate::changes::{Reach, Seq};
use crate::http::observe::Lasting;

/// What every stream begins with: how long a client waits before it connects again, in milliseconds, and a comment, so that clients and proxies see at
/// once that it has begun.
const OPENING: &str = "retry: 2000\n: kroniek\n\n";

/// How long is waited at a time until the node has heard of the change that the client says it knows.
const PATIENCE: Duration = Duration::from_secs(10);

/// Who streams, and what it asked for.
pub struct Request {
    /// Where it sits.
    pub seat: Seat,
    /// Which events, in which form.
    pub filter: Filter,
    /// Where it says that it is.
    pub asked: Asked,
    /// The key that it came with.
    pub key: Option<Arc<Watched>>,
    /// The contract that it reads under.
    pub under: Option<Box<Under>>,
}

/// A stream.
pub struct EventStream {
    streams: web::Data<Streams>,
    seat: Seat,
    filter: Box<Filter>,
    key: Option<Arc<Watched>>,
    under: Option<Box<Under>>,
    lasting: Lasting,
    phase: Phase,
    /// Everything up to here was sent, or was not asked for.
    place: Place,
    /// Which life of the log that is of.
    life: u32,
    /// What was read for this stream alone.
    part: Option<Arc<Part>>,
    /// Whether the next event of that part has just been read.
    fresh: bool,
    /// Whether it has been level with the log.
    joined: bool,
    /// Since when it is not.
    behind: Option<Instant>,
    beats: u32,
    /// How often it had been woken when it last had nothing to say, unless it has spoken since.
    quiet: Option<u64>,
    /// Whether its client is being looked for.
    probing: bool,
    /// Why it ended, where that was not its client's doing.
    ended: Option<Ending>,
}

enum Phase {
    /// Nothing was sent yet.
    Opening(Asked),
    /// It is to find its place.
    Asked(Asked),
    /// The node has yet to hear of that place.
    Waiting(LocalBoxFuture<'static, Reach>, EventId),
    /// The log does not lead on from where it was.
    Lost,
    /// It does, under other terms than those that what its client has was read under.
    Otherwise,
    /// The log is being read for it.
    Reading(LocalBoxFuture<'static, Read>),
    /// It goes on from its place.
    Following,
}

/// What a stream does next.
enum Step {
    Send(Bytes),
    Again,
    Wait,
    End,
}

impl EventStream {
    /// Begins one.
    pub fn new(streams: web::Data<Streams>, request: Request, lasting: Lasting) -> Self {
        let counts = streams.state.streams();
        counts.open.fetch_add(1, Ordering::Relaxed);
        Self {
            beats: streams.seats.beats(request.seat),
            seat: request.seat,
            filter: Box::new(request.filter),
            key: request.key,
            under: request.under,
            lasting,
            phase: Phase::Opening(request.asked),
            place: Place::after(Seq {
                epoch: 0,
                number: 0,
            }),
            life: 0,
            part: None,
            fresh: false,
            joined: false,
            behind: None,
            quiet: None,
            probing: false,
            ended: None,
            streams,
        }
    }

    /// Whether it ends, whatever there is to say.
    fn is_over(&mut self) -> bool {
        if self.key.as_ref().is_some_and(|key| key.has_ended()) {
            self.ended = Some(Ending::KeyOver);
        } else if self.is_over_by_contract() {
            self.ended = Some(Ending::ContractOver);
        } else if self.streams.state.waits_are_over() {
            self.ended = Some(Ending::NodeStops);
        }
        self.ended.is_some()
    }

    fn is_over_by_contract(&self) -> bool {
        let under = self.under.as_ref();
        under.is_some_and(|under| under.contract.has_ended())
    }

    /// Where the log ends, as this node knows it.
    fn head(&self) -> Option<Head> {
        let head = self.streams.window.head()?;
        let applied = self.streams.state.log().applied();
        (applied.epoch == head.seq.epoch).then(|| Head {
            seq: head.seq.max(applied),
            ..head
        })
    }

    fn next(&mut self, context: &mut Context<'_>, woken: u64) -> Poll<Option<Bytes>> {
        loop {
            match self.step(context) {
                Step::Send(bytes) => return Poll::Ready(Some(bytes)),
                Step::Again => {}
                Step::End => return Poll::Ready(None),
                Step::Wait => break,
            }
        }
        if let Some(bytes) = self.heartbeat() {
            return Poll::Ready(Some(bytes));
        }
        if self.probe(woken) {
            return Poll::Ready(Some(Bytes::from_static(idle::WORD)));
        }
        Poll::Pending
    }

    fn step(&mut self, context: &mut Context<'_>) -> Step {
        match &mut self.phase {
            Phase::Opening(asked) => {
                self.phase = Phase::Asked(*asked);
                Step::Send(Bytes::from_static(OPENING.as_bytes()))
            }
            Phase::Asked(asked) => {
                let asked = *asked;
                self.admit(asked)
            }
            Phase::Waiting(reached, id) => match reached.poll_unpin(context) {
                Poll::Pending => Step::Wait,
                Poll::Ready(reach) => {
                    self.phase = match reach {
                        Reach::Reached | Reach::NotYet => Phase::Asked(Asked::After(*id)),
                        Reach::Future | Reach::OldEpoch => Phase::Lost,
                    };
                    Step::Again
                }
            },
            Phase::Lost => self.begin_anew(),
            Phase::Otherwise => self.go_on_otherwise(),
            Phase::Reading(read) => match read.poll_unpin(context) {
                Poll::Pending => Step::Wait,
                Poll::Ready(read) => self.have_read(read),
            },
            Phase::Following => self.follow(),
        }
    }

    fn turn(&mut self, phase: Phase) -> Step {
        self.phase = phase;
        Step::Again
    }

    /// Goes on with what was read.
    fn have_read(&mut self, read: Read) -> Step {
        match read {
            Read::Part(part) => {
                if let Some(under) = &mut self.under {
                    under.read_at = part.read_at;
                }
                (self.part, self.fresh) = (Some(part), true);
                self.turn(Phase::Following)
            }
            Read::Lost => self.turn(Phase::Lost),
            Read::OtherTerms(terms) => {
                if let Some(under) = &mut self.under {
                    under.terms = terms;
                }
                self.turn(Phase::Otherwise)
            }
            Read::Over => {
                self.ended = Some(Ending::ContractOver);
                Step::End
            }
        }
    }

    /// Goes on from its place.
    fn follow(&mut self) -> Step {
        let entry = match self.what_follows() {
            Next::Entry(entry) => entry,
            Next::Anew => return self.turn(Phase::Lost),
            Next::Level(upto) => {
                if self.under.is_none() {
                    self.place = Place::after(upto);
                }
                (self.joined, self.behind) = (true, None);
                return match self.has_other_terms() {
                    true => self.read(),
                    false => Step::Wait,
                };
            }
            Next::Before if self.lags() => {
                self.ended = Some(Ending::TooSlow);
                return Step::End;
            }
            Next::Before => return self.read(),
        };
        // What the window holds may have been taken back since.
        if !self.still_holds(&entry) {
            return self.read();
        }
        self.lags();
        self.place = entry.place;
        if !self.filter.takes(&entry) {
            return Step::Again;
        }
        let state = &self.streams.state;
        if let Some(under) = &self.under {
            under.note_sent(&entry, state);
            // By its id it is found when it goes, and is called nothing any more.
            self.filter.follow([entry.article()]);
        }
        state.streams().sent.fetch_add(1, Ordering::Relaxed);
        Step::Send(entry.write(self.filter.forms, state.api_url()))
    }

    /// Whether an event that was read says what its client may be told now. Of what was read for it alone the first is taken as it was just read; under
    /// a contract too once that has been tried some times, since else what is written all the time would never be told.
    fn still_holds(&mut self, entry: &Entry) -> bool {
        let is_first = std::mem::take(&mut self.fresh);
        let is_current = entry.is_current(self.streams.state.log());
        match &mut self.under {
            Some(under) => under.holds(is_first, is_current),
            None => is_first || is_current,
        }
    }

    /// Whether the contract's terms are others than those that it was last read under, as far as the node knows.
    fn has_other_terms(&self) -> bool {
        let under = self.under.as_ref();
        under.is_some_and(|under| under.contract.has_other_terms(under.terms))
    }

    fn what_follows(&mut self) -> Next {
        if let Some(part) = &self.part {
            if let Some(entry) = part.next(self.place) {
                return Next::Entry(entry.clone());
            }
            self.place = self.place.max(part.upto);
            (self.part, self.fresh) = (None, false);
        }
        if self.under.is_none() {
            return self.streams.window.next(self.place.seq, self.life);
        }
        // Nobody holds anything for it: it keeps up if it takes what is read for it.
        (self.joined, self.behind) = (true, None);
        match self.head() {
            Some(head) if head.life == self.life && head.seq.epoch == self.place.seq.epoch => {
                match self.place < Place::after(head.seq) {
                    true => Next::Before,
                    false => Next::Level(self.place.seq),
                }
            }
            Some(_) => Next::Anew,
            None => Next::Level(self.place.seq),
        }
    }

    /// Whether it was level once and has not been for so long that it won't be.
    fn lags(&mut self) -> bool {
        let behind = *self.behind.get_or_insert_with(Instant::now);
        self.joined && behind.elapsed() > self.streams.patience
    }

    fn read(&mut self) -> Step {
        self.part = None;
        let (streams, place) = (self.streams.clone(), self.place);
        let counts = streams.state.streams();
        counts.reads.fetch_add(1, Ordering::Relaxed);
        let who = self
            .under
            .as_ref()
            .map(|under| (under.entrance.clone(), under.terms));
        let read = async move {
            match who {
                Some(who) => read_on(&streams, who, place).await,
                None => catch_up(&streams, place).await,
            }
        };
        self.turn(Phase::Reading(read.boxed_local()))
    }
}

impl MessageBody for EventStream {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        let stream = self.get_mut();
        // First, so that nothing that comes from now on is missed.
        let woken = stream.streams.seats.wait(stream.seat, context.waker());
        if stream.is_over() {
            return Poll::Ready(None);
        }
        let next = stream.next(context, woken);
        let is_quiet = next.is_pending() && matches!(stream.phase, Phase::Following);
        stream.quiet = is_quiet.then_some(woken);
        next.map(|bytes| bytes.map(Ok))
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        let counts = self.streams.state.streams();
        counts.open.fetch_sub(1, Ordering::Relaxed);
        let by_client = if self.joined && self.streams.window.has_more(self.place.seq) {
            counts.cut_off.fetch_add(1, Ordering::Relaxed);
            Ending::LeftBehind
        } else {
            Ending::Left
        };
        self.lasting
            .because(self.ended.unwrap_or(by_client).as_str());
        self.streams.seats.give_back(self.seat);
    }
}
