//! The QR code that banking apps read to fill in a transfer: EPC069-12, version 002 of its payload, and its drawing as SVG.

use qrcode::bits::Bits;
use qrcode::render::svg::Color;
use qrcode::{EcLevel, QrCode, Version};
use serde::Deserialize;

use super::model::BankInput;
use crate::values::{EuroCents, Iban, Money, Sepa};

/// Bytes that the payload may have (EPC069-12, section 3.1).
pub const MAX_BYTES: usize = 331;

/// The largest code there may be: 69 modules, which hold [`MAX_BYTES`] at error correction level M.
const MAX_VERSION: i16 = 13;

/// Where a transfer goes, as kept.
#[derive(Debug, Clone, Deserialize)]
pub struct Transfer {
    iban: String,
    bic: Option<String>,
    beneficiary: String,
    remittance: Option<String>,
}

impl From<&BankInput> for Transfer {
    fn from(bank: &BankInput) -> Self {
        Self {
            iban: bank.iban.to_string(),
            bic: bank.bic.as_ref().map(ToString::to_string),
            beneficiary: bank.beneficiary.as_str().to_owned(),
            remittance: bank
                .remittance
                .as_ref()
                .map(|text| text.as_str().to_owned()),
        }
    }
}

impl Transfer {
    /// Whether there is a code for this transfer, whatever its amount.
    pub fn has_qr_code(&self, currency: Option<&str>) -> bool {
        self.is_sepa(currency) && self.fits()
    }

    /// Whether banks would take a code for this transfer: it is in euro, to an account in SEPA, with a BIC where that is not in the European
    /// Economic Area.
    pub fn is_sepa(&self, currency: Option<&str>) -> bool {
        let in_euro = currency.is_none_or(|code| code == Money::EURO.to_string());
        in_euro
            && Iban::parse(&self.iban).is_ok_and(|iban| match iban.sepa() {
                Sepa::Inside => true,
                Sepa::WithBic => self.bic.is_some(),
                Sepa::Outside => false,
            })
    }

    /// Whether a code holds the transfer whatever its amount.
    pub fn fits(&self) -> bool {
        self.payload(Some(EuroCents::MAX)).len() <= MAX_BYTES
    }

    /// The code's text (EPC069-12, section 3): lines ended by LF, none after the last that says something. Purpose and structured remittance
    /// stay empty; without an amount the payer fills it in.
    pub fn payload(&self, amount: Option<EuroCents>) -> String {
        let amount = amount.map(|amount| format!("{}{amount}", Money::EURO));
        let text = |line: &Option<String>| line.clone().unwrap_or_default();
        let lines = [
            "BCD".to_owned(),
            "002".to_owned(),
            "1".to_owned(),
            "SCT".to_owned(),
            text(&self.bic),
            self.beneficiary.clone(),
            self.iban.clone(),
            text(&amount),
            String::new(),
            String::new(),
            text(&self.remittance),
        ];
        lines.join("\n").trim_end_matches('\n').to_owned()
    }

    /// The code as SVG, with its quiet zone: bytes as they are, error correction level M. None when the text is too long for one.
    pub fn qr_code(&self, amount: Option<EuroCents>) -> Option<String> {
        let payload = self.payload(amount);
        // The crate's own way may write letters of other alphabets as Kanji, which readers would turn into something else.
        let in_bytes = |version| {
            let mut bits = Bits::new(Version::Normal(version));
            bits.push_byte_data(payload.as_bytes()).ok()?;
            bits.push_terminator(EcLevel::M).ok()?;
            QrCode::with_bits(bits, EcLevel::M).ok()
        };
        let code = (1..=MAX_VERSION).find_map(in_bytes)?;
        Some(code.render::<Color<'_>>().build())
    }
}
