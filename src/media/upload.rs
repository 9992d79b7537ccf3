//! Reading uploads: a file in a form, or the address of one in JSON.

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::library::Library;
use super::model::{FetchInput, MediaInput};
use crate::error::{Code, Error, Fault, FaultCode, Faults, Result};
use crate::http::body::{self, BodyHash};
use crate::http::pace::is_slow;
use crate::values::{Draft, FocalPoint, WebUrl};

/// The longest that a field other than the file may be, in bytes.
const FIELD: usize = 16 * 1024;

/// How many fields there may be.
const FIELDS: usize = 20;

/// A picture on its way in.
pub struct Upload {
    /// What is told of it.
    pub told: MediaInput,
    /// Where it comes from.
    pub source: Source,
}

/// Where a picture comes from.
pub enum Source {
    /// It was sent, under this name.
    File(Bytes, Option<String>),
    /// It is to be fetched.
    Address(WebUrl),
}

impl FromRequest for Upload {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            body::check_type(&request, &["multipart/form-data", "application/json"])?;
            if request
                .content_type()
                .eq_ignore_ascii_case("multipart/form-data")
            {
                return form(&request, payload).await;
            }
            let (sent, faults) =
                body::read(&request, &mut payload, (&["application/json"], body::LIMIT)).await?;
            let (url, told) = Draft::<FetchInput>::read(sent, faults).whole()?.apart();
            Ok(Self {
                told,
                source: Source::Address(url),
            })
        })
    }
}

/// What the fields of a form say so far.
#[derive(Default)]
struct Form {
    file: Option<(Bytes, Option<String>)>,
    told: Map<String, Value>,
    faults: Faults,
    hash: Sha256,
}

async fn form(request: &HttpRequest, payload: Payload) -> Result<Upload> {
    let library = request.app_data::<web::Data<Library>>();
    let most = library
        .ok_or_else(|| Error::internal("no library"))?
        .most_bytes();
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > most + FIELDS * FIELD) {
        return Err(too_large(most));
    }
    let mut parts = Multipart::new(request.headers(), payload);
    let (mut form, mut count) = (Form::default(), 0);
    while let Some(field) = parts.next().await {
        count += 1;
        if count > FIELDS {
            return Err(malformed("there are too many fields"));
        }
        form.take(field.map_err(|error| broken(&error))?, most)
            .await?;
    }
    form.finish(request)
}

impl Form {
    async fn take(&mut self, mut field: Field, most: usize) -> Result<()> {
        let name = field.name().map(str::to_owned);
        let name = name.ok_or_else(|| malformed("a field has no name"))?;
        let disposition = field.content_disposition();
        let file_name = disposition.and_then(|told| told.get_filename().map(str::to_owned));
        let is_file = name == "file";
        let limit = if is_file { most } else { FIELD };
        let mut content = BytesMut::new();
        while let Some(chunk) = field.next().await {
            let chunk = chunk.map_err(|error| broken(&error))?;
            if content.len() + chunk.len() > limit {
                return Err(if is_file {
                    too_large(most)
                } else {
                    long_field(&name)
                });
            }
            content.extend_from_slice(&chunk);
        }
        // A form has another boundary each time that it is sent: what it says is what counts for a repetition.
        for part in [
            name.as_bytes(),
            file_name.as_deref().unwrap_or_default().as_bytes(),
            &content,
        ] {
            self.hash.update((part.len() as u64).to_be_bytes());
            self.hash.update(part);
        }
        let stands_twice = match is_file {
            true => self.file.replace((content.freeze(), file_name)).is_some(),
            false => self.say(&name, &content),
        };
        if stands_twice {
            let detail = "stands more than once";
            self.faults
                .push(Fault::at(pointer(&name), FaultCode::DuplicateField, detail));
        }
        Ok(())
    }

    /// Keeps what a field says. An empty one says nothing, as in every form that was not filled in.
    fn say(&mut self, name: &str, content: &[u8]) -> bool {
        let value = match std::str::from_utf8(content) {
            Ok("") => Value::Null,
            Ok(text) if text.contains('\0') => {
                let detail = "holds U+0000, which can't be stored";
                self.faults
                    .push(Fault::at(pointer(name), FaultCode::NulCharacter, detail));
                Value::Null
            }
            Ok(text) if name == "focal_point" => match FocalPoint::parse(text) {
                Ok(point) => json!(point),
                Err(fault) => {
                    let detail = fault.detail().to_owned();
                    self.faults
                        .push(Fault::at(pointer(name), FaultCode::InvalidValue, detail));
                    Value::Null
                }
            },
            Ok(text) => Value::from(text),
            Err(_) => {
                let detail = "is not text in UTF-8";
                self.faults
                    .push(Fault::at(pointer(name), FaultCode::InvalidValue, detail));
                Value::Null
            }
        };
        self.told.insert(name.to_owned(), value).is_some()
    }

    fn finish(mut self, request: &HttpRequest) -> Result<Upload> {
        request
            .extensions_mut()
            .insert(BodyHash(self.hash.finalize().into()));
        if self.file.is_none() {
            let detail = "must be there: the picture, as a file";
            self.faults
                .push(Fault::at("/file", FaultCode::MissingField, detail));
        }
        let told = Draft::read(Value::Object(self.told), self.faults).whole()?;
        let (bytes, name) = self.file.ok_or_else(|| malformed("there is no file"))?;
        Ok(Upload {
            told,
            source: Source::File(bytes, name),
        })
    }
}

fn pointer(name: &str) -> String {
    format!("/{}", crate::http::json::escape(name))
}

fn too_large(most: usize) -> Error {
    let detail = format!(
        "The file must have at most {most} bytes ({} MB).",
        most / 1_000_000
    );
    Error::new(Code::BodyTooLarge, detail)
}

fn long_field(name: &str) -> Error {
    let detail = format!("The field {name} must have at most {FIELD} bytes.");
    Error::new(Code::BodyTooLarge, detail)
}

fn malformed(why: &str) -> Error {
    let detail = format!("The body can't be read as multipart/form-data: {why}.");
    Error::new(Code::InvalidForm, detail)
}

fn broken(error: &MultipartError) -> Error {
    if let MultipartError::Payload(error) = error
        && is_slow(error)
    {
        return body::too_slow();
    }
    malformed(&error.to_string())
}
