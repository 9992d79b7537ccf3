//! What a stream says when there is nothing to say: that it is there; and the body of a stream of which only the head was asked for.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;

use super::{EventStream, Phase};

/// A comment that says nothing.
pub(super) const WORD: &[u8] = b":\n\n";

impl EventStream {
    /// A word to a client that may be gone: when its connection has woken this stream and nobody else did, and once more a moment later. One that only
    /// says no more itself still listens; one that has left altogether is found out by the second word that it does not take.
    pub(super) fn probe(&mut self, woken: u64) -> bool {
        let Some(before) = self.quiet else {
            return false;
        };
        let by_connection = before == woken;
        if by_connection && !self.probing {
            self.streams.seats.wake_soon(self.seat);
        }
        std::mem::replace(&mut self.probing, by_connection) || by_connection
    }

    /// A heartbeat, when it is time for one: a comment, and where the client now stands, so that it comes back there though nothing that it asked for
    /// has happened.
    pub(super) fn heartbeat(&mut self) -> Option<Bytes> {
        let beats = self.streams.seats.beats(self.seat);
        if std::mem::replace(&mut self.beats, beats) == beats {
            return None;
        }
        Some(match self.phase {
            Phase::Following => format!(":\nid: {}\n\n", self.id()).into(),
            _ => Bytes::from_static(WORD),
        })
    }
}

/// The body of an answer that has a head only: as long as a stream's, but at its end.
pub struct NoEvents;

impl MessageBody for NoEvents {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(None)
    }
}
