//! Opaque, signed keyset cursors: where a page ended, bound to the list, its filters, its sort and its order.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use deserr::Deserr;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::auth::Signer;
use crate::error::{Code, Error, Fault, FaultCode, Faults, Result};

const MAC: usize = 16;

/// The last row of a page: what it is sorted by, then its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The sort key: milliseconds since 1970, a number, or a text.
    pub key: SortKey,
    /// The id, which settles equal keys.
    pub id: Uuid,
}

/// What a list is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SortKey {
    /// A time in milliseconds since 1970, or a position.
    Number(i64),
    /// A name.
    Text(String),
    /// How well something was found: whether by its whole name, how much there is of it, and its name.
    Found(bool, i64, String),
}

/// A cursor as the client sent it, not yet verified.
#[derive(Debug, Clone, Deserr)]
#[deserr(from(String) = Cursor::unverified)]
pub struct Cursor(String);

impl Cursor {
    fn unverified(text: String) -> Self {
        Self(text)
    }

    /// The position it holds, if this server made it for this list with these filters; none for an empty cursor, which stands for the beginning.
    ///
    /// # Errors
    /// 400 naming the parameter otherwise.
    pub fn open<P: DeserializeOwned>(&self, signer: &Signer, binding: &str) -> Result<Option<P>> {
        if self.0.is_empty() {
            return Ok(None);
        }
        self.verify(signer, binding).map(Some)
    }

    /// The same, of a cursor that was made for this reader and under these terms.
    ///
    /// # Errors
    /// 410 when the terms have changed since; 400 as [`open`](Self::open).
    pub fn open_under<P: DeserializeOwned>(
        &self,
        terms: Terms,
        signer: &Signer,
        binding: &str,
    ) -> Result<Option<P>> {
        let Some(reader) = terms.reader else {
            return self.open(signer, binding);
        };
        if self.0.is_empty() {
            return Ok(None);
        }
        let (version, position): (i32, P) = self.verify(signer, &bound(binding, reader))?;
        if version == terms.version {
            return Ok(Some(position));
        }
        Err(Error::new(
            Code::TermsChanged,
            "Your contract has changed since this cursor. Throw away what you have read, and begin again without a cursor.",
        ))
    }

    fn verify<P: DeserializeOwned>(&self, signer: &Signer, binding: &str) -> Result<P> {
        let invalid = || {
            let detail = "was not made by this list with these filters; start again without it";
            Error::parameters(Faults::from(Fault::parameter(
                "cursor",
                FaultCode::InvalidCursor,
                detail,
            )))
        };
        if self.0.len() > 2048 {
            return Err(invalid());
        }
        let bytes = URL_SAFE_NO_PAD.decode(&self.0).map_err(|_| invalid())?;
        let (mac, payload) = bytes.split_at_checked(MAC).ok_or_else(invalid)?;
        if !signer.verify(&signed(binding, payload), mac) {
            return Err(invalid());
        }
        serde_json::from_slice(payload).map_err(|_| invalid())
    }
}

/// Makes the cursor that goes on after this position.
///
/// # Errors
/// None in practice: positions are plain data.
pub fn seal(position: &impl Serialize, signer: &Signer, binding: &str) -> Result<String> {
    let payload = serde_json::to_vec(position).map_err(Error::internal)?;
    let mut bytes = signer.sign(&signed(binding, &payload), MAC);
    bytes.extend_from_slice(&payload);
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// For whom a cursor is, where it is not for anyone, and under which version of what they may read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Terms {
    /// Who reads.
    pub reader: Option<Uuid>,
    /// Counts the changes of what they may read.
    pub version: i32,
}

/// Makes the cursor that goes on after this position, good for this reader under these terms.
///
/// # Errors
/// None in practice: positions are plain data.
pub fn seal_under(
    terms: Terms,
    position: &impl Serialize,
    signer: &Signer,
    binding: &str,
) -> Result<String> {
    match terms.reader {
        Some(reader) => seal(&(terms.version, position), signer, &bound(binding, reader)),
        None => seal(position, signer, binding),
    }
}

/// No path ends so.
fn bound(binding: &str, reader: Uuid) -> String {
    format!("{binding}\n{reader}")
}

fn signed(binding: &str, payload: &[u8]) -> Vec<u8> {
    let mut message = Vec::with_capacity(binding.len() + payload.len() + 1);
    message.extend_from_slice(binding.as_bytes());
    message.push(0);
    message.extend_from_slice(payload);
    message
}
