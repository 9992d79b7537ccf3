//! What handlers of media share: the store, the limits, and how much work on pictures goes on at once.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use super::files::File;
use super::making::{Making, Turns};
use super::model::Kept;
use super::picture::{self, Flaw, Prepared};
use super::store::{MediaStore, SettingError};
use crate::config::ServeConfig;
use crate::db::Pools;
use crate::error::{Code, Error, Fault, FaultCode, Faults, Result};
use crate::http::outgoing::Outgoing;

/// How many pictures are taken in at once, and how many made smaller: each may take hundreds of megabytes.
const AT_ONCE: usize = 2;

/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(20);

/// The pictures of this deployment, as far as they are files.
pub struct Library {
    store: MediaStore,
    outgoing: Outgoing,
    most_bytes: usize,
    most_pixels: u64,
    widths: Vec<u32>,
    /// Who takes in pictures, and who makes smaller ones: readers that ask for many keep no editor waiting.
    takers: Arc<Semaphore>,
    makers: Arc<Semaphore>,
    /// The renditions that are being made, so that each is made once.
    making: Turns,
}

impl Library {
    /// The library of a server with these settings.
    ///
    /// # Errors
    /// A setting that can't be right, by its name.
    pub fn open(config: &ServeConfig, data_dir: &Path) -> Result<Self, SettingError> {
        let settings = &config.media;
        let mut widths: Vec<u32> = settings.widths.iter().copied().map(u32::from).collect();
        widths.sort_unstable();
        widths.dedup();
        Ok(Self {
            store: MediaStore::open(settings, data_dir)?,
            outgoing: Outgoing::new(config.allowed_networks.clone()),
            most_bytes: usize::from(settings.max_mb) * 1_000_000,
            most_pixels: u64::from(settings.max_megapixels) * 1_000_000,
            widths,
            takers: Arc::new(Semaphore::new(AT_ONCE)),
            makers: Arc::new(Semaphore::new(AT_ONCE)),
            making: Turns::default(),
        })
    }

    /// The files.
    pub fn store(&self) -> &MediaStore {
        &self.store
    }

    /// What fetches pictures from elsewhere.
    pub fn outgoing(&self) -> &Outgoing {
        &self.outgoing
    }

    /// The largest file that is taken, in bytes.
    pub fn most_bytes(&self) -> usize {
        self.most_bytes
    }

    /// The widths that a picture of this width is offered in.
    pub fn widths(&self, width: u32) -> Vec<u32> {
        let widths = self.widths.iter().copied();
        widths.filter(|offered| *offered <= width).collect()
    }

    /// Prepares a file for keeping.
    ///
    /// # Errors
    /// 415 for what is no picture, 422 for one that can't be taken, 503 when too much is going on.
    pub async fn prepare(&self, source: bytes::Bytes, name: Option<String>) -> Result<Prepared> {
        let pixels = self.most_pixels;
        let place = place(&self.takers).await?;
        let prepared = work(place, move || {
            picture::prepare(&source, name.as_deref(), pixels)
        })
        .await?;
        prepared.map_err(refused)
    }

    /// Sees to it that a file of a picture is there: one that is not is made, once, however many ask for it at this moment, and to its end though
    /// they go away.
    ///
    /// # Errors
    /// 404 when the picture was removed while it was made; 503 when the store is away or too much is going on.
    pub async fn provide(&self, pools: &Pools, kept: &Kept, file: &File) -> Result<()> {
        let Some(size) = file.size else {
            return Ok(());
        };
        let making = Making {
            turn: self.making.of(format!("{}/{}", kept.id, file.name)),
            store: self.store.clone(),
            makers: self.makers.clone(),
            pools: pools.clone(),
            kept: kept.clone(),
            file: file.clone(),
            size,
        };
        actix_web::rt::spawn(making.run())
            .await
            .map_err(Error::internal)?
    }
}

/// A place to work on a picture at.
pub(super) async fn place(places: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
    let busy = || {
        Error::unavailable(
            "Many pictures are being worked on. Nothing was written. Try again shortly.",
        )
    };
    let place = tokio::time::timeout(PATIENCE, places.clone().acquire_owned()).await;
    place.map_err(|_| busy())?.map_err(|_| busy())
}

/// Does work on a picture off the threads that answer. It goes on to its end when the client goes away, and holds its place until then.
pub(super) async fn work<T: Send + 'static>(
    place: OwnedSemaphorePermit,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(move || {
        let done = work();
        drop(place);
        done
    });
    done.await.map_err(Error::internal)
}

/// The file of a picture that there is can't be found: somebody has removed it, or the store is another.
pub fn lost(id: Uuid) -> Error {
    tracing::error!(%id, "the file of a picture is not in the store for media");
    Error::unavailable(
        "The file of this picture is not to be had at the moment. Try again shortly.",
    )
}

fn refused(flaw: Flaw) -> Error {
    if let Flaw::Unknown(_) = flaw {
        return Error::new(Code::UnsupportedMedia, format!("The file {flaw}."));
    }
    let fault = Fault::at("/file", FaultCode::InvalidValue, flaw.to_string());
    Error::body(Faults::from(fault))
}
