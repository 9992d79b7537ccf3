//! Articles as answers show them.

mod json_ld;
mod managed;
mod public;
mod translations;

pub use json_ld::JsonLdView;
pub use managed::{ManagedArticle, ManagedArticleSummary};
pub use public::{ArticleView, EntitiesByKind, EntityPage, SectionReference};
