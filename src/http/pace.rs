//! Bodies of requests come at a certain pace, or not at all: one that trickles in would hold its connection for as long as its client likes. Whether
//! anybody reads it makes no difference.

use std::cell::RefCell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use bytes::Bytes;
use futures_util::Stream;
use tokio::time::{Instant, Sleep, sleep_until};

/// How long a body may take, however short it is.
const GRACE: Duration = Duration::from_secs(30);

/// How many bytes give it a second more.
const A_SECOND: u64 = 8 * 1024;

/// What nobody has read to its end. The server goes on reading what was dropped, for as long as it comes, and keeps the connection; with one that is
/// still held when the answer has gone out it ends it.
#[derive(Clone, Default)]
pub struct Unread(Rc<RefCell<Option<Payload>>>);

impl Unread {
    /// What is left, if anything is.
    pub fn take(&self) -> Option<Payload> {
        self.0.borrow_mut().take()
    }
}

/// The same body, which ends with an error when it comes too slowly, and is left in `unread` when it is dropped before its end.
pub fn paced(payload: Payload, unread: &Unread) -> Payload {
    if matches!(payload, Payload::None) {
        return payload;
    }
    let begun = Instant::now();
    Payload::Stream {
        payload: Box::pin(Paced {
            payload: Some(payload),
            is_over: false,
            begun,
            come: 0,
            until: None,
            unread: unread.clone(),
        }),
    }
}

struct Paced {
    payload: Option<Payload>,
    is_over: bool,
    begun: Instant,
    come: u64,
    /// Made with the first wait: most bodies are there at once.
    until: Option<Pin<Box<Sleep>>>,
    unread: Unread,
}

impl Paced {
    /// Whether its time is over; if not, wakes the task when it is.
    fn is_late(&mut self, cx: &mut Context<'_>) -> bool {
        let until = self.begun + GRACE + Duration::from_secs(self.come / A_SECOND);
        let timer = self
            .until
            .get_or_insert_with(|| Box::pin(sleep_until(until)));
        if timer.deadline() != until {
            timer.as_mut().reset(until);
        }
        timer.as_mut().poll(cx).is_ready()
    }
}

impl Stream for Paced {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let Some(payload) = this.payload.as_mut().filter(|_| !this.is_over) else {
            return Poll::Ready(None);
        };
        match Pin::new(payload).poll_next(cx) {
            Poll::Ready(Some(Ok(chunk))) => {
                this.come += chunk.len() as u64;
                Poll::Ready(Some(Ok(chunk)))
            }
            Poll::Ready(end) => {
                this.payload = None;
                Poll::Ready(end)
            }
            Poll::Pending if this.is_late(cx) => {
                this.is_over = true;
                Poll::Ready(Some(Err(slow())))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl Drop for Paced {
    fn drop(&mut self) {
        let left = self.payload.take();
        if left.is_some() {
            self.unread.0.replace(left);
        }
    }
}

/// The body of an answer that goes out while what is left of the request is held.
pub struct Holding {
    body: BoxBody,
    _left: Payload,
}

impl Holding {
    /// This body, with what is left of the request.
    pub fn new(body: impl MessageBody + 'static, left: Payload) -> Self {
        Self {
            body: BoxBody::new(body),
            _left: left,
        }
    }
}

impl MessageBody for Holding {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}

fn slow() -> PayloadError {
    PayloadError::Io(io::Error::from(io::ErrorKind::TimedOut))
}

/// Whether a body was given up since it came too slowly.
pub fn is_slow(error: &PayloadError) -> bool {
    matches!(error, PayloadError::Io(error) if error.kind() == io::ErrorKind::TimedOut)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use actix_web::dev::Payload;
    use bytes::Bytes;
    use futures_util::{StreamExt, stream};
    use tokio::time::{Instant, sleep};

    use super::{Unread, is_slow, paced};

    /// How much comes of a body of so many chunks, with a pause before each, and whether it comes to its end.
    async fn come(chunks: usize, bytes: usize, pause: Duration) -> (usize, bool) {
        let body = stream::iter(0..chunks).then(move |_| async move {
            sleep(pause).await;
            Ok(Bytes::from(vec![b'x'; bytes]))
        });
        let unread = Unread::default();
        let payload = Box::pin(body);
        let mut body = paced(Payload::Stream { payload }, &unread);
        let mut come = 0;
        while let Some(chunk) = body.next().await {
            match chunk {
                Ok(chunk) => come += chunk.len(),
                Err(error) => {
                    assert!(is_slow(&error), "{error}");
                    assert!(body.next().await.is_none());
                    drop(body);
                    assert!(unread.take().is_some());
                    return (come, false);
                }
            }
        }
        drop(body);
        assert!(unread.take().is_none());
        (come, true)
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_trickles_in_is_given_up_and_a_long_one_may_take_its_time() {
        let begun = Instant::now();
        let second = Duration::from_secs(1);
        assert_eq!(come(2000, 1, second * 7 / 4).await, (17, false));
        assert_eq!(begun.elapsed().as_secs(), 30);
        assert_eq!(come(200, 16 * 1024, second).await, (200 * 16 * 1024, true));
        assert_eq!(come(1, 1, 29 * second).await, (1, true));
        assert_eq!(come(1, 1, 31 * second).await, (0, false));
    }
}
