//! An article for who may not have its pictures.

use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};

use super::public::PublicArticle;
use crate::error::{Error, Result};
use crate::rich_text::{blocks_without_pictures, without_pictures};

/// A JSON value, changed.
fn turned<T: DeserializeOwned, U: serde::Serialize>(
    json: &mut Option<Box<RawValue>>,
    turn: impl FnOnce(T) -> U,
) -> Result<()> {
    if let Some(raw) = json {
        let value = serde_json::from_str(raw.get()).map_err(Error::internal)?;
        *raw = to_raw_value(&turn(value)).map_err(Error::internal)?;
    }
    Ok(())
}

fn html(json: &mut Option<Box<RawValue>>) -> Result<()> {
    turned(json, |html: Option<String>| {
        html.map(|html| without_pictures(&html))
    })
}

impl PublicArticle {
    /// Without its own picture and those in its texts and updates.
    ///
    /// # Errors
    /// None in practice: the texts are those that were rendered here.
    pub fn without_pictures(mut self) -> Result<Self> {
        self.image = to_raw_value(&()).map_err(Error::internal)?;
        if let Some(syndicated) = &mut self.syndicated {
            syndicated.file = None;
        }
        html(&mut self.standfirst_html)?;
        html(&mut self.body_html)?;
        turned(&mut self.standfirst_blocks, blocks_without_pictures)?;
        turned(&mut self.body_blocks, blocks_without_pictures)?;
        for update in &mut self.updates {
            html(&mut update.html)?;
            turned(&mut update.blocks, blocks_without_pictures)?;
        }
        Ok(self)
    }
}
