//! Bank details.

use std::fmt;

use super::string_value;
use crate::error::{Fault, FaultCode};

/// How long an IBAN of each country is (the registry of ISO 13616).
const LENGTHS: &[(&str, usize)] = &[
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BI", 27),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DJ", 27),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FK", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HN", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("LY", 25),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MN", 20),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NI", 28),
    ("NL", 18),
    ("NO", 15),
    ("OM", 23),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("RU", 33),
    ("SA", 24),
    ("SC", 31),
    ("SD", 18),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("SO", 23),
    ("ST", 25),
    ("SV", 28),
    ("TL", 23),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
    ("VA", 22),
    ("VG", 24),
    ("XK", 20),
    ("YE", 30),
];

/// The European Economic Area, where a payment needs no BIC.
const EEA: &[&str] = &[
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS",
    "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// The other countries of SEPA, by their IBAN (EPC409-09).
const OTHER_SEPA: &[&str] = &[
    "AD", "AL", "CH", "GB", "GI", "MC", "MD", "ME", "MK", "RS", "SM", "VA",
];

/// Where an account stands in the Single Euro Payments Area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sepa {
    /// In the European Economic Area.
    Inside,
    /// In another of its countries: a payment needs the BIC too.
    WithBic,
    /// Not in it.
    Outside,
}

/// An International Bank Account Number (ISO 13616), without spaces, in capitals, its length and check digits verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Iban(String);

impl Iban {
    /// Reads an IBAN, spaces and small letters allowed, and verifies length and check digits (ISO 7064, MOD 97-10).
    ///
    /// # Errors
    /// Another form, a country that has none, another length than the country's, wrong check digits.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let fault = |detail: String| Fault::value(FaultCode::InvalidValue, detail);
        let form = || fault("is not an IBAN, such as NL91 ABNA 0417 1643 00".to_owned());
        if text.len() > 64 {
            return Err(form());
        }
        let iban: String = text
            .chars()
            .filter(|character| *character != ' ')
            .map(|character| character.to_ascii_uppercase())
            .collect();
        let (country, rest) = iban.split_at_checked(2).ok_or_else(form)?;
        let check = rest.get(..2).ok_or_else(form)?;
        if !iban.bytes().all(|byte| byte.is_ascii_alphanumeric())
            || !check.bytes().all(|byte| byte.is_ascii_digit())
        {
            return Err(form());
        }
        let (_, length) = LENGTHS
            .iter()
            .find(|(known, _)| *known == country)
            .ok_or_else(|| fault(format!("has the country {country}, which has no IBANs")))?;
        if iban.len() != *length {
            let detail = format!("must have {length} characters, as those of {country} have");
            return Err(fault(detail));
        }
        // 00, 01 and 99 leave the same remainder as digits that are given out, and never are themselves.
        if matches!(check, "00" | "01" | "99") || remainder(&iban) != Some(1) {
            return Err(fault(
                "has wrong check digits: one of its characters is mistyped".to_owned(),
            ));
        }
        Ok(Self(iban))
    }

    /// Where the account stands in SEPA.
    pub fn sepa(&self) -> Sepa {
        let country = self.0.get(..2).unwrap_or_default();
        if EEA.contains(&country) {
            Sepa::Inside
        } else if OTHER_SEPA.contains(&country) {
            Sepa::WithBic
        } else {
            Sepa::Outside
        }
    }
}

/// What is left of the number modulo 97, letters as 10 to 35, the first four characters behind the others.
fn remainder(iban: &str) -> Option<u32> {
    let rotated = iban.chars().skip(4).chain(iban.chars().take(4));
    rotated.into_iter().try_fold(0_u32, |sum, character| {
        let digit = character.to_digit(36)?;
        Some((if digit > 9 { sum * 100 } else { sum * 10 } + digit) % 97)
    })
}

impl fmt::Display for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_value!(Iban, |schema: utoipa::openapi::ObjectBuilder| schema
    .description(Some("An IBAN (ISO 13616)."))
    .pattern(Some("^ *[A-Za-z] *[A-Za-z] *[0-9] *[0-9][A-Za-z0-9 ]+$"))
    .max_length(Some(64))
    .examples(["NL91ABNA0417164300"]));

/// A Business Identifier Code: 8 or 11 letters and digits, the country at the fifth and sixth (ISO 9362:2014).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bic(String);

impl Bic {
    /// Reads a BIC, small letters allowed.
    ///
    /// # Errors
    /// Another form.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let bic = text.to_ascii_uppercase();
        let bytes = bic.as_bytes();
        let form = matches!(bytes.len(), 8 | 11)
            && bytes.iter().skip(4).take(2).all(u8::is_ascii_uppercase)
            && bytes.iter().all(u8::is_ascii_alphanumeric);
        if form {
            Ok(Self(bic))
        } else {
            Err(Fault::value(
                FaultCode::InvalidValue,
                "must be a BIC of 8 or 11 letters and digits, such as ABNANL2A",
            ))
        }
    }
}

impl fmt::Display for Bic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_value!(Bic, |schema: utoipa::openapi::ObjectBuilder| schema
    .description(Some("A BIC (ISO 9362)."))
    .pattern(Some(
        "^[A-Za-z0-9]{4}[A-Za-z]{2}[A-Za-z0-9]{2}([A-Za-z0-9]{3})?$"
    ))
    .examples(["ABNANL2A"]));
