//! Sending to an address that others give, again and again: the checked address is dialled as long as it is known to hold, over connections that
//! are kept open.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use reqwest::RequestBuilder;
use reqwest::header::HeaderMap;
use url::Url;

use super::{Outgoing, PATIENCE, Refusal, told};

/// How long a look-up holds.
const HOLDS: Duration = Duration::from_secs(30);

/// A place to send to.
#[derive(Debug, Clone)]
pub struct Target {
    url: Url,
    addresses: Vec<SocketAddr>,
    client: reqwest::Client,
    checked: Instant,
}

/// What a target answered.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The beginning of the body, as it came.
    pub body: Vec<u8>,
}

impl Outgoing {
    /// The addresses behind one are looked up and checked anew, unless that was done within the last half minute. Where they are the same as
    /// before, open connections go on to be used.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub async fn target(&self, url: &Url, before: Option<&Target>) -> Result<Target, Refusal> {
        let before = before.filter(|before| before.url == *url);
        if let Some(fresh) = before.filter(|before| before.checked.elapsed() < HOLDS) {
            return Ok(fresh.clone());
        }
        let checked = Instant::now();
        let mut addresses = self.look_up_in_time(url).await?;
        addresses.sort_unstable();
        let client = match before.filter(|before| before.addresses == addresses) {
            Some(before) => before.client.clone(),
            None => Self::dialling(url, &addresses)?,
        };
        Ok(Target {
            url: url.clone(),
            addresses,
            client,
            checked,
        })
    }

    /// Asks what is at an address, whatever the status of the answer; at most so many bytes of it are read.
    ///
    /// # Errors
    /// See [`Refusal`]; a status is none.
    pub async fn ask(&self, url: &Url, most: usize) -> Result<Reply, Refusal> {
        let addresses = self.look_up_in_time(url).await?;
        let client = Self::dialling(url, &addresses)?;
        reply(client.get(url.clone()), most).await
    }

    /// The addresses behind one, when all of them may be reached and the look-up does not take too long.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub async fn look_up_in_time(&self, url: &Url) -> Result<Vec<SocketAddr>, Refusal> {
        let found = tokio::time::timeout(PATIENCE, self.look_up(url)).await;
        found.unwrap_or(Err(Refusal::Slow))
    }
}

impl Target {
    /// Sends a body, and reads at most so many bytes of what is answered. It is over after fifteen seconds, whatever the target sends; the
    /// status counts once it has come, even where the body goes on for longer.
    ///
    /// # Errors
    /// See [`Refusal`]; a status is none.
    pub async fn post(
        &self,
        headers: HeaderMap,
        body: impl Into<reqwest::Body>,
        most: usize,
    ) -> Result<Reply, Refusal> {
        let request = self.client.post(self.url.clone());
        reply(request.headers(headers).body(body), most).await
    }
}

/// What is answered to a request, within the time and of that length at most.
pub(super) async fn reply(request: RequestBuilder, most: usize) -> Result<Reply, Refusal> {
    let begun = Instant::now();
    let sent = tokio::time::timeout(PATIENCE, request.send()).await;
    let mut response = sent
        .map_err(|_| Refusal::Slow)?
        .map_err(|error| told(&error))?;
    let mut reply = Reply {
        status: response.status().as_u16(),
        headers: std::mem::take(response.headers_mut()),
        body: Vec::new(),
    };
    let rest = async {
        while let Ok(Some(chunk)) = response.chunk().await {
            let room = most.saturating_sub(reply.body.len());
            reply.body.extend(chunk.iter().take(room));
            if chunk.len() > room {
                break;
            }
        }
    };
    // What has not come by then is not waited for: dropping the answer ends the connection.
    let left = PATIENCE.saturating_sub(begun.elapsed());
    let _ = tokio::time::timeout(left, rest).await;
    Ok(reply)
}
