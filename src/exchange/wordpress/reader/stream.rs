//! The bytes of an export: where reading is, and what is kept of what goes by.

use std::io::{self, BufRead};

use memchr::memchr;

use super::characters::{not_wxr, other_encoding};
use super::error::ReadError;

/// Where text goes.
pub(super) struct Sink {
    pub kept: Vec<u8>,
    limit: usize,
    wanted: bool,
    pub too_long: bool,
    /// The most bytes there has been room for.
    pub largest: usize,
}

impl Sink {
    pub fn up_to(limit: usize) -> Self {
        Self {
            kept: Vec::new(),
            limit,
            wanted: true,
            too_long: false,
            largest: 0,
        }
    }

    pub fn nowhere() -> Self {
        Self {
            wanted: false,
            ..Self::up_to(0)
        }
    }

    pub fn is_open(&self) -> bool {
        self.wanted && !self.too_long
    }

    /// Whether this much more still fits; if not, what was kept is let go.
    fn fits(&mut self, more: usize) -> bool {
        if self.is_open() && self.kept.len().saturating_add(more) > self.limit {
            self.too_long = true;
            self.kept = Vec::new();
        }
        self.is_open()
    }

    pub fn push(&mut self, bytes: &[u8]) {
        if self.fits(bytes.len()) {
            self.kept.extend_from_slice(bytes);
            self.largest = self.largest.max(self.kept.capacity());
        }
    }

    fn push_repeated(&mut self, byte: u8, times: usize) {
        if self.fits(times) {
            self.kept.resize(self.kept.len() + times, byte);
            self.largest = self.largest.max(self.kept.capacity());
        }
    }
}

/// A stream that knows its place.
pub(super) struct Stream<R> {
    input: R,
    position: u64,
}

impl<R: BufRead> Stream<R> {
    pub fn new(input: R) -> Self {
        Self { input, position: 0 }
    }

    /// How many bytes have been taken.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The next bytes, which stay; none at the end.
    pub fn chunk(&mut self) -> Result<&[u8], ReadError> {
        let position = self.position;
        // Asked again before the bytes are taken, a buffer gives the same ones: the loop only waits out signals.
        while let Err(source) = self.input.fill_buf() {
            if source.kind() != io::ErrorKind::Interrupted {
                return Err(ReadError::Io { position, source });
            }
        }
        self.input
            .fill_buf()
            .map_err(|source| ReadError::Io { position, source })
    }

    /// The next byte, which stays.
    pub fn peek(&mut self) -> Result<Option<u8>, ReadError> {
        Ok(self.chunk()?.first().copied())
    }

    /// The next byte.
    pub fn byte(&mut self) -> Result<Option<u8>, ReadError> {
        let byte = self.peek()?;
        self.consume(usize::from(byte.is_some()));
        Ok(byte)
    }

    /// Takes that many of the bytes that [`Stream::chunk`] gave.
    pub fn consume(&mut self, length: usize) {
        self.input.consume(length);
        self.position += length as u64;
    }

    /// Reads up to `mark` × `need` followed by `>`, wherever a buffer ends in between. False when the stream ends first.
    pub fn until(&mut self, mark: u8, need: usize, sink: &mut Sink) -> Result<bool, ReadError> {
        let mut marks = 0;
        loop {
            let chunk = self.chunk()?;
            let Some(&first) = chunk.first() else {
                return Ok(false);
            };
            if marks == 0 {
                let at = memchr(mark, chunk);
                let length = at.unwrap_or(chunk.len());
                sink.push(chunk.get(..length).unwrap_or(chunk));
                marks = usize::from(at.is_some());
                self.consume(length + marks);
            } else if first == mark {
                marks += 1;
                self.consume(1);
            } else if first == b'>' && marks >= need {
                sink.push_repeated(mark, marks - need);
                self.consume(1);
                return Ok(true);
            } else {
                sink.push_repeated(mark, marks);
                marks = 0;
            }
        }
    }

    /// What may stand before the first `<`: a byte order mark, and the white space of careless plugins.
    pub fn prelude(&mut self) -> Result<(), ReadError> {
        if self.peek()? == Some(0xEF) {
            self.consume(1);
            if self.byte()? != Some(0xBB) || self.byte()? != Some(0xBF) {
                return Err(not_wxr("a binary file or text in another encoding"));
            }
        }
        loop {
            return match self.peek()? {
                Some(b' ' | b'\t' | b'\r' | b'\n') => {
                    self.consume(1);
                    continue;
                }
                Some(b'<') => Ok(()),
                None => Err(not_wxr("an empty file")),
                Some(0xFE | 0xFF) => Err(other_encoding("UTF-16")),
                Some(0) => Err(other_encoding("UTF-16BE")),
                Some(0x1F) => Err(ReadError::Compressed { tool: "gunzip" }),
                Some(b'P') => Err(ReadError::Compressed { tool: "unzip" }),
                Some(b'{' | b'[') => Err(not_wxr(
                    "JSON, perhaps of Ghost (for that: kroniek import ghost FILE)",
                )),
                Some(_) => Err(not_wxr("something without XML at its start")),
            };
        }
    }
}
