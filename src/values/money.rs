//! Money: currencies and amounts in their minor unit.

use std::fmt;

use iso_currency::Currency;

use super::string_value;
use crate::error::{Fault, FaultCode};

/// A currency by its ISO 4217 code, in capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money(Currency);

impl Money {
    /// The euro.
    pub const EURO: Self = Self(Currency::EUR);

    /// Reads a code such as `EUR`.
    ///
    /// # Errors
    /// Not one of ISO 4217, or one without a minor unit, such as that of gold: nobody could tell what an amount means.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        Currency::from_code(text)
            .filter(|currency| currency.exponent().is_some())
            .map(Self)
            .ok_or_else(|| {
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
#[schema(value_type = Vec<i64>, max_items = 10, example = json!([250, 500]))]
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

/// An amount in euro cents, as a query parameter: 1 to 99,999,999,999, which is 0.01 to 999,999,999.99 euro (EPC069-12).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EuroCents(u64);

impl EuroCents {
    /// The most that fits into a payment.
    pub const MAX: Self = Self(99_999_999_999);

    /// Reads digits.
    ///
    /// # Errors
    /// Anything else, a leading zero, an amount out of bounds.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let digits = text.len() <= 11 && text.bytes().all(|byte| byte.is_ascii_digit());
        let amount = Some(text).filter(|text| digits && !text.starts_with('0'));
        amount
            .and_then(|text| text.parse().ok())
            .map(Self)
            .ok_or_else(|| {
                Fault::value(
                    FaultCode::InvalidValue,
                    "must be a whole number of euro cents from 1 to 99999999999 (250 is 2.50 EUR)",
                )
            })
    }
}

/// In euro with two decimals, such as `2.50`.
impl fmt::Display for EuroCents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl deserr::Deserr<crate::error::Faults> for EuroCents {
    fn deserialize_from_value<V: deserr::IntoValue>(
        value: deserr::Value<V>,
        location: deserr::ValuePointerRef<'_>,
    ) -> Result<Self, crate::error::Faults> {
        let text = <String as deserr::Deserr<crate::error::Faults>>::deserialize_from_value(
            value, location,
        )?;
        Self::parse(&text).map_err(|fault| super::placed(fault, location))
    }
}
