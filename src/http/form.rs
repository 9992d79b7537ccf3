//! Bodies of requests: forms, as browsers and other hubs' subscribers send them (application/x-www-form-urlencoded).

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use deserr::Deserr;
use futures_util::future::LocalBoxFuture;
use serde_json::Value;

use super::body::{check_type, gather};
use super::query::{decode, parted};
use crate::error::{Code, Error, Fault, FaultCode, Faults, Result};

/// The most that a form may have, in bytes.
const LIMIT: usize = 64 * 1024;

/// What may stand in a form.
pub trait Fields {
    /// The fields that count. Others are passed over, as the standards that have forms want it.
    const NAMES: &'static [&'static str];
}

/// A form read into `T`.
///
/// Answers 415 for another type or an encoding, 413 over 64 KB, 400 for what is not UTF-8, and 422 with every fault.
pub struct FormBody<T>(pub T);

impl<T: Deserr<Faults> + Fields + 'static> FromRequest for FormBody<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            check_type(&request, &["application/x-www-form-urlencoded"])?;
            let bytes = gather(&request, payload, LIMIT).await?;
            let text = std::str::from_utf8(&bytes)
                .map_err(|_| Error::new(Code::InvalidForm, "The body is not a form in UTF-8."))?;
            read(text).map(Self)
        })
    }
}

fn read<T: Deserr<Faults> + Fields>(text: &str) -> Result<T> {
    let counts = |part: &&str| {
        let name = decode(part.split('=').next().unwrap_or_default());
        name.is_some_and(|name| T::NAMES.contains(&name.as_str()))
    };
    let known: Vec<&str> = text.split('&').filter(counts).collect();
    let (object, unreadable, _) = parted(&known.join("&"));
    let mut faults = Faults::default();
    for fault in unreadable.into_vec() {
        let detail = match fault.code() {
            FaultCode::RepeatedParameter => "stands more than once".to_owned(),
            _ => fault.detail().to_owned(),
        };
        faults.push(Fault::at(
            format!("/{}", fault.place()),
            FaultCode::InvalidValue,
            detail,
        ));
    }
    match deserr::deserialize::<T, Value, Faults>(Value::Object(object)) {
        Ok(form) => match faults.is_empty() {
            true => Ok(form),
            false => Err(Error::body(faults)),
        },
        Err(found) => {
            for fault in found.into_vec() {
                // What is there but can't be read is not missing.
                if fault.code() != FaultCode::MissingField || !faults.tell_of(fault.place()) {
                    faults.push(fault);
                }
            }
            Err(Error::body(faults))
        }
    }
}
