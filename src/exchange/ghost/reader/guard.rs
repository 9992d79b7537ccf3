//! JSON made harmless byte by byte, before serde_json reads it.
//!
//! serde_json holds a string whole before anyone may look at it, and a byte for each level of nesting. So a string is cut at a limit, and
//! nesting ends the reading: what is read takes bounded memory, whatever the file holds. Halves of surrogate pairs (RFC 8259, section 8.2),
//! which JavaScript writes and serde_json refuses, become U+FFFD.

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The most bytes that a string may have in the file; of a longer one only so many are read.
pub(super) const MAX_STRING: usize = 25 << 20;
/// The deepest nesting of lists and objects. An export has seven.
pub(super) const MAX_DEPTH: usize = 100;

/// Reads JSON with every string cut and every depth checked.
pub(super) struct Guard<R> {
    input: R,
    position: Arc<AtomicU64>,
    read: u64,
    limit: usize,
    depth: usize,
    state: State,
    /// What of the current string has been given.
    given: usize,
    /// An escape or half a surrogate pair under way.
    held: Vec<u8>,
    /// What is to be given next, last byte first.
    ready: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Outside of strings.
    Outside,
    /// In a string.
    Inside,
    /// In an escape, of which this many bytes have been held.
    Escape(usize),
    /// In a string over the limit; whether the byte before was a backslash.
    Cut(bool),
}

impl<R: BufRead> Guard<R> {
    /// A guard of this input that tells how far it has read.
    pub fn new(input: R, position: Arc<AtomicU64>) -> Self {
        Self::with_limit(input, position, MAX_STRING)
    }

    pub fn with_limit(input: R, position: Arc<AtomicU64>, limit: usize) -> Self {
        Self {
            input,
            position,
            read: 0,
            limit,
            depth: 0,
            state: State::Outside,
            given: 0,
            held: Vec::with_capacity(12),
            ready: Vec::with_capacity(16),
        }
    }

    /// The next byte that serde_json may see.
    fn byte(&mut self) -> io::Result<Option<u8>> {
        loop {
            if let Some(byte) = self.ready.pop() {
                return Ok(Some(byte));
            }
            let Some(byte) = self.take()? else {
                return Ok(None);
            };
            if let Some(byte) = self.pass(byte)? {
                return Ok(Some(byte));
            }
        }
    }

    fn take(&mut self) -> io::Result<Option<u8>> {
        let byte = self.input.fill_buf()?.first().copied();
        if byte.is_some() {
            self.input.consume(1);
            self.read += 1;
            if self.read.is_multiple_of(1 << 14) {
                self.position.store(self.read, Ordering::Relaxed);
            }
        }
        Ok(byte)
    }

    /// What becomes of a byte at once; nothing when it is held or dropped.
    fn pass(&mut self, byte: u8) -> io::Result<Option<u8>> {
        match self.state {
            State::Outside => {
                self.outside(byte)?;
                Ok(Some(byte))
            }
            State::Inside if byte == b'\\' => {
                self.held.push(byte);
                self.state = State::Escape(1);
                Ok(None)
            }
            State::Inside => {
                self.release();
                let is_end = byte == b'"';
                // Never in the middle of a character.
                if self.given >= self.limit && byte & 0xC0 != 0x80 && !is_end {
                    self.state = State::Cut(false);
                    return Ok(None);
                }
                self.given += 1;
                if is_end {
                    self.state = State::Outside;
                }
                Ok(self.give(byte))
            }
            State::Escape(length) => {
                self.escape(byte, length);
                Ok(None)
            }
            State::Cut(escaped) => {
                if byte == b'"' && !escaped {
                    self.state = State::Outside;
                    return Ok(Some(byte));
                }
                self.state = State::Cut(byte == b'\\' && !escaped);
                Ok(None)
            }
        }
    }

    fn outside(&mut self, byte: u8) -> io::Result<()> {
        match byte {
            b'"' => {
                self.state = State::Inside;
                self.given = 0;
            }
            b'[' | b'{' => self.depth += 1,
            b']' | b'}' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        if self.depth > MAX_DEPTH {
            return Err(io::Error::new(io::ErrorKind::InvalidData, TooDeep));
        }
        Ok(())
    }

    /// A byte of an escape that has `length` bytes so far.
    fn escape(&mut self, byte: u8, length: usize) {
        self.held.push(byte);
        let ends = if length == 1 {
            byte != b'u'
        } else {
            length == 5
        };
        self.state = State::Escape(length + 1);
        if !ends {
            return;
        }
        self.state = State::Inside;
        if self.given >= self.limit {
            self.held.clear();
            self.state = State::Cut(false);
            return;
        }
        // A first half waits for what follows it.
        if half(self.held.get(self.held.len() - length - 1..)) != Some(Half::First)
            || self.held.len() > length + 1
        {
            self.release();
        }
    }

    /// Gives what was held, halves that have no other half as U+FFFD.
    fn release(&mut self) {
        if self.held.is_empty() {
            return;
        }
        let held = std::mem::take(&mut self.held);
        self.given += held.len();
        let (first, second) = held.split_at_checked(6).unwrap_or((&held, &[]));
        let mended: Vec<u8> = match (half(Some(first)), half(Some(second))) {
            (Some(Half::First), Some(Half::Second)) => held.clone(),
            (one, other) => {
                let mend = |is_half: bool, part: &[u8]| {
                    if is_half {
                        br"\ufffd".to_vec()
                    } else {
                        part.to_vec()
                    }
                };
                [mend(one.is_some(), first), mend(other.is_some(), second)].concat()
            }
        };
        self.ready.extend(mended.into_iter().rev());
    }

    /// This byte, behind what is ready already.
    fn give(&mut self, byte: u8) -> Option<u8> {
        if self.ready.is_empty() {
            return Some(byte);
        }
        self.ready.insert(0, byte);
        None
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    First,
    Second,
}

/// Which half of a surrogate pair an escape is.
fn half(escape: Option<&[u8]>) -> Option<Half> {
    match escape? {
        [b'\\', b'u', b'd' | b'D', digit, ..] => match digit.to_ascii_lowercase() {
            b'8' | b'9' | b'a' | b'b' => Some(Half::First),
            b'c'..=b'f' => Some(Half::Second),
            _ => None,
        },
        _ => None,
    }
}

impl<R> Drop for Guard<R> {
    fn drop(&mut self) {
        self.position.store(self.read, Ordering::Relaxed);
    }
}

impl<R: BufRead> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut written = 0;
        for place in buffer {
            let Some(byte) = self.byte()? else { break };
            *place = byte;
            written += 1;
        }
        Ok(written)
    }
}

/// Lists in lists, deeper than any export has them.
#[derive(Debug, thiserror::Error)]
#[error("lists and objects nested deeper than {MAX_DEPTH}")]
pub(super) struct TooDeep;
