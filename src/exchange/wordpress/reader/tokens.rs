//! The XML layer: elements and their text, pulled from a stream without ever holding one whole text.
//!
//! An XML parser hands over a text as one event, and so must hold it, however long. This layer cuts the stream
//! itself: a text that is wanted is kept up to a limit, everything else is passed over in the reader's own buffer. Only a
//! single tag is ever held whole, and `quick-xml` parses that.
//!
//! It is a subset of XML 1.0 on purpose. A document type is refused, so there is no entity to expand beyond the
//! five of the standard (section 4.6) and character references; an unknown one stays as it is written.

use std::io::BufRead;

use memchr::{memchr, memchr2};

use super::characters::{is_utf8_name, not_wxr, other_encoding, resolve, scrub, shorten};
use super::error::ReadError;
use super::stream::{Sink, Stream};
use super::tag::{OpenTag, Text};

/// The longest tag, attributes included, in bytes.
const MAX_TAG: usize = 64 << 10;
/// The most elements inside each other. An export has six.
const MAX_DEPTH: usize = 64;
/// The longest XML declaration worth reading, in bytes.
const MAX_DECLARATION: usize = 512;

/// A stream of elements.
pub(super) struct Tokens<R> {
    stream: Stream<R>,
    /// The names of the open elements.
    open: Vec<String>,
    /// An element written as `<name/>` still has to be closed.
    close_next: bool,
    tag: Vec<u8>,
    largest: usize,
}

enum Token {
    Open(OpenTag),
    Close,
}

impl<R: BufRead> Tokens<R> {
    pub fn new(input: R) -> Self {
        Self {
            stream: Stream::new(input),
            open: Vec::new(),
            close_next: false,
            tag: Vec::new(),
            largest: 0,
        }
    }

    /// How many bytes have been taken from the stream.
    pub fn position(&self) -> u64 {
        self.stream.position()
    }

    /// The most bytes that one buffer of this layer has had room for. The stream's own buffer is not counted.
    pub fn largest_buffer(&self) -> usize {
        self.largest
    }

    /// The next child of the innermost open element, or `None` at that element's end, which is then closed. Outside all
    /// elements: the root.
    pub fn child(&mut self) -> Result<Option<OpenTag>, ReadError> {
        match self.advance(&mut Sink::nowhere())? {
            Token::Open(tag) => Ok(Some(tag)),
            Token::Close => Ok(None),
        }
    }

    /// The text of the element just opened, up to `limit` bytes, and closes it. Elements inside it are left out.
    pub fn text(&mut self, limit: usize) -> Result<Text, ReadError> {
        let depth = self.open.len();
        let position = self.stream.position();
        let mut sink = Sink::up_to(limit);
        let mut inner = Sink::nowhere();
        while self.open.len() >= depth {
            let here = self.open.len() == depth;
            self.advance(if here { &mut sink } else { &mut inner })?;
        }
        self.largest = self.largest.max(sink.largest);
        if sink.too_long {
            return Ok(Text::TooLong);
        }
        match String::from_utf8(sink.kept) {
            Ok(text) => Ok(Text::Whole(scrub(text))),
            Err(_) => Err(ReadError::NotUtf8 {
                position,
                inside: self.tag_name(),
            }),
        }
    }

    /// Passes over the element just opened, with all that is in it.
    pub fn skip(&mut self) -> Result<(), ReadError> {
        let depth = self.open.len();
        while self.open.len() >= depth {
            self.advance(&mut Sink::nowhere())?;
        }
        Ok(())
    }

    /// Reads on to the next tag; the text before it goes to the sink.
    fn advance(&mut self, sink: &mut Sink) -> Result<Token, ReadError> {
        if self.stream.position() == 0 {
            self.stream.prelude()?;
        }
        if self.close_next {
            self.close_next = false;
            self.open.pop();
            return Ok(Token::Close);
        }
        loop {
            let wanted = sink.is_open();
            let chunk = self.stream.chunk()?;
            if chunk.is_empty() {
                return Err(self.truncated());
            }
            let found = if wanted {
                memchr2(b'<', b'&', chunk)
            } else {
                memchr(b'<', chunk)
            };
            let end = found.unwrap_or(chunk.len());
            let (text, rest) = chunk.split_at_checked(end).unwrap_or((chunk, &[]));
            sink.push(text);
            let stop = rest.first().copied();
            self.stream.consume(end + usize::from(stop.is_some()));
            match stop {
                Some(b'&') => self.reference(sink)?,
                Some(_) => {
                    if let Some(token) = self.markup(sink)? {
                        return Ok(token);
                    }
                }
                None => {}
            }
        }
    }

    /// What follows a `<`; `None` when it is no tag.
    fn markup(&mut self, sink: &mut Sink) -> Result<Option<Token>, ReadError> {
        match self.stream.peek()? {
            Some(b'!') => self.declaration(sink).map(|()| None),
            Some(b'?') => self.instruction().map(|()| None),
            Some(b'/') => {
                self.stream.consume(1);
                self.close_tag().map(Some)
            }
            Some(b'A'..=b'Z' | b'a'..=b'z' | b'_') => {
                self.open_tag().map(|tag| Some(Token::Open(tag)))
            }
            Some(0) if self.stream.position() == 1 => Err(other_encoding("UTF-16LE")),
            Some(_) => {
                // Old exports forgot to escape it in a title or a name.
                sink.push(b"<");
                Ok(None)
            }
            None => Err(self.truncated()),
        }
    }

    fn open_tag(&mut self) -> Result<OpenTag, ReadError> {
        self.read_tag()?;
        let empty = self.tag.ends_with(b"/");
        let source = self.tag_source(usize::from(empty))?;
        let name_length = source
            .find(|letter: char| letter.is_ascii_whitespace() || letter == '/')
            .unwrap_or(source.len());
        let tag = OpenTag {
            source,
            name_length,
        };
        if self.open.len() >= MAX_DEPTH {
            return Err(self.malformed(format!("more than {MAX_DEPTH} elements inside each other")));
        }
        self.open.push(tag.name().to_owned());
        self.close_next = empty;
        Ok(tag)
    }

    fn close_tag(&mut self) -> Result<Token, ReadError> {
        self.read_tag()?;
        let source = self.tag_source(0)?;
        let name = source.trim_ascii_end();
        match self.open.pop() {
            Some(open) if open == name => Ok(Token::Close),
            Some(open) => {
                Err(self.malformed(format!("<{open}> is closed by </{}>", shorten(name))))
            }
            None => Err(self.malformed(format!("</{}> closes nothing", shorten(name)))),
        }
    }

    /// Reads a tag up to its `>` into `self.tag`, without the `>`.
    fn read_tag(&mut self) -> Result<(), ReadError> {
        self.tag.clear();
        let mut quote = None;
        loop {
            let chunk = self.stream.chunk()?;
            if chunk.is_empty() {
                return Err(self.truncated());
            }
            let end = chunk.iter().position(|&byte| match quote {
                Some(open) => {
                    if byte == open {
                        quote = None;
                    }
                    false
                }
                None => {
                    if matches!(byte, b'"' | b'\'') {
                        quote = Some(byte);
                    }
                    byte == b'>'
                }
            });
            let length = end.unwrap_or(chunk.len());
            if self.tag.len() + length > MAX_TAG {
                return Err(self.malformed(format!("a tag over {} KB", MAX_TAG >> 10)));
            }
            self.tag
                .extend_from_slice(chunk.get(..length).unwrap_or(chunk));
            self.largest = self.largest.max(self.tag.capacity());
            self.stream.consume(length + usize::from(end.is_some()));
            if end.is_some() {
                return Ok(());
            }
        }
    }

    /// The tag that was read, without its last `less` bytes.
    fn tag_source(&self, less: usize) -> Result<String, ReadError> {
        let length = self.tag.len().saturating_sub(less);
        let bytes = self.tag.get(..length).unwrap_or_default();
        match std::str::from_utf8(bytes) {
            Ok(source) => Ok(source.to_owned()),
            Err(_) => Err(ReadError::NotUtf8 {
                position: self.stream.position(),
                inside: self.innermost(),
            }),
        }
    }

    /// The name of the element that was closed last.
    fn tag_name(&self) -> String {
        let name = String::from_utf8_lossy(&self.tag);
        shorten(name.trim_ascii_end()).to_owned()
    }

    /// `<!…`: a comment, a CDATA section, or a document type.
    fn declaration(&mut self, sink: &mut Sink) -> Result<(), ReadError> {
        let position = self.stream.position() - 1;
        self.stream.consume(1);
        match self.stream.peek()? {
            Some(b'-') => {
                self.expect(b"--")?;
                self.until(b'-', 2, &mut Sink::nowhere())
            }
            Some(b'[') => {
                self.expect(b"[CDATA[")?;
                self.until(b']', 2, sink)
            }
            None => Err(self.truncated()),
            Some(_) => {
                let mut start = Vec::new();
                while start.len() < 12 {
                    match self.stream.byte()? {
                        Some(byte) if byte != b'>' => start.push(byte.to_ascii_lowercase()),
                        _ => break,
                    }
                }
                if start.trim_ascii_end() == b"doctype html" {
                    return Err(not_wxr("an HTML page"));
                }
                Err(ReadError::Doctype { position })
            }
        }
    }

    /// `<?…?>`. Only the declaration of the encoding matters.
    fn instruction(&mut self) -> Result<(), ReadError> {
        self.stream.consume(1);
        let mut sink = Sink::up_to(MAX_DECLARATION);
        self.until(b'?', 1, &mut sink)?;
        let Ok(source) = String::from_utf8(sink.kept) else {
            return Ok(());
        };
        if !source.starts_with("xml") {
            return Ok(());
        }
        let declaration = OpenTag {
            source,
            name_length: 3,
        };
        match declaration.attribute("encoding") {
            Some(name) if declaration.name() == "xml" && !is_utf8_name(&name) => {
                Err(other_encoding(&name))
            }
            _ => Ok(()),
        }
    }

    fn until(&mut self, mark: u8, need: usize, sink: &mut Sink) -> Result<(), ReadError> {
        if self.stream.until(mark, need, sink)? {
            Ok(())
        } else {
            Err(self.truncated())
        }
    }

    /// What follows a `&` in text.
    fn reference(&mut self, sink: &mut Sink) -> Result<(), ReadError> {
        let mut name = Vec::with_capacity(12);
        while name.len() < 12 {
            match self.stream.peek()? {
                Some(byte) if byte == b'#' || byte.is_ascii_alphanumeric() => {
                    name.push(byte);
                    self.stream.consume(1);
                }
                Some(b';') => {
                    self.stream.consume(1);
                    match resolve(&name) {
                        Some(resolved) => sink.push(resolved.as_bytes()),
                        None => {
                            sink.push(b"&");
                            sink.push(&name);
                            sink.push(b";");
                        }
                    }
                    return Ok(());
                }
                _ => break,
            }
        }
        sink.push(b"&");
        sink.push(&name);
        Ok(())
    }

    fn expect(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        for &byte in bytes {
            match self.stream.byte()? {
                Some(found) if found == byte => {}
                Some(_) => return Err(self.malformed("an unknown declaration".to_owned())),
                None => return Err(self.truncated()),
            }
        }
        Ok(())
    }

    fn innermost(&self) -> String {
        self.open
            .last()
            .map_or("rss", |name| shorten(name))
            .to_owned()
    }

    fn truncated(&self) -> ReadError {
        ReadError::Truncated {
            position: self.stream.position(),
            inside: self.innermost(),
        }
    }

    fn malformed(&self, fault: String) -> ReadError {
        ReadError::Malformed {
            position: self.stream.position(),
            fault,
        }
    }
}
