//! Making a rendition: once, however many ask for it at this moment, and to its end, whatever becomes of those who asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{Mutex as Turn, Semaphore};

use super::files::File;
use super::library::{lost, place, work};
use super::model::Kept;
use super::picture::{self, Size};
use super::queries::newsroom as queries;
use super::store::MediaStore;
use crate::db::Pools;
use crate::error::{Error, Result};

/// The files that are being made, by the picture's id and their names.
#[derive(Default)]
pub struct Turns(Mutex<HashMap<String, Weak<Turn<()>>>>);

impl Turns {
    /// Whose turn it is to make a file.
    pub fn of(&self, name: String) -> Arc<Turn<()>> {
        let mut making = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = making.get(&name).and_then(Weak::upgrade) {
            return turn;
        }
        making.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::<Turn<()>>::default();
        making.insert(name, Arc::downgrade(&turn));
        turn
    }
}

/// A file that is to be made.
pub struct Making {
    pub turn: Arc<Turn<()>>,
    pub store: MediaStore,
    pub makers: Arc<Semaphore>,
    pub pools: Pools,
    pub kept: Kept,
    pub file: File,
    pub size: Size,
}

impl Making {
    /// Makes it if it is not there.
    ///
    /// # Errors
    /// 404 when the picture was removed meanwhile; 503 when the store is away or too much is going on.
    pub async fn run(self) -> Result<()> {
        let _mine = self.turn.lock().await;
        if self.store.has(self.kept.id, &self.file.name).await? {
            return Ok(());
        }
        let made = self.make().await?;
        self.store
            .write(self.kept.id, &self.file.name, made)
            .await?;
        self.look_again().await
    }

    async fn make(&self) -> Result<Vec<u8>> {
        let from = self
            .kept
            .original()
            .ok_or_else(|| Error::internal("a picture of an unknown format"))?;
        // First the place, then the file: who waits holds no memory.
        let place = place(&self.makers).await?;
        let original = self.store.whole(self.kept.id, &from.name).await?;
        let original = original.ok_or_else(|| lost(self.kept.id))?;
        let pixels = u64::from(self.kept.width) * u64::from(self.kept.height);
        let (formats, size) = ((from.format, self.file.format), self.size);
        let made = work(place, move || {
            picture::make(&original, formats, size, pixels)
        })
        .await?;
        made.map_err(Error::internal)
    }

    /// A picture that was removed while this was made left its files behind by this one. Where the newsroom can't be asked, the file goes with
    /// the next look for what was left over.
    async fn look_again(&self) -> Result<()> {
        let id = self.kept.id;
        let known = match self.pools.newsroom().await {
            Ok(mut conn) => queries::known(&mut conn, &[id]).await,
            Err(error) => Err(error),
        };
        if known.is_ok_and(|known| known.is_empty()) {
            self.store.remove(id).await?;
            return Err(Error::not_found());
        }
        Ok(())
    }
}
