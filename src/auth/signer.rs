//! Keys derived from the one secret, each for its own purpose.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::vault::Vault;

type HmacSha256 = Hmac<Sha256>;

/// Signs what clients carry for us. What the secret before a rotation signed stays valid.
#[derive(Clone)]
pub struct Signer {
    current: [u8; 32],
    previous: Option<[u8; 32]>,
}

/// HMAC-SHA-256 (RFC 2104); any length of key will do.
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let Ok(mut mac) = HmacSha256::new_from_slice(key) else {
        return [0; 32];
    };
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// A key for one purpose.
fn derive(secret: &SecretString, purpose: &str) -> [u8; 32] {
    hmac(secret.expose_secret().as_bytes(), purpose.as_bytes())
}

/// The password of delivery's database login, in hexadecimal.
pub fn database_password(secret: &SecretString) -> SecretString {
    let password: String = derive(secret, "kroniek/delivery-login/1")
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    SecretString::from(password)
}

impl Signer {
    /// The signer of cursors.
    pub fn cursors(secret: &SecretString, previous: Option<&SecretString>) -> Self {
        const PURPOSE: &str = "kroniek/cursors/1";
        Self {
            current: derive(secret, PURPOSE),
            previous: previous.map(|secret| derive(secret, PURPOSE)),
        }
    }

    /// The signer of preview links.
    pub fn previews(&self) -> Self {
        const PURPOSE: &[u8] = b"kroniek/previews/1";
        Self {
            current: hmac(&self.current, PURPOSE),
            previous: self.previous.map(|key| hmac(&key, PURPOSE)),
        }
    }

    /// What secrets of others are kept in.
    pub fn vault(&self) -> Vault {
        const PURPOSE: &[u8] = b"kroniek/vault/1";
        Vault::new(
            hmac(&self.current, PURPOSE),
            self.previous.map(|key| hmac(&key, PURPOSE)),
        )
    }

    /// The first `length` bytes of the message's signature.
    pub fn sign(&self, message: &[u8], length: usize) -> Vec<u8> {
        hmac(&self.current, message)
            .into_iter()
            .take(length)
            .collect()
    }

    /// Whether this signature, whole or cut, was made here. Takes the same time for right and wrong ones.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let matches = |key: &[u8; 32]| {
            let right: Vec<u8> = hmac(key, message)
                .into_iter()
                .take(signature.len())
                .collect();
            bool::from(right.ct_eq(signature))
        };
        matches(&self.current) || self.previous.as_ref().is_some_and(matches)
    }
}
