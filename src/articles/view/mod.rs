//! Articles as answers show them.

mod checks;
mod json_ld;
mod managed;
mod public;
mod translations;
mod versions;

pub use checks::{CheckedArticle, PublishedArticle};
pub use json_ld::JsonLdView;
pub use managed::{ManagedArticle, ManagedArticleSummary};
pub(in crate::articles) use public::address;
pub use public::{ArticleView, EntitiesByKind, EntityPage, OutlineSchema, SectionReference};
pub use versions::{ArticleVersion, ArticleVersionItem, side};
