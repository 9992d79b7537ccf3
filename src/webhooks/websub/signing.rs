//! What signs feeds that are sent (WebSub, section 7.1).

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// `X-Hub-Signature` of a body: its HMAC with the subscriber's secret, in hexadecimal digits.
pub fn signature(secret: &[u8], body: &[u8]) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(body);
    let bytes = mac.finalize().into_bytes();
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Some(format!("sha256={digits}"))
}

#[cfg(test)]
mod tests {
    use super::signature;

    #[test]
    fn the_second_example_of_rfc_4231_is_signed_alike() {
        let signed = signature(b"Jefe", b"what do ya want for nothing?").unwrap();
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(signed, format!("sha256={expected}"));
    }
}
