//! What signs deliveries (Standard Webhooks 1.0, "Signature scheme").

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::SecretString;
use sha2::Sha256;
use uuid::Uuid;

use crate::auth::Vault;
use crate::error::{Error, Result};

/// A webhook's secret: 32 random bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

/// Never shown by accident.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// A new one.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn random() -> Result<Self> {
        let mut bytes = vec![0_u8; 32];
        getrandom::fill(&mut bytes).map_err(Error::internal)?;
        Ok(Self(bytes))
    }

    /// As its receiver gets it, this once: `whsec_` and base64.
    pub fn told(&self) -> SecretString {
        SecretString::from(format!("whsec_{}", STANDARD.encode(&self.0)))
    }

    /// As kept for this webhook.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn sealed(&self, vault: &Vault, webhook: Uuid) -> Result<Vec<u8>> {
        vault.seal(&self.0, webhook.as_bytes())
    }

    fn sign(&self, message: &str) -> Option<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(message.as_bytes());
        Some(format!(
            "v1,{}",
            STANDARD.encode(mac.finalize().into_bytes())
        ))
    }
}

/// The secrets that sign now, the newest first.
#[derive(Debug, Clone)]
pub struct Secrets(Vec<Secret>);

impl Secrets {
    /// Those of a webhook; nothing when the newest can't be read, as after `KRONIEK_SECRET` was lost.
    pub fn open(sealed: &[&[u8]], vault: &Vault, webhook: Uuid) -> Option<Self> {
        let mut opened = sealed
            .iter()
            .map(|sealed| Some(Secret(vault.open(sealed, webhook.as_bytes())?.bytes)));
        let newest = opened.next()??;
        // The one before may be gone with an older KRONIEK_SECRET: the newest is enough.
        Some(Self(
            std::iter::once(newest).chain(opened.flatten()).collect(),
        ))
    }

    /// `webhook-signature` of a message: one signature for each secret, separated by spaces.
    pub fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        let message = format!("{id}.{timestamp}.{body}");
        let signatures: Vec<String> = self.0.iter().filter_map(|one| one.sign(&message)).collect();
        signatures.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::{STANDARD, Secret, Secrets};
    use base64::Engine;

    #[test]
    fn the_example_of_the_specification_is_signed_alike() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = Secrets(vec![Secret(secret)]).sign(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            "{\"test\": 2432232314}",
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_shows_itself_only_where_it_is_told() {
        let secret = Secret::random().unwrap();
        let told = secret.told().expose_secret().to_owned();
        assert_eq!(told.len(), 6 + 44);
        assert!(!format!("{secret:?} {:?}", secret.told()).contains(&told[6..20]));
    }
}
