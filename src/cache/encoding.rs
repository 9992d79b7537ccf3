//! Content codings of answers (RFC 9110, sections 8.4 and 12.5.3): Zstandard (RFC 8878), Brotli (RFC 7932) and gzip (RFC 1952).

use std::io::{self, Write};

use actix_web::http::header::{ACCEPT_ENCODING, HeaderMap};
use bytes::Bytes;

/// Below this many bytes a coding saves nothing.
pub const MIN_ENCODED: usize = 1024;

/// A coding that answers are sent in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// Zstandard.
    Zstd,
    /// Brotli.
    Brotli,
    /// gzip.
    Gzip,
}

impl Coding {
    /// Every coding, the one preferred among equals first.
    pub const ALL: [Coding; 3] = [Coding::Zstd, Coding::Brotli, Coding::Gzip];

    /// Its name in headers.
    pub fn as_str(self) -> &'static str {
        match self {
            Coding::Zstd => "zstd",
            Coding::Brotli => "br",
            Coding::Gzip => "gzip",
        }
    }

    /// What the client likes best; nothing when it wants the answer as it is. A client that refuses even that gets it as it is: an answer in
    /// a form it did not ask for serves it better than none (RFC 9110, section 12.5.3).
    pub fn wanted(headers: &HeaderMap) -> Option<Self> {
        let mut weights = Weights::default();
        for value in headers.get_all(ACCEPT_ENCODING) {
            for part in value.to_str().unwrap_or_default().split(',') {
                weights.read(part);
            }
        }
        weights.best()
    }

    /// The bytes in this coding.
    ///
    /// # Errors
    /// None in practice: it is done in memory.
    pub fn encode(self, bytes: &[u8]) -> io::Result<Bytes> {
        let encoded = match self {
            Coding::Zstd => zstd::bulk::compress(bytes, 6)?,
            Coding::Brotli => {
                let mut out = Vec::with_capacity(bytes.len() / 3);
                brotli::CompressorWriter::new(&mut out, 4096, 5, 22).write_all(bytes)?;
                out
            }
            Coding::Gzip => {
                let out = Vec::with_capacity(bytes.len() / 3);
                let mut encoder = flate2::write::GzEncoder::new(out, flate2::Compression::new(6));
                encoder.write_all(bytes)?;
                encoder.finish()?
            }
        };
        Ok(encoded.into())
    }
}

/// How much a client likes each coding, in thousandths, as far as it says so.
#[derive(Debug, Default)]
struct Weights {
    codings: [Option<u16>; 3],
    any: Option<u16>,
    identity: Option<u16>,
}

impl Weights {
    fn read(&mut self, part: &str) {
        let mut parameters = part.split(';').map(str::trim);
        let name = parameters.next().unwrap_or_default();
        let weight = parameters
            .find_map(|parameter| {
                parameter
                    .strip_prefix("q=")
                    .or(parameter.strip_prefix("Q="))
            })
            .map_or(1000, thousandths);
        match name.to_ascii_lowercase().as_str() {
            "*" => self.any = Some(weight),
            "identity" => self.identity = Some(weight),
            name => {
                let name = name.strip_prefix("x-").unwrap_or(name);
                for (coding, kept) in Coding::ALL.iter().zip(&mut self.codings) {
                    if coding.as_str() == name {
                        *kept = Some(weight);
                    }
                }
            }
        }
    }

    fn best(&self) -> Option<Coding> {
        let mut best = None;
        let mut most = self.identity.unwrap_or(0);
        for (coding, weight) in Coding::ALL.into_iter().zip(self.codings) {
            let weight = weight.or(self.any).unwrap_or(0);
            if weight > 0 && (weight > most || (best.is_none() && weight == most)) {
                (best, most) = (Some(coding), weight);
            }
        }
        best
    }
}

/// A weight such as `0.8` (RFC 9110, section 12.4.2); one that is not valid counts as none.
fn thousandths(text: &str) -> u16 {
    match text.parse::<f32>() {
        Ok(weight) if (0.0..=1.0).contains(&weight) => (weight * 1000.0).round() as u16,
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
