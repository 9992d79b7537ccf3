//! What this node told webhooks, and what of all is still to be told.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use super::text::{Kind, Text};

/// How an attempt to deliver ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was taken.
    Delivered,
    /// It was not, and is tried again.
    Failed,
    /// It was not, and is tried no more.
    Dead,
}

/// What is still to be told, in the database, for all nodes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Deliveries to webhooks that are enabled.
    pub pending: i64,
    /// The age of the oldest of them, in seconds.
    pub oldest_seconds: i64,
    /// Webhooks that are disabled.
    pub disabled: i64,
}

/// Counters of this node, and the backlog as it last saw it.
#[derive(Debug, Default)]
pub struct Webhooks {
    delivered: AtomicU64,
    failed: AtomicU64,
    dead: AtomicU64,
    pending: AtomicI64,
    oldest_seconds: AtomicI64,
    disabled: AtomicI64,
    messages: [AtomicU64; 3],
    subscriptions: AtomicI64,
}

impl Webhooks {
    /// Counts one.
    pub fn count(&self, outcome: Outcome) {
        let counter = match outcome {
            Outcome::Delivered => &self.delivered,
            Outcome::Failed => &self.failed,
            Outcome::Dead => &self.dead,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes in what is still to be told.
    pub fn see(&self, backlog: Backlog) {
        self.pending.store(backlog.pending, Ordering::Relaxed);
        self.oldest_seconds
            .store(backlog.oldest_seconds, Ordering::Relaxed);
        self.disabled.store(backlog.disabled, Ordering::Relaxed);
    }

    /// Counts a message of the hub.
    pub fn count_message(&self, outcome: Outcome) {
        let [delivered, failed, dead] = &self.messages;
        let counter = match outcome {
            Outcome::Delivered => delivered,
            Outcome::Failed => failed,
            Outcome::Dead => dead,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes in how many subscriptions the hub has.
    pub fn see_subscriptions(&self, there: i64) {
        self.subscriptions.store(there, Ordering::Relaxed);
    }

    /// Writes them.
    pub fn write(&self, text: &mut Text) {
        let name = "kroniek_webhook_deliveries_total";
        text.metric(
            name,
            Kind::Counter,
            "Attempts of this node to deliver to webhooks: taken (delivered), to be tried again (failed), or given up (dead).",
        );
        for (outcome, counter) in [
            ("delivered", &self.delivered),
            ("failed", &self.failed),
            ("dead", &self.dead),
        ] {
            text.sample(
                name,
                &[("outcome", outcome)],
                counter.load(Ordering::Relaxed),
            );
        }
        let name = "kroniek_websub_messages_total";
        text.metric(
            name,
            Kind::Counter,
            "Attempts of this node to send feeds to subscribers, or to ask them whether they subscribe: taken or confirmed (delivered), to be tried again (failed), or given up or refused (dead).",
        );
        for (outcome, counter) in ["delivered", "failed", "dead"].iter().zip(&self.messages) {
            text.sample(
                name,
                &[("outcome", outcome)],
                counter.load(Ordering::Relaxed),
            );
        }
        for (name, help, value) in [
            (
                "kroniek_websub_subscriptions",
                "Subscriptions of the hub, of all nodes, as seen within the last ten seconds.",
                &self.subscriptions,
            ),
            (
                "kroniek_webhook_pending",
                "Deliveries that are yet to be taken, of all nodes, as seen within the last ten seconds.",
                &self.pending,
            ),
            (
                "kroniek_webhook_oldest_pending_seconds",
                "The age of the oldest of them; 0 when there is none.",
                &self.oldest_seconds,
            ),
            (
                "kroniek_webhooks_disabled",
                "Webhooks that are disabled: by editors, by 410, or since they failed for three days.",
                &self.disabled,
            ),
        ] {
            text.single(name, Kind::Gauge, help, value.load(Ordering::Relaxed));
        }
    }
}
