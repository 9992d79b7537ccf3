//! Articles as answers show them.

mod managed;
mod public;
mod translations;

pub use managed::{ManagedArticle, ManagedArticleSummary};
pub use public::{ArticleView, EntitiesByKind, EntityPage, SectionReference};
