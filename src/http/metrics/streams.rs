//! Streams of what happens: how many are open, what they were sent, and how they ended.

use std::sync::atomic::{AtomicU64, Ordering};

use super::text::{Kind, Text};

/// What a node has streamed since its start.
#[derive(Debug, Default)]
pub struct StreamCounts {
    /// Streams that are open.
    pub open: AtomicU64,
    /// Events sent, each to each.
    pub sent: AtomicU64,
    /// How often the log was read for one of them alone.
    pub reads: AtomicU64,
    /// Streams that were told to begin anew.
    pub resets: AtomicU64,
    /// Streams that ended while their client had not taken what there was for it.
    pub cut_off: AtomicU64,
    /// Streams that were not opened since there were too many.
    pub refused: AtomicU64,
}

impl StreamCounts {
    /// Writes them.
    pub fn write(&self, text: &mut Text) {
        let value = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        text.single(
            "kroniek_streams_open",
            Kind::Gauge,
            "Streams of what happens that are open.",
            value(&self.open),
        );
        for (name, help, counter) in [
            (
                "kroniek_stream_events_total",
                "Events that were sent on streams, each once for each stream.",
                &self.sent,
            ),
            (
                "kroniek_stream_reads_total",
                "How often the log was read for one stream alone: under a contract, or behind what the node holds.",
                &self.reads,
            ),
            (
                "kroniek_stream_resets_total",
                "Streams that were told to begin anew, since where they had been could not be gone on from.",
                &self.resets,
            ),
            (
                "kroniek_streams_cut_off_total",
                "Streams that ended while their client had not taken what there was for it.",
                &self.cut_off,
            ),
            (
                "kroniek_streams_refused_total",
                "Streams that were not opened, since there were too many on the node or of one client.",
                &self.refused,
            ),
        ] {
            text.single(name, Kind::Counter, help, value(counter));
        }
    }
}
