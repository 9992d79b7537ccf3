//! Bodies of requests come at a certain pace, or not at all: one that trickles in would hold its connection for as long as its client likes.

use std::io;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use futures_util::{StreamExt, stream};
use tokio::time::{Instant, timeout_at};

/// How long a body may take, however short it is.
const GRACE: Duration = Duration::from_secs(30);

/// How many bytes give it a second more.
const A_SECOND: u64 = 8 * 1024;

/// The same body, which ends with an error when it comes too slowly.
pub fn paced(payload: Payload) -> Payload {
    if matches!(payload, Payload::None) {
        return payload;
    }
    let coming = Some((payload, 0_u64, Instant::now()));
    let chunks = stream::unfold(coming, async |coming| {
        let (mut payload, come, begun) = coming?;
        let until = begun + GRACE + Duration::from_secs(come / A_SECOND);
        match timeout_at(until, payload.next()).await {
            Ok(Some(Ok(chunk))) => {
                let come = come + chunk.len() as u64;
                Some((Ok(chunk), Some((payload, come, begun))))
            }
            Ok(Some(Err(error))) => Some((Err(error), None)),
            Ok(None) => None,
            Err(_) => Some((Err(slow()), None)),
        }
    });
    Payload::Stream {
        // Who reads a form asks once more at its end.
        payload: Box::pin(chunks.fuse()),
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

    use super::{is_slow, paced};

    /// How much comes of a body of so many chunks, with a pause before each, and whether it comes to its end.
    async fn come(chunks: usize, bytes: usize, pause: Duration) -> (usize, bool) {
        let body = stream::iter(0..chunks).then(move |_| async move {
            sleep(pause).await;
            Ok(Bytes::from(vec![b'x'; bytes]))
        });
        let mut body = paced(Payload::Stream {
            payload: Box::pin(body),
        });
        let mut come = 0;
        while let Some(chunk) = body.next().await {
            match chunk {
                Ok(chunk) => come += chunk.len(),
                Err(error) => {
                    assert!(is_slow(&error), "{error}");
                    assert!(body.next().await.is_none());
                    return (come, false);
                }
            }
        }
        (come, true)
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_trickles_in_is_given_up_and_a_long_one_may_take_its_time() {
        let begun = Instant::now();
        let second = Duration::from_secs(1);
        assert_eq!(come(2000, 1, second).await, (29, false));
        assert_eq!(begun.elapsed().as_secs(), 30);
        assert_eq!(come(200, 16 * 1024, second).await, (200 * 16 * 1024, true));
        assert_eq!(come(1, 1, 29 * second).await, (1, true));
        assert_eq!(come(1, 1, 31 * second).await, (0, false));
    }
}
