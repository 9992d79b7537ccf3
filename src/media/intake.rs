//! Taking pictures in: fetched if need be, looked at, and kept, all before the transaction that tells of them. When that comes to nothing, the
//! file is left over, and a clean-up removes it.

use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::files::FileName;
use super::library::Library;
use super::model::{NewFile, Taken};
use super::queries::newsroom as queries;
use super::upload::{Source, Upload};
use crate::error::{Code, Error, Fault, FaultCode, Faults, Result};
use crate::http::State;
use crate::http::outgoing::Refusal;

/// How long a file may wait for the transaction that tells of it: much less than a clean-up waits before it takes a file for left over.
pub const LONGEST: Duration = Duration::from_secs(600);

/// How long a file must have been there before a clean-up takes it for left over.
pub const LEFT_OVER: chrono::TimeDelta = chrono::TimeDelta::days(7);

/// A picture that was taken in, and when its file was kept.
pub struct Intake {
    /// What was taken.
    pub taken: Taken,
    at: Instant,
}

impl Intake {
    /// The picture, while its file is sure to be there.
    ///
    /// # Errors
    /// 503 when the transaction came too late.
    pub fn in_time(self) -> Result<Taken> {
        if self.at.elapsed() < LONGEST {
            return Ok(self.taken);
        }
        Err(Error::unavailable(
            "Keeping the picture took too long. Nothing was written. Try again shortly.",
        ))
    }
}

/// Takes a picture in. One of the same bytes as another is not kept again.
///
/// # Errors
/// 415 and 422 for what can't be taken, 413 over the limit, 503 when the store or the database is away.
pub async fn take(state: &State, library: &Library, upload: Upload) -> Result<Intake> {
    let at = Instant::now();
    let (source, file_name, source_url) = match upload.source {
        Source::File(bytes, name) => (bytes, name, None),
        Source::Address(url) => {
            let parsed = url::Url::parse(url.as_str()).map_err(Error::internal)?;
            let fetched = library.outgoing().get(&parsed, library.most_bytes()).await;
            let bytes = fetched.map_err(|refusal| not_fetched(&refusal))?;
            (bytes.into(), None, Some(url.to_string()))
        }
    };
    let source_digest = hex(&source);
    let known = queries::of_source(&mut state.newsroom().await?, &source_digest).await?;
    let file = match known {
        Some(_) => None,
        None => Some(keep(library, source, file_name.clone()).await?),
    };
    Ok(Intake {
        taken: Taken {
            source_digest,
            told: upload.told,
            file_name: file_name.and_then(shown),
            source_url,
            file,
        },
        at,
    })
}

async fn keep(library: &Library, source: bytes::Bytes, name: Option<String>) -> Result<NewFile> {
    let prepared = library.prepare(source, name).await?;
    let whole = |number: u32| i32::try_from(number).map_err(Error::internal);
    let widths = library.widths(prepared.width).into_iter().map(whole);
    let file = NewFile {
        id: Uuid::new_v4(),
        format: prepared.format,
        width: whole(prepared.width)?,
        height: whole(prepared.height)?,
        bytes: i64::try_from(prepared.bytes.len()).map_err(Error::internal)?,
        digest: hex(&prepared.bytes),
        animated: prepared.animated,
        widths: widths.collect::<Result<_>>()?,
        credit: prepared.credit,
    };
    let name = FileName::Original(prepared.format).to_string();
    library
        .store()
        .write(file.id, &name, prepared.bytes)
        .await?;
    Ok(file)
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A file's name, for people to recognise it by: without folders and control characters, at most 200 characters.
fn shown(name: String) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last
        .chars()
        .filter(|character| !character.is_control())
        .take(200)
        .collect();
    let name = name.trim().to_owned();
    (!name.is_empty()).then_some(name)
}

fn not_fetched(refusal: &Refusal) -> Error {
    if let Refusal::TooLarge(most) = refusal {
        let detail = format!("The file at this address has more than {most} bytes.");
        return Error::new(Code::BodyTooLarge, detail);
    }
    let fault = Fault::at("/url", FaultCode::InvalidValue, refusal.to_string());
    Error::body(Faults::from(fault))
}
