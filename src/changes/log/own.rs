//! Changes that this node commits itself: it knows them before the listener could read them.

use std::sync::atomic::Ordering;
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use super::{Entry, Log};
use crate::changes::Seq;

/// How long it is waited for changes that come before one of this node, where other writes of it may be about to tell them.
const OWN_WAIT: Duration = Duration::from_millis(4);

/// A change that this node has committed.
#[derive(Debug)]
pub struct Own {
    /// Its number.
    pub seq: Seq,
    /// What it touched.
    pub keys: Vec<String>,
}

/// A write of this node that may be about to be committed, until it is dropped.
#[derive(Debug)]
pub struct UnderWay<'l> {
    log: &'l Log,
    /// Postgres' process at the other end of its connection.
    process: i32,
    told: bool,
}

impl UnderWay<'_> {
    /// It is committed. Waits a moment for what comes before it, where other writes of this node may be about to tell that.
    pub async fn committed(mut self, own: Own) {
        let (log, seq) = (self.log, own.seq);
        log.wrote(own);
        self.told = true;
        drop(self);
        if !log.writes().is_empty() {
            log.comes(seq, OWN_WAIT).await;
        }
    }

    /// It has changed nothing that readers see.
    pub fn ended(mut self) {
        self.told = true;
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut writes = self.log.writes();
        // One: the connection may serve another write by now.
        if let Some(at) = writes.iter().position(|process| *process == self.process) {
            writes.swap_remove(at);
        }
        drop(writes);
        // It may be committed although nobody was told: its word was not news, and now it is.
        if !self.told {
            self.log.want(i64::MAX);
        }
    }
}

impl Log {
    /// Tells that this node is about to commit something by this process of Postgres, of which it will tell the log itself.
    pub fn under_way(&self, process: i32) -> UnderWay<'_> {
        self.writes().push(process);
        UnderWay {
            log: self,
            process,
            told: false,
        }
    }

    fn writes(&self) -> MutexGuard<'_, Vec<i32>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in a change of this node, once all before it are: those are read where they are of other nodes.
    fn wrote(&self, Own { seq, keys }: Own) {
        let mut memory = self.memory.write().unwrap_or_else(PoisonError::into_inner);
        let mut last = self.applied();
        if last.epoch != seq.epoch || last >= seq {
            return;
        }
        memory.keep_own(Entry {
            seq: seq.number,
            keys,
        });
        if memory.take_own(&mut last) {
            self.learned.fetch_add(1, Ordering::AcqRel);
            self.tell(last);
        }
    }

    /// Whether the log is to be read for this change, of which this process of Postgres told: not if it has been applied, nor if it will be without
    /// that, since this node is about to hear that it has committed it.
    pub(in crate::changes) fn is_news(&self, seq: Seq, process: i32) -> bool {
        // In this order: what is no longer under way has been applied, or waits for what comes before it, which is read.
        !self.writes().contains(&process) && self.applied() < seq
    }
}
