//! Taking what is due to a subscriber and making it ready to be sent.

use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use tokio::time::Instant;
use url::Url;
use uuid::Uuid;

use super::sending::{Content, ask, send};
use crate::error::{Error, Result};
use crate::http::outgoing::{Refusal, Target};
use crate::publishing::{Attribution, Record, write};
use crate::webhooks::dispatch::Shared;
use crate::webhooks::dispatch::worker::{Batch, Line};
use crate::webhooks::queries::newsroom::websub as queries;
use crate::webhooks::websub::model::{End, Letter, MessageKind, Told};

/// How long it may take from taking a message to sending it: much less than the lease, less what an answer may take.
const FRESH: Duration = Duration::from_secs(30);

/// A worker as the database knows it.
#[derive(Clone)]
pub(in crate::webhooks::dispatch) struct Hand {
    shared: Shared,
    line: Uuid,
    /// By which it knows what it has.
    token: Uuid,
}

impl Line for Hand {
    type Outcome = Told;

    async fn take(self, most: usize, before: Option<Target>) -> Result<Option<Batch<Told>>> {
        let asked = (i64::try_from(most).map_err(Error::internal)?, self.token);
        let begun = Instant::now();
        let letters = {
            let _turn = self.shared.turn().await?;
            let mut conn = self.shared.state.newsroom().await?;
            queries::lease(&mut conn, self.line, asked).await?
        };
        let is_full = letters.len() >= most;
        let mut target = before.map(Ok);
        let mut attempts = Vec::new();
        for letter in letters {
            attempts.push(self.attempt(letter, &mut target).await?);
        }
        if begun.elapsed() > FRESH {
            return Err(Error::internal("preparing messages took too long"));
        }
        Ok((!attempts.is_empty()).then_some(Batch {
            attempts,
            target: target.and_then(Result::ok),
            is_full,
            is_failing: false,
        }))
    }

    fn is_taken(told: &Told) -> bool {
        !matches!(told.end, End::Failed { .. })
    }

    async fn record(&self, told: &[Told]) -> Result<()> {
        let _turn = self.shared.turn().await?;
        let by = Attribution::command("websub");
        let outcomes = write(self.shared.state.pools(), by, async |tx| {
            let outcomes = queries::record(tx, self.token, told).await?;
            Ok((outcomes, Record::default()))
        });
        for outcome in outcomes.await? {
            self.shared.state.webhooks().count_message(outcome);
        }
        Ok(())
    }

    fn is_stopped(&self) -> bool {
        self.shared.is_stopped()
    }

    fn name(&self) -> String {
        format!("subscriber {}", self.line)
    }
}

impl Hand {
    /// What a worker of this line begins with.
    pub fn new(shared: Shared, line: Uuid) -> Self {
        let token = Uuid::new_v4();
        Self {
            shared,
            line,
            token,
        }
    }

    /// What is to be done about a message, as far as it is about a feed with the feed as it is now.
    async fn attempt(
        &self,
        letter: Letter,
        target: &mut Option<Result<Target, Refusal>>,
    ) -> Result<BoxFuture<'static, Told>> {
        let state = self.shared.state.clone();
        let needs_feed = match letter.kind {
            MessageKind::Subscribe => true,
            MessageKind::Content => letter.has.is_some(),
            MessageKind::Unsubscribe | MessageKind::Denied => false,
        };
        let about = (letter.topic.as_str(), letter.scope);
        let copy = match needs_feed {
            true => self.shared.copies.of(&state, about).await?,
            false => None,
        };
        Ok(match (letter.kind, copy) {
            (MessageKind::Content, _) if letter.has.is_none() => known(letter, End::Over),
            (MessageKind::Content | MessageKind::Subscribe, None) => known(letter, End::NoFeed),
            (MessageKind::Content, Some(copy))
                if letter.has.as_ref() == Some(&copy.sight.digest) =>
            {
                known(letter, End::Same(copy.sight.clone()))
            }
            (MessageKind::Content, Some(copy)) => {
                let content = self.content(&letter, target).await;
                async move {
                    let came = send(content, &letter.topic, &copy).await;
                    told(letter, came)
                }
                .boxed()
            }
            (_, copy) => async move {
                let sight = copy.map(|copy| copy.sight.clone());
                let came = ask(state.outgoing(), &letter, sight).await;
                told(letter, came)
            }
            .boxed(),
        })
    }

    async fn content(
        &self,
        letter: &Letter,
        target: &mut Option<Result<Target, Refusal>>,
    ) -> Content {
        let outgoing = self.shared.state.outgoing();
        let checked = match Url::parse(&letter.callback) {
            Ok(url) => {
                let before = target.as_ref().and_then(|target| target.as_ref().ok());
                outgoing.target(&url, before).await
            }
            Err(_) => Err(Refusal::Unknown),
        };
        *target = Some(checked.clone());
        let vault = self.shared.state.signer().vault();
        let opened = letter.secret.as_ref().map(|sealed| {
            let opened = vault.open(sealed, letter.subscription.as_bytes());
            opened.map(|opened| opened.bytes).ok_or(())
        });
        Content {
            target: checked,
            secret: opened.transpose(),
            base: self.shared.state.base_url(),
            at: letter.at,
        }
    }
}

fn known(letter: Letter, end: End) -> BoxFuture<'static, Told> {
    std::future::ready(told(letter, (None, end))).boxed()
}

fn told(letter: Letter, (status, end): (Option<u16>, End)) -> Told {
    Told {
        letter,
        status,
        end,
    }
}
