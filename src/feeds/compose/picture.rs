//! The picture of an entry.

use serde::Deserialize;

use super::Composer;
use crate::articles::model::PublicArticle;
use crate::feeds::model::{File, Picture};

/// A picture as `delivery` keeps it.
#[derive(Deserialize)]
struct Kept {
    url: String,
    alt: Option<String>,
    credit: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
    /// The last is what was uploaded.
    #[serde(default)]
    renditions: Vec<Rendition>,
}

#[derive(Deserialize)]
struct Rendition {
    url: String,
    width: Option<u32>,
    height: Option<u32>,
}

/// The picture of an article, if it has one.
pub(super) fn picture(composer: &Composer, article: &PublicArticle) -> Option<Picture> {
    let kept: Kept = serde_json::from_str(article.image.get()).ok()?;
    let syndicated = article.syndicated.as_ref();
    let file = syndicated.and_then(|syndicated| syndicated.file.as_ref());
    let original = kept.renditions.last();
    let file = file.zip(original).map(|(file, original)| File {
        url: composer.whole(&original.url),
        media_type: file.mime.clone(),
        bytes: file.bytes,
        width: original.width,
        height: original.height,
    });
    Some(Picture {
        url: composer.whole(&kept.url),
        alt: kept.alt,
        credit: kept.credit,
        width: kept.width,
        height: kept.height,
        file,
    })
}
