//! An article for who may not have its pictures.

use serde_json::value::to_raw_value;

use super::public::PublicArticle;
use crate::error::{Error, Result};
use crate::rich_text::{strip_blocks, strip_html};

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
        strip_html(&mut self.standfirst_html)?;
        strip_html(&mut self.body_html)?;
        strip_blocks(&mut self.standfirst_blocks)?;
        strip_blocks(&mut self.body_blocks)?;
        for update in &mut self.updates {
            update.strip_pictures()?;
        }
        Ok(self)
    }
}
