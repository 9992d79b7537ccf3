//! Pictures that were uploaded, as the things that use them name them: by an image's `media`, and by `media:` and an id in a text.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::tx::Tx;
use crate::db::schema::newsroom::media;
use crate::error::{Error, Fault, FaultCode, Faults, Result};
use crate::values::{Id, RichTextInput};

/// The pictures that an input names, each with its place in it.
#[derive(Debug, Default)]
pub struct Pictures(Vec<(String, Uuid)>);

impl Pictures {
    /// Adds an image's `media`.
    #[must_use]
    pub fn image(mut self, pointer: &str, media: Option<Id>) -> Self {
        if let Some(Id(id)) = media {
            self.0.push((format!("{pointer}/media"), id));
        }
        self
    }

    /// Adds what a text names.
    #[must_use]
    pub fn text(mut self, pointer: &str, text: Option<&RichTextInput>) -> Self {
        for id in text.iter().flat_map(|text| named(&text.source)) {
            self.0.push((format!("{pointer}/source"), id));
        }
        self
    }

    /// Goes on when all of them exist, and keeps them from being removed until the transaction ends.
    ///
    /// # Errors
    /// 422 naming each that does not; the database.
    pub async fn require(self, tx: &mut Tx) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let ids: BTreeSet<Uuid> = self.0.iter().map(|(_, id)| *id).collect();
        let known: Vec<Uuid> = media::table
            .filter(media::id.eq_any(ids))
            .order(media::id)
            .select(media::id)
            .for_key_share()
            .load(&mut ***tx)
            .await?;
        let mut faults = Faults::default();
        for (pointer, id) in self.0 {
            if !known.contains(&id) {
                let detail = format!("no media has the id {id}; upload the picture first");
                faults.push(Fault::at(pointer, FaultCode::UnknownReference, detail));
            }
        }
        if faults.is_empty() {
            return Ok(());
        }
        Err(Error::body(faults))
    }
}

/// The ids after `media:` in a source, each once, however a text may write them.
fn named(source: &str) -> BTreeSet<Uuid> {
    // As long as the source, byte by byte.
    let source = source.to_ascii_lowercase();
    let id = |(at, found): (usize, &str)| {
        let text = source.get(at + found.len()..)?.trim_start_matches('/');
        let end = text.find(|c: char| !c.is_ascii_hexdigit() && !matches!(c, '-' | '{' | '}'));
        Uuid::try_parse(text.get(..end.unwrap_or(text.len()))?).ok()
    };
    source.match_indices("media:").filter_map(id).collect()
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn ids_of_pictures_are_found_in_a_source() {
        let id = "7f3f2a52-6c1e-4e0a-9d58-0a4b2b9f5a11";
        let found = named(&format!(
            "media: ![x](media:{id}) media:é <img src=\"media:{id}\"> media:{}",
            &id[..20]
        ));
        for spelt in [
            format!("![x](MEDIA:{})", id.to_uppercase()),
            format!("![x](media://{id}) "),
            format!("<img src='Media:{}'>", id.replace('-', "")),
            format!("media:{id}"),
        ] {
            assert_eq!(named(&spelt), found, "{spelt}");
        }
        assert_eq!(
            found
                .into_iter()
                .map(|id| id.to_string())
                .collect::<Vec<_>>(),
            [id]
        );
    }
}
