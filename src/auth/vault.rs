//! Secrets of others that Kroniek must be able to use, and so can't keep as a hash: encrypted, under a key derived from its own secret.

use std::fmt;

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::error::{Error, Result};

/// Encrypts and decrypts (ChaCha20-Poly1305, RFC 8439). What was encrypted under the secret before a rotation still opens.
#[derive(Clone)]
pub struct Vault {
    current: [u8; 32],
    previous: Option<[u8; 32]>,
}

/// What was in the vault.
pub struct Opened {
    /// The secret.
    pub bytes: Vec<u8>,
    /// Whether it was encrypted under the secret before a rotation, and should be encrypted anew.
    pub is_old: bool,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault")
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opened")
    }
}

fn key(bytes: &[u8; 32]) -> Option<LessSafeKey> {
    UnboundKey::new(&CHACHA20_POLY1305, bytes)
        .ok()
        .map(LessSafeKey::new)
}

impl Vault {
    pub(super) fn new(current: [u8; 32], previous: Option<[u8; 32]>) -> Self {
        Self { current, previous }
    }

    /// Encrypts a secret. It opens only for the same owner, so that nobody can put one in the place of another.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn seal(&self, secret: &[u8], owner: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0_u8; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(Error::internal)?;
        let key = key(&self.current).ok_or_else(|| Error::internal("no key to encrypt with"))?;
        let mut sealed = secret.to_vec();
        let nonce_of_this = Nonce::assume_unique_for_key(nonce);
        key.seal_in_place_append_tag(nonce_of_this, Aad::from(owner), &mut sealed)
            .map_err(Error::internal)?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Decrypts what was sealed for this owner, if it was sealed here.
    pub fn open(&self, sealed: &[u8], owner: &[u8]) -> Option<Opened> {
        let with = |bytes: &[u8; 32]| {
            let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
            let mut secret = sealed.to_vec();
            let opened = key(bytes)?
                .open_in_place(
                    Nonce::assume_unique_for_key(*nonce),
                    Aad::from(owner),
                    &mut secret,
                )
                .ok()?;
            Some(opened.to_vec())
        };
        if let Some(bytes) = with(&self.current) {
            return Some(Opened {
                bytes,
                is_old: false,
            });
        }
        let bytes = with(self.previous.as_ref()?)?;
        Some(Opened {
            bytes,
            is_old: true,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Vault;

    #[test]
    fn a_secret_opens_for_its_owner_alone_and_tells_when_it_is_old() {
        let (old, new) = (
            Vault::new([1; 32], None),
            Vault::new([2; 32], Some([1; 32])),
        );
        let sealed = old.seal(b"a secret", b"owner").unwrap();
        assert!(!sealed.windows(8).any(|part| part == b"a secret"));
        assert!(old.open(&sealed, b"another").is_none());
        assert!(Vault::new([2; 32], None).open(&sealed, b"owner").is_none());
        let opened = new.open(&sealed, b"owner").unwrap();
        assert_eq!(
            (opened.bytes.as_slice(), opened.is_old),
            (&b"a secret"[..], true)
        );
        let anew = new.seal(b"a secret", b"owner").unwrap();
        assert!(!new.open(&anew, b"owner").unwrap().is_old);
        assert_ne!(anew, new.seal(b"a secret", b"owner").unwrap());
        for at in 0..anew.len() {
            let mut forged = anew.clone();
            forged[at] ^= 1;
            assert!(new.open(&forged, b"owner").is_none(), "{at}");
        }
        assert!(new.open(b"short", b"owner").is_none());
    }
}
