//! Many readers of `/v1/stream`: opens so many, and tells when the last of them has an event.
//!
//! `streams ADDRESS COUNT` prints `open COUNT` when all of them follow, and then `event SEQ FIRST LAST` for each event that all have got: when the first
//! and when the last had the whole of it, in nanoseconds since 1970. An event that comes to a reader twice, out of order or not whole is an error, and
//! so is a stream that ends.
//!
//! One thread, one buffer, and nothing allocated for a reader's event: the server is to be measured, not this.

use std::collections::HashMap;
use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

/// How many are opened at a time, so that the server's queue of connections never overflows.
const AT_ONCE: usize = 100;

const REQUEST: &[u8] = b"GET /v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// One stream.
struct Reader {
    connection: TcpStream,
    has_head: bool,
    follows: bool,
    /// The last event that it got.
    last: u64,
    /// The beginning of a chunk whose end has not come yet.
    rest: Vec<u8>,
}

/// What a piece of a stream said.
enum Word {
    /// Where the reader stands, without an event.
    Place,
    /// An event, by its number.
    Event(u64),
    /// Anything else: a comment.
    Other,
}

/// How many have an event, and since when the first had it.
struct Told {
    readers: usize,
    first: u128,
}

struct Crowd {
    poll: Poll,
    readers: Vec<Reader>,
    following: usize,
    events: HashMap<u64, Told>,
    count: usize,
}

impl Crowd {
    fn open(&mut self, address: SocketAddr) -> Result<()> {
        let mut connection = std::net::TcpStream::connect(address)?;
        connection.write_all(REQUEST)?;
        connection.set_nonblocking(true)?;
        let mut connection = TcpStream::from_std(connection);
        let token = Token(self.readers.len());
        let registry = self.poll.registry();
        registry.register(&mut connection, token, Interest::READABLE)?;
        self.readers.push(Reader {
            connection,
            has_head: false,
            follows: false,
            last: 0,
            rest: Vec::new(),
        });
        Ok(())
    }

    fn run(mut self, address: SocketAddr) -> Result<()> {
        let (mut events, mut buffer) = (Events::with_capacity(1024), vec![0; 64 * 1024]);
        loop {
            while self.readers.len() < self.count.min(self.following + AT_ONCE) {
                self.open(address)?;
            }
            match self.poll.poll(&mut events, None) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                other => other?,
            }
            for event in &events {
                self.read(event.token().0, &mut buffer)?;
            }
        }
    }

    /// Reads what has come. Less than there was room for means that there is no more (epoll(7)).
    fn read(&mut self, index: usize, buffer: &mut [u8]) -> Result<()> {
        loop {
            let read = match self.readers[index].connection.read(buffer) {
                Ok(0) => return Err(Error::other(format!("stream {index} has ended"))),
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            self.take(index, &buffer[..read])?;
            if read < buffer.len() {
                return Ok(());
            }
        }
    }

    fn take(&mut self, index: usize, bytes: &[u8]) -> Result<()> {
        let mut rest = std::mem::take(&mut self.readers[index].rest);
        if rest.is_empty() {
            let used = self.hear(index, bytes)?;
            rest.extend_from_slice(&bytes[used..]);
        } else {
            rest.extend_from_slice(bytes);
            let used = self.hear(index, &rest)?;
            rest.drain(..used);
        }
        self.readers[index].rest = rest;
        Ok(())
    }

    /// Takes in all that is whole, and tells how many bytes that were.
    fn hear(&mut self, index: usize, bytes: &[u8]) -> Result<usize> {
        let mut used = 0;
        if !self.readers[index].has_head {
            let Some(end) = find(bytes, b"\r\n\r\n") else {
                return Ok(0);
            };
            if !bytes.starts_with(b"HTTP/1.1 200 ") {
                let told = String::from_utf8_lossy(bytes);
                return Err(Error::other(format!("stream {index}: {told}")));
            }
            self.readers[index].has_head = true;
            used = end + 4;
        }
        while let Some((chunk, length)) = chunk(&bytes[used..])? {
            match word(chunk)? {
                Word::Other => {}
                Word::Place => self.follow(index),
                Word::Event(seq) => self.count(index, seq)?,
            }
            used += length;
        }
        Ok(used)
    }

    fn follow(&mut self, index: usize) {
        if !std::mem::replace(&mut self.readers[index].follows, true) {
            self.following += 1;
            if self.following == self.count {
                println!("open {}", self.count);
            }
        }
    }

    fn count(&mut self, index: usize, seq: u64) -> Result<()> {
        let last = std::mem::replace(&mut self.readers[index].last, seq);
        if last >= seq {
            let told = format!("stream {index} got {seq} after {last}");
            return Err(Error::other(told));
        }
        let told = self.events.entry(seq).or_insert_with(|| Told {
            readers: 0,
            first: now(),
        });
        told.readers += 1;
        if told.readers == self.count {
            println!("event {seq} {} {}", told.first, now());
        }
        Ok(())
    }
}

/// The first chunk (RFC 9112, section 7.1) when it is whole, and its length with what is around it.
fn chunk(bytes: &[u8]) -> Result<Option<(&[u8], usize)>> {
    let Some(line) = find(&bytes[..bytes.len().min(18)], b"\r\n") else {
        return Ok(None);
    };
    let size = std::str::from_utf8(&bytes[..line]).map_err(Error::other)?;
    let size = usize::from_str_radix(size, 16).map_err(Error::other)?;
    let begin = line + 2;
    let whole = bytes.get(begin..begin + size + 2);
    Ok(whole.map(|_| (&bytes[begin..begin + size], begin + size + 2)))
}

/// What a chunk says, which the server makes of one whole event of the stream.
fn word(chunk: &[u8]) -> Result<Word> {
    let Some(id) = chunk.strip_prefix(b"id: ") else {
        return Ok(Word::Other);
    };
    let line = find(id, b"\n").unwrap_or(id.len());
    let after = &id[line..];
    if after == b"\n\n" {
        return Ok(Word::Place);
    }
    let is_whole = after.starts_with(b"\nevent: ") && after.ends_with(b"}\n\n");
    let seq = std::str::from_utf8(&id[..line])
        .ok()
        .and_then(|id| id.split('-').nth(1)?.parse().ok())
        .filter(|_| is_whole);
    let told = || Error::other(String::from_utf8_lossy(chunk).into_owned());
    seq.map(Word::Event).ok_or_else(told)
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|part| part == what)
}

fn now() -> u128 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_nanos())
}

fn main() -> Result<()> {
    let mut told = std::env::args().skip(1);
    let (Some(address), Some(count)) = (told.next(), told.next()) else {
        return Err(Error::other("streams ADDRESS COUNT"));
    };
    let address = address.parse().map_err(Error::other)?;
    let crowd = Crowd {
        poll: Poll::new()?,
        readers: Vec::new(),
        following: 0,
        events: HashMap::new(),
        count: count.parse().map_err(Error::other)?,
    };
    crowd.run(address)
}
