//! Money and bank details.

use std::fmt;

use iso_currency::Currency;

use super::string_value;
use crate::error::{Fault, FaultCode};

/// A currency by its ISO 4217 code, in capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money(Currency);

impl Money {
    /// Reads a code such as `EUR`.
    ///
    /// # Errors
    /// Not one of ISO 4217.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        Currency::from_code(text).map(Self).ok_or_else(|| {
            Fault::value(
                FaultCode::InvalidValue,
                "must be a currency code of ISO 4217 in capitals, such as EUR",
            )
        })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.code())
    }
}

string_value!(Money, |schema: utoipa::openapi::ObjectBuilder| schema
    .description(Some("A currency (ISO 4217)."))
    .pattern(Some("^[A-Z]{3}$"))
    .examples(["EUR"]));

/// Suggested amounts: 0 to 10 of them, each positive, in the currency's minor unit (cents for EUR, yen for JPY, fils for KWD).
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[schema(value_type = Vec<i64>, example = json!([250, 500]))]
pub struct Amounts(pub Vec<i64>);

impl deserr::Deserr<crate::error::Faults> for Amounts {
    fn deserialize_from_value<V: deserr::IntoValue>(
        value: deserr::Value<V>,
        location: deserr::ValuePointerRef<'_>,
    ) -> Result<Self, crate::error::Faults> {
        let amounts = <Vec<i64> as deserr::Deserr<crate::error::Faults>>::deserialize_from_value(
            value, location,
        )?;
        if amounts.len() > 10
            || amounts
                .iter()
                .any(|amount| !(1..=1_000_000_000_000).contains(amount))
        {
            let detail = "must be at most 10 amounts, each a positive whole number of the currency's minor unit (250 is 2.50 EUR)";
            return Err(super::placed(
                Fault::value(FaultCode::InvalidValue, detail),
                location,
            ));
        }
        Ok(Self(amounts))
    }
}

/// An International Bank Account Number (ISO 13616), without spaces, its check digits verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Iban(String);

impl Iban {
    /// Reads an IBAN, spaces allowed, and verifies its check digits (ISO 7064, MOD 97-10).
    ///
    /// # Errors
    /// Another form or wrong check digits.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let iban: String = text
            .chars()
            .filter(|character| *character != ' ')
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let letters_then_digits = iban.len() >= 15
            && iban.len() <= 34
            && iban.bytes().take(2).all(|byte| byte.is_ascii_uppercase())
            && iban
                .bytes()
                .skip(2)
                .take(2)
                .all(|byte| byte.is_ascii_digit())
            && iban.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let remainder =
            iban.chars()
                .skip(4)
                .chain(iban.chars().take(4))
                .try_fold(0_u32, |sum, character| {
                    let digit = character.to_digit(36)?;
                    Some((if digit > 9 { sum * 100 } else { sum * 10 } + digit) % 97)
                });
        if letters_then_digits && remainder == Some(1) {
            Ok(Self(iban))
        } else {
            Err(Fault::value(
                FaultCode::InvalidValue,
                "is not an IBAN, or its check digits are wrong",
            ))
        }
    }
}

impl fmt::Display for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_value!(Iban, |schema: utoipa::openapi::ObjectBuilder| schema
    .description(Some("An IBAN (ISO 13616)."))
    .pattern(Some("^[A-Za-z]{2}[0-9]{2}[A-Za-z0-9 ]+$"))
    .max_length(Some(42))
    .examples(["NL91ABNA0417164300"]));

/// A Business Identifier Code (ISO 9362): 8 or 11 letters and digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bic(String);

impl Bic {
    /// Reads a BIC.
    ///
    /// # Errors
    /// Another form.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let bic = text.to_ascii_uppercase();
        let bytes = bic.as_bytes();
        let form = matches!(bytes.len(), 8 | 11)
            && bytes.iter().take(6).all(u8::is_ascii_uppercase)
            && bytes.iter().all(u8::is_ascii_alphanumeric);
        if form {
            Ok(Self(bic))
        } else {
            Err(Fault::value(
                FaultCode::InvalidValue,
                "must be a BIC of 8 or 11 characters",
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
    .pattern(Some("^[A-Za-z]{6}[A-Za-z0-9]{2}([A-Za-z0-9]{3})?$"))
    .examples(["ABNANL2A"]));
