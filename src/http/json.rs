//! JSON read strictly: duplicate keys and U+0000 are faults, told with their pointers beside all others.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::error::{Code, Error, Fault, FaultCode, Faults, Result};

/// Reads a JSON text (RFC 8259) into a value, and the faults that a plain reader would pass over.
///
/// # Errors
/// Text that is not JSON, nested more than 127 deep, with lone surrogates or invalid UTF-8: 400 with the position of the first fault.
pub fn parse(bytes: &[u8]) -> Result<(Value, Faults)> {
    if bytes.trim_ascii().is_empty() {
        let detail = "The body is empty, at line 1 column 0. Send JSON.";
        return Err(Error::new(Code::InvalidJson, detail));
    }
    let mut faults = Faults::default();
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let strict = Strict {
        at: String::new(),
        faults: &mut faults,
    };
    let value = strict
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value));
    match value {
        Ok(value) => Ok((value, faults)),
        Err(error) => Err(Error::new(
            Code::InvalidJson,
            format!("The body is not valid JSON: {error}."),
        )),
    }
}

/// Brings a key into the form of a pointer's segment (RFC 6901, section 3).
pub fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

struct Strict<'f> {
    at: String,
    faults: &'f mut Faults,
}

impl Strict<'_> {
    fn text(&mut self, text: &str) {
        if text.contains('\0') {
            self.faults.push(Fault::at(
                self.at.clone(),
                FaultCode::NulCharacter,
                "holds U+0000, which can't be stored",
            ));
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(mut self, value: &str) -> Result<Value, E> {
        self.text(value);
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(mut self, value: String) -> Result<Value, E> {
        self.text(&value);
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        loop {
            let at = format!("{}/{}", self.at, items.len());
            match sequence.next_element_seed(Strict {
                at,
                faults: &mut *self.faults,
            })? {
                Some(item) => items.push(item),
                None => return Ok(Value::Array(items)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            self.text(&key);
            let at = format!("{}/{}", self.at, escape(&key));
            if object.len() > 10_000 {
                return Err(A::Error::custom("an object has too many fields"));
            }
            let value = map.next_value_seed(Strict {
                at: at.clone(),
                faults: &mut *self.faults,
            })?;
            if object.insert(key, value).is_some() {
                self.faults.push(Fault::at(
                    at,
                    FaultCode::DuplicateField,
                    "stands more than once in its object",
                ));
            }
        }
        Ok(Value::Object(object))
    }
}
