//! The worker of one line on one node: takes what is due, sends up to 32 at once, and writes down what came of it, each while the others go on.
//! It ends when nothing is due. No transaction is open while anything is sent. A line is a webhook, or whoever subscribed to feeds: what is due
//! to it, how it is sent and what follows is the line's.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::sync::Notify;

use crate::error::{Error, Result};
use crate::http::outgoing::Target;

/// How many requests are under way at once.
const AT_ONCE: usize = 32;

/// And to a target that has done nothing but fail of late.
const AT_ONCE_FAILING: usize = 4;

/// The pause after a failure of the database.
const PAUSE: Duration = Duration::from_secs(1);

/// How often it is tried to write down what was delivered.
const TRIES: usize = 20;

/// What a worker works for.
pub(super) trait Line: Clone + Send + Sync + 'static {
    /// What came of an attempt.
    type Outcome: Send + Sync + 'static;

    /// Takes up to so many that are due and makes them ready: they are to be sent at once.
    fn take(
        self,
        most: usize,
        before: Option<Target>,
    ) -> impl Future<Output = Result<Option<Batch<Self::Outcome>>>> + Send;

    /// Whether it was taken by whom it was sent to.
    fn is_taken(outcome: &Self::Outcome) -> bool;

    /// Writes down what came of attempts.
    fn record(&self, outcomes: &[Self::Outcome]) -> impl Future<Output = Result<()>> + Send;

    /// Whether the node begins nothing more.
    fn is_stopped(&self) -> bool;

    /// What it is called in the log.
    fn name(&self) -> String;
}

/// Attempts that are ready to be made.
pub(super) struct Batch<O> {
    pub attempts: Vec<BoxFuture<'static, O>>,
    /// Where they go, to be used again.
    pub target: Option<Target>,
    /// Whether as many were due as were asked for.
    pub is_full: bool,
    /// Whether the line has done nothing but fail of late.
    pub is_failing: bool,
}

pub(super) struct Worker<L: Line> {
    line: L,
    wake: Arc<Notify>,
    /// What is under way.
    steps: FuturesUnordered<BoxFuture<'static, Step<L::Outcome>>>,
    /// How many requests of it.
    sending: usize,
    at_once: usize,
    target: Option<Target>,
    /// Whether there may be more that is due.
    is_more: bool,
    is_taking: bool,
    writing: Writing,
    /// What came of deliveries, to be written down next.
    unwritten: Vec<L::Outcome>,
    /// How often that failed.
    failures: usize,
}

/// What is being written down.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writing {
    Nothing,
    Successes,
    /// Some were not taken: they may slow down or disable the webhook.
    Failures,
}

/// The end of something that was under way.
enum Step<O> {
    Taken(Result<Option<Batch<O>>>),
    Answered(O),
    Written(Vec<O>, Result<()>),
    Rested,
}

impl<L: Line> Worker<L> {
    pub(super) fn new(line: L, wake: Arc<Notify>) -> Self {
        Self {
            line,
            wake,
            steps: FuturesUnordered::new(),
            sending: 0,
            at_once: AT_ONCE,
            target: None,
            is_more: true,
            is_taking: false,
            writing: Writing::Nothing,
            unwritten: Vec::new(),
            failures: 0,
        }
    }

    /// Works until nothing is due and nothing under way.
    pub(super) async fn run(mut self) {
        loop {
            self.is_more |= self.wake.notified().now_or_never().is_some();
            self.write();
            self.take();
            if self.steps.is_empty() {
                return;
            }
            tokio::select! {
                Some(step) = self.steps.next() => self.end(step),
                () = self.wake.notified() => self.is_more = true,
            }
            // Those that have come with it.
            while let Some(Some(step)) = self.steps.next().now_or_never() {
                self.end(step);
            }
        }
    }

    /// Begins to write down what came of deliveries.
    fn write(&mut self) {
        if self.writing != Writing::Nothing || self.unwritten.is_empty() {
            return;
        }
        let outcomes = std::mem::take(&mut self.unwritten);
        self.writing = if outcomes.iter().all(L::is_taken) {
            Writing::Successes
        } else {
            Writing::Failures
        };
        let line = self.line.clone();
        let written = async move {
            let written = line.record(&outcomes).await;
            Step::Written(outcomes, written)
        };
        self.steps.push(written.boxed());
    }

    /// Begins to take what is due, as far as there is room for it: what is taken is sent as soon as it is ready, since it tells what is so then.
    fn take(&mut self) {
        let had = self.sending + self.unwritten.len();
        let room = self.at_once.saturating_sub(had);
        let is_worth_it = had == 0 || room >= self.at_once.div_ceil(4);
        if self.is_taking || !self.is_more || !is_worth_it || !self.may_take() {
            return;
        }
        (self.is_taking, self.is_more) = (true, false);
        let taken = self.line.clone().take(room, self.target.clone());
        self.steps.push(taken.map(Step::Taken).boxed());
    }

    /// Nothing is taken before it is written down what has failed.
    fn may_take(&self) -> bool {
        let mut unwritten = self.unwritten.iter();
        self.failures == 0
            && self.writing != Writing::Failures
            && unwritten.all(L::is_taken)
            && !self.line.is_stopped()
    }

    fn end(&mut self, step: Step<L::Outcome>) {
        match step {
            Step::Taken(taken) => {
                self.is_taking = false;
                match taken {
                    Ok(Some(batch)) => self.send(batch),
                    Ok(None) => {}
                    Err(error) => {
                        tracing::warn!(line = self.line.name(), %error, "can't take what is due; it is tried again");
                    }
                }
            }
            Step::Answered(outcome) => {
                self.sending -= 1;
                self.unwritten.push(outcome);
            }
            Step::Written(_, Ok(())) => self.written(),
            Step::Written(outcomes, Err(error)) => self.put_off(outcomes, &error),
            Step::Rested => self.writing = Writing::Nothing,
        }
    }

    fn send(&mut self, batch: Batch<L::Outcome>) {
        self.at_once = if batch.is_failing {
            AT_ONCE_FAILING
        } else {
            AT_ONCE
        };
        self.is_more |= batch.is_full;
        self.target = batch.target;
        self.sending += batch.attempts.len();
        for attempt in batch.attempts {
            self.steps.push(attempt.map(Step::Answered).boxed());
        }
    }

    /// It is written down: what waited for it may be due.
    fn written(&mut self) {
        (self.writing, self.failures, self.is_more) = (Writing::Nothing, 0, true);
    }

    /// It can't be written down while the database is away. What is given up comes due again when its lease ends.
    fn put_off(&mut self, mut outcomes: Vec<L::Outcome>, error: &Error) {
        tracing::warn!(line = self.line.name(), %error, "can't write down what was delivered; it is tried again");
        self.failures += 1;
        if self.failures > TRIES || self.line.is_stopped() {
            (self.writing, self.failures) = (Writing::Nothing, 0);
            return;
        }
        outcomes.append(&mut self.unwritten);
        self.unwritten = outcomes;
        let rested = tokio::time::sleep(PAUSE);
        self.steps.push(rested.map(|()| Step::Rested).boxed());
    }
}
