//! Where a stream begins: at the place of who comes, or, where the log does not lead on from there, anew at the log's end.

use std::sync::atomic::Ordering;

use futures_util::FutureExt;

use super::{EventStream, PATIENCE, Phase, Step};
use crate::changes::stream::position::{Asked, EventId, Place};
use crate::changes::stream::view::reset;
use crate::changes::stream::window::Head;

impl EventStream {
    /// Finds the place of who comes.
    pub(super) fn admit(&mut self, asked: Asked) -> Step {
        let Some(head) = self.head() else {
            return Step::Wait;
        };
        self.life = head.life;
        match asked {
            Asked::Now => {
                (self.place, self.joined) = (Place::after(head.seq), true);
                self.phase = Phase::Following;
                // What the client knows from now on; it is no event without data.
                Step::Send(format!("id: {}\n\n", self.id()).into())
            }
            Asked::After(id) if id.seq.epoch == head.seq.epoch && id.seq <= head.seq => {
                self.place = Place::after(id.seq);
                self.turn(match self.reads_as_before(id) {
                    true => Phase::Following,
                    false => Phase::Otherwise,
                })
            }
            Asked::After(id) if id.seq.epoch >= head.seq.epoch => {
                let log = self.streams.state.log().clone();
                let reached = async move { log.require(id.seq, PATIENCE).await };
                self.turn(Phase::Waiting(reached.boxed_local(), id))
            }
            Asked::After(_) | Asked::Unreadable => self.turn(Phase::Lost),
        }
    }

    /// Whether who has this id has read under the terms of now, where there are any. A bare number of a change tells no terms.
    fn reads_as_before(&self, id: EventId) -> bool {
        match (&self.under, id.terms) {
            (Some(under), Some(terms)) => under.terms == terms,
            _ => true,
        }
    }

    /// What a client has that has been told all up to here.
    pub(super) fn id(&self) -> EventId {
        let terms = self.under.as_ref().map_or(0, |under| under.terms);
        EventId {
            seq: self.place.whole(),
            terms: Some(terms),
        }
    }

    /// Tells the client that what it has was read under other terms, and goes on from where it was: what it has read may have been taken back since.
    pub(super) fn go_on_otherwise(&mut self) -> Step {
        let Some(head) = self.head() else {
            return Step::Wait;
        };
        if head.seq.epoch != self.place.seq.epoch {
            return self.turn(Phase::Lost);
        }
        self.begin_from(self.place, head)
    }

    /// Tells the client that it has missed what can't be told any more, and goes on from the log's end.
    pub(super) fn begin_anew(&mut self) -> Step {
        let Some(head) = self.head() else {
            return Step::Wait;
        };
        self.begin_from(Place::after(head.seq), head)
    }

    fn begin_from(&mut self, place: Place, head: Head) -> Step {
        let counts = self.streams.state.streams();
        counts.resets.fetch_add(1, Ordering::Relaxed);
        (self.place, self.life, self.part) = (place, head.life, None);
        (self.joined, self.behind, self.phase) = (true, None, Phase::Following);
        Step::Send(reset(self.id()))
    }
}
